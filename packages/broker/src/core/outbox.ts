import { Writer } from '@rmq/protocol/bytes';
import type { Transport } from '@rmq/transport';

/** Bodies from this size on go out as they are; smaller ones are copied behind each other, which is cheaper. Bytes. */
const OWN_CHUNK_BYTES = 16 * 1_024;

/** Waiting for it is waiting for the end of the turn. */
const nothing = Promise.resolve();

/** What an {@link Outbox} needs to know. */
export interface OutboxOptions {
  /** {@link Outbox.settled} waits while this much or more has not been handed to the carrier. Bytes. */
  readonly highWaterBytes: number;
  /** More than this much waiting is the peer's fault. Bytes. */
  readonly maxBytes: number;
  /** The peer reads too slowly: more than `maxBytes` wait. Called once. */
  readonly onOverflow: () => void;
  /** A batch has been handed to the carrier. Bytes. */
  readonly onSent?: ((bytes: number) => void) | undefined;
  /** A batch could not be handed over: neither it nor anything behind it will be. Called once. */
  readonly onFailed?: ((cause: unknown) => void) | undefined;
}

/**
 * What goes out on one connection: everything written in one turn of the event loop leaves as one batch.
 * Memory is bounded: whoever reads requests waits for {@link settled}, and beyond `maxBytes` the connection is given up.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #options: OutboxOptions;
  readonly #small = new Writer(4 * 1_024);
  #chunks: Uint8Array[] = [];
  #queued = 0;
  #batch = 0;
  /** While something is queued: the batch that leaves next. */
  #sending: Promise<void> | undefined;
  #isDead = false;

  constructor(transport: Transport, options: OutboxOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  /** Bytes not handed to the carrier yet. */
  get queued(): number {
    return this.#queued;
  }

  /** The number of the batch in which what is queued now will leave. */
  get batch(): number {
    return this.#batch;
  }

  /** Queues bytes that nobody will change any more. */
  push(...parts: readonly Uint8Array[]): void {
    if (this.#isDead) return;
    this.#add(parts);
    this.#schedule();
  }

  /** Queues something small that is encoded straight into the batch. What `encode` throws, it throws; nothing is sent then. */
  encode(encode: (writer: Writer) => void): void {
    this.write(encode, undefined);
  }

  /** {@link encode} of a value, for what is sent so often that a function for each would show. */
  write<T>(write: (writer: Writer, value: T) => void, value: T): void {
    if (this.#isDead) return;
    const before = this.#small.length;
    write(this.#small, value);
    this.#queued += this.#small.length - before;
    this.#schedule();
  }

  /** Resolves when new requests may be read: at once, unless the peer is slow in reading its answers. Never rejects. */
  async settled(): Promise<void> {
    while (!this.#isDead && this.#queued >= this.#options.highWaterBytes) await this.#sending;
  }

  /** Resolves when all that was pushed has been handed to the carrier. Never rejects. */
  async drained(): Promise<void> {
    while (!this.#isDead && this.#queued > 0) await this.#sending;
  }

  /** Drops what is queued; nothing more will be sent. */
  stop(): void {
    this.#isDead = true;
    this.#chunks = [];
    this.#small.take();
    this.#queued = 0;
  }

  #fail(cause: unknown): void {
    if (this.#isDead) return;
    this.stop();
    this.#options.onFailed?.(cause);
  }

  #schedule(): void {
    if (this.#queued > this.#options.maxBytes) {
      this.stop();
      this.#options.onOverflow();
    } else this.#sending ??= this.#send();
  }

  /** Large parts go out as they are; many small ones, as the records of a pull, become one chunk of the right size. */
  #add(parts: readonly Uint8Array[]): void {
    let run: Uint8Array[] = [];
    for (const part of parts) {
      this.#queued += part.length;
      if (part.length < OWN_CHUNK_BYTES) run.push(part);
      else {
        this.#addSmall(run);
        run = [];
        this.#addChunk(part);
      }
    }
    this.#addSmall(run);
  }

  #addSmall(parts: readonly Uint8Array[]): void {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (bytes < OWN_CHUNK_BYTES) {
      for (const part of parts) this.#small.bytes(part);
      return;
    }
    const chunk = new Uint8Array(bytes);
    let at = 0;
    for (const part of parts) {
      chunk.set(part, at);
      at += part.length;
    }
    this.#addChunk(chunk);
  }

  #addChunk(chunk: Uint8Array): void {
    if (this.#small.length > 0) this.#chunks.push(this.#small.take());
    this.#chunks.push(chunk);
  }

  /** Sends the next batch. Never rejects. */
  async #send(): Promise<void> {
    await nothing; // what else this turn brings leaves with it
    if (this.#small.length > 0) this.#chunks.push(this.#small.take());
    const chunks = this.#chunks;
    const bytes = this.#queued;
    this.#chunks = [];
    this.#batch += 1;
    try {
      if (bytes > 0) await this.#transport.write(chunks);
      this.#queued = Math.max(0, this.#queued - bytes);
      if (!this.#isDead) this.#options.onSent?.(bytes);
    } catch (cause) {
      this.#fail(cause); // the reading side gets the same fault and reports it
    }
    this.#sending = this.#queued > 0 ? this.#send() : undefined;
  }
}
