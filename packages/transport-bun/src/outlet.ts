import { joined } from '@rmq/transport/adapter';

/** What an {@link Outlet} writes to: Bun's socket, which takes what the kernel has room for and keeps nothing. */
interface Sink {
  /** @returns how many bytes it took; -1 when the connection is gone. */
  write(bytes: Uint8Array): number;
}

/**
 * Chunks that wait are sent together, as one copy of at most this many bytes; larger ones are sent uncopied. Bun has no
 * `writev`, and a system call costs more than copying this much.
 */
const mergeBytes = 64 * 1_024;

/** The writing side of a socket: keeps what Bun did not take, in order, until there is room again. */
export class Outlet {
  readonly #sink: Sink;
  readonly #queue: Uint8Array[] = [];
  /** In front of the queue: what was sent in part. */
  #rest: Uint8Array | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Nothing waits to be written. */
  get empty(): boolean {
    return this.#rest === undefined && this.#queue.length === 0;
  }

  /** Sends a batch, or queues it behind what waits. @returns {@link empty} */
  write(chunks: readonly Uint8Array[]): boolean {
    const waiting = !this.empty;
    const [first] = chunks;
    if (!waiting && chunks.length === 1 && first !== undefined) return this.#send(first);
    for (const chunk of chunks) this.#queue.push(chunk);
    return waiting ? false : this.flush();
  }

  /** Sends as much as there is room for; to be called again when there is more. @returns {@link empty} */
  flush(): boolean {
    while (!this.empty) {
      const bytes = this.#rest ?? this.#next();
      this.#rest = undefined;
      if (!this.#send(bytes)) return false;
    }
    return true;
  }

  /** Drops what waits. */
  clear(): void {
    this.#rest = undefined;
    this.#queue.length = 0;
  }

  /** @returns false if a rest of it has to wait. */
  #send(bytes: Uint8Array): boolean {
    if (bytes.byteLength === 0) return true;
    const taken = this.#sink.write(bytes);
    if (taken === bytes.byteLength) return true;
    this.#rest = taken > 0 ? bytes.subarray(taken) : bytes; // -1: the connection is gone, its `close` event follows
    return false;
  }

  /** Takes from the queue what one system call is to send: its first chunk, and those after it that are worth copying. */
  #next(): Uint8Array {
    let count = 0;
    let total = 0;
    for (const { byteLength } of this.#queue) {
      if (count > 0 && total + byteLength > mergeBytes) break;
      count += 1;
      total += byteLength;
    }
    return joined(this.#queue.splice(0, count));
  }
}
