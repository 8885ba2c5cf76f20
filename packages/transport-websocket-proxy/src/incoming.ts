import { Inlet } from '@rmq/transport/adapter';
import { messageBytes } from './protocol.ts';

/** What one chunk costs beside its bytes, roughly: its view, its memory's header, its place in a list. Bytes. */
const overheadBytes = 256;

/**
 * What has arrived and waits for the reader. The window bounds its bytes; here the number of pieces is bounded too, as a
 * million messages of one byte each would otherwise take hundreds of MiB: beyond what an {@link Inlet} may hold, small
 * messages are put together.
 */
export class Incoming implements AsyncIterable<Uint8Array> {
  readonly #inlet: Inlet<Uint8Array>;
  readonly #onTaken: (bytes: number) => void;
  #blocks: Uint8Array[] = [];
  /** How much of the last block is filled; the others are full. */
  #filled = 0;
  #left = false;

  /** @param onTaken - told of all bytes the reader has taken, as it takes them. Must not throw. */
  constructor(onTaken: (bytes: number) => void) {
    this.#onTaken = onTaken;
    this.#inlet = new Inlet<Uint8Array>({
      weigh: (bytes) => bytes.byteLength + overheadBytes,
      highWaterMark: messageBytes,
      onHungry: () => {
        this.#refill();
      },
      onLeave: () => {
        this.#left = true;
        this.#drop();
      },
    });
  }

  push(message: Uint8Array): void {
    if (this.#left) return;
    if (this.#blocks.length === 0 && this.#inlet.hungry) this.#inlet.push(message);
    else this.#store(message);
  }

  /** No more messages: the loop ends after those that arrived. */
  end(): void {
    this.#flush();
    this.#inlet.end();
  }

  /** A fault: the loop throws `reason` after what arrived. */
  fail(reason: Error): void {
    this.#flush();
    this.#inlet.fail(reason);
  }

  /** A fault that counts at once. */
  abort(reason: Error): void {
    this.#drop();
    this.#inlet.abort(reason);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    const inner = this.#inlet[Symbol.asyncIterator]();
    const taken = (result: IteratorResult<Uint8Array, undefined>): IteratorResult<Uint8Array, undefined> => {
      if (result.done !== true) this.#onTaken(result.value.byteLength);
      return result;
    };
    const leave = (): Promise<IteratorResult<Uint8Array, undefined>> =>
      inner.return?.() ?? Promise.resolve({ value: undefined, done: true });
    return { next: () => inner.next().then(taken), return: leave };
  }

  #store(message: Uint8Array): void {
    const last = this.#blocks.at(-1);
    if (last !== undefined && this.#filled + message.byteLength <= last.byteLength) {
      last.set(message, this.#filled);
      this.#filled += message.byteLength;
      return;
    }
    this.#seal();
    const small = message.byteLength < messageBytes / 4; // larger ones waste little by staying alone
    const block = small ? new Uint8Array(messageBytes) : message;
    if (small) block.set(message);
    this.#blocks.push(block);
    this.#filled = message.byteLength;
  }

  /** Makes the last block as long as it is filled. Nobody has seen it, so that it may still be replaced. */
  #seal(): void {
    const last = this.#blocks.pop();
    if (last !== undefined) this.#blocks.push(last.subarray(0, this.#filled));
  }

  #refill(): void {
    this.#seal();
    while (this.#blocks.length > 0 && this.#inlet.hungry) this.#inlet.push(this.#blocks.shift() ?? new Uint8Array(0));
  }

  #flush(): void {
    this.#seal();
    for (const block of this.#blocks) this.#inlet.push(block);
    this.#drop();
  }

  #drop(): void {
    this.#blocks = [];
    this.#filled = 0;
  }
}
