import { Writer } from '@rmq/protocol/bytes';
import type { Transport } from '@rmq/transport';

/** Bodies from this size on go out as they are; smaller ones are copied behind their head, which is cheaper. Bytes. */
const OWN_CHUNK_BYTES = 16 * 1_024;
/** What is waiting goes out at once when it has reached this size, else at the end of the turn. Bytes. */
const FLUSH_BYTES = 64 * 1_024;

/** What goes out on one connection: everything encoded in one turn of the event loop leaves as one write. */
export class Outbox {
  readonly #transport: Transport;
  readonly #writer = new Writer(FLUSH_BYTES);
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  #isScheduled = false;
  #sendingBytes = 0;
  #sending: Promise<void> | undefined;
  readonly #flushSoon = (): void => {
    this.#isScheduled = false;
    this.#flush();
  };

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What the transport has not taken yet: more than a little means that the peer reads too slowly. Bytes. */
  get pendingBytes(): number {
    return this.#sendingBytes + this.#chunkBytes + this.#writer.length;
  }

  /**
   * Encodes straight into the current chunk, then adds the body.
   * @param head - writes everything in front of the body; nothing is sent if it throws
   */
  add(head: (writer: Writer) => void, body: Uint8Array | undefined): void {
    head(this.#writer);
    if (body !== undefined && body.length >= OWN_CHUNK_BYTES) this.#addOwn(body);
    else if (body !== undefined) this.#writer.bytes(body);
    if (this.#chunkBytes + this.#writer.length >= FLUSH_BYTES) this.#flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(this.#flushSoon);
    }
  }

  /** Settles when everything has been handed to the transport, or the transport failed. Never rejects. */
  async drained(): Promise<void> {
    this.#flush();
    while (this.#sending !== undefined) await this.#sending;
  }

  #addOwn(body: Uint8Array): void {
    const head = this.#writer.take();
    this.#chunks.push(head, body);
    this.#chunkBytes += head.length + body.length;
  }

  #flush(): void {
    if (this.#sending !== undefined) return;
    const total = this.#chunkBytes + this.#writer.length;
    if (total === 0) return;
    if (this.#writer.length > 0) this.#chunks.push(this.#writer.take());
    const chunks = this.#chunks;
    this.#sendingBytes = total;
    this.#chunks = [];
    this.#chunkBytes = 0;
    this.#sending = this.#send(chunks);
  }

  /** While the transport wants no more, what comes meanwhile waits here: bounded by the cap on outstanding requests. */
  async #send(chunks: readonly Uint8Array[]): Promise<void> {
    try {
      await this.#transport.write(chunks);
    } catch {
      // The reading side gets the same fault and deals with it.
      this.#chunks = [];
      this.#chunkBytes = 0;
      this.#writer.take();
    }
    this.#sending = undefined;
    this.#sendingBytes = 0;
    this.#flush();
  }
}
