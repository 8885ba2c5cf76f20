import type { Transport } from '@rmq/transport';
import { brokenConnection, deferred, disposed, Inlet, refused, writeAfterEnd } from '@rmq/transport/adapter';
import type { Deferred } from '@rmq/transport/adapter';
import type { Carrier } from './carrier.ts';
import { WriteQueue } from './write-queue.ts';
import { worded } from './words.ts';

/** How much unread data one connection holds before nothing more is read from its peer. Bytes. */
const readAheadBytes = 128 * 1_024;
/** How much unsent data one connection holds before writes wait. Bytes. */
const writeAheadBytes = 256 * 1_024;

/** Shared: the answer to almost every write, so it costs no allocation. */
const welcome: Promise<void> = Promise.resolve();

/**
 * A connected {@link Carrier} as a {@link Transport}. Two loops, each running while there is something to do: one reads
 * while the inlet is hungry, one writes until the queue is empty.
 */
export class SocketTransport implements Transport {
  readonly label: string;
  readonly halfClose = true;
  readonly incoming: AsyncIterable<Uint8Array>;
  readonly closed: Promise<Error | undefined>;
  readonly #carrier: Carrier;
  readonly #inlet: Inlet<Uint8Array>;
  readonly #queue = new WriteQueue();
  readonly #closed: Deferred<Error | undefined> = deferred();
  #drained: Deferred<void> | undefined;
  #ended: Deferred<void> | undefined;
  #fault: Error | undefined;
  #reading = false;
  #writing = false;
  /** Which directions have ended cleanly. */
  readonly #done = { reading: false, writing: false };

  constructor(carrier: Carrier, label: string) {
    this.#carrier = carrier;
    this.label = label;
    this.closed = this.#closed.promise;
    this.#inlet = new Inlet<Uint8Array>({
      weigh: (bytes) => bytes.byteLength,
      highWaterMark: readAheadBytes,
      onHungry: () => {
        if (!this.#reading) void this.#read();
      },
    });
    this.incoming = this.#inlet;
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    if (this.#fault !== undefined) return refused(this.#fault);
    if (this.#ended !== undefined) return refused(writeAfterEnd(this.label));
    this.#queue.add(chunks);
    if (!this.#writing) void this.#write();
    if (this.#queue.bytes < writeAheadBytes) return welcome;
    this.#drained ??= deferred();
    return this.#drained.promise;
  }

  end(): Promise<void> {
    if (this.#ended !== undefined) return this.#ended.promise;
    if (this.#fault !== undefined) return refused(this.#fault);
    this.#ended = deferred();
    if (!this.#writing) void this.#write();
    return this.#ended.promise;
  }

  abort(reason: Error): void {
    if (this.#isOver()) return;
    this.#inlet.abort(reason);
    this.#fail(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort(disposed(this.label));
    await this.closed;
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#inlet.hungry && !this.#done.reading) {
        const chunk = await this.#carrier.read();
        if (chunk === null) this.#endReading();
        else this.#inlet.push(chunk);
      }
    } catch (cause) {
      this.#break(cause);
    }
    this.#reading = false;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) {
        await this.#carrier.write(next);
        this.#queue.sent(next);
        // Half: a writer woken for each block that leaves would wait again after the next.
        if (this.#drained !== undefined && this.#queue.bytes <= writeAheadBytes / 2) this.#drain();
      }
      if (this.#ended !== undefined) await this.#endWriting(this.#ended);
    } catch (cause) {
      this.#break(cause);
    }
    this.#writing = false;
  }

  #drain(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #endReading(): void {
    if (this.#fault !== undefined) return; // Deno answers a read that our own close() cancelled like an end
    this.#done.reading = true;
    this.#inlet.end();
    this.#endBoth();
  }

  async #endWriting(ended: Deferred<void>): Promise<void> {
    await this.#carrier.closeWrite();
    if (this.#fault !== undefined) return;
    this.#done.writing = true;
    ended.resolve();
    this.#endBoth();
  }

  #endBoth(): void {
    if (!this.#done.reading || !this.#done.writing) return;
    this.#carrier.close();
    this.#closed.resolve(undefined);
  }

  #isOver(): boolean {
    return this.#fault !== undefined || (this.#done.reading && this.#done.writing);
  }

  #break(cause: unknown): void {
    if (!this.#isOver()) this.#fail(brokenConnection(worded(cause), this.label));
  }

  /** Everybody learns of it: `incoming` after what had arrived, unless the inlet was aborted. */
  #fail(fault: Error): void {
    this.#fault = fault;
    this.#queue.clear();
    this.#drained?.reject(fault);
    this.#drained = undefined;
    this.#ended?.reject(fault); // no effect if it had been sent
    this.#inlet.fail(fault);
    this.#carrier.close();
    this.#closed.resolve(fault);
  }
}
