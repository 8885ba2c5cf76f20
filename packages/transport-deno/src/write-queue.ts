import { joined } from '@rmq/transport/adapter';

/** Chunks up to this size are copied together rather than written one by one. Bytes. */
const smallBytes = 16 * 1_024;
/** How much is copied together at most. Bytes. */
const joinedBytes = 64 * 1_024;

/**
 * What waits to be written. Deno knows no `writev`, and each write is a system call and a promise; copying is far cheaper
 * for chunks that are small, and only for those.
 */
export class WriteQueue {
  readonly #chunks: Uint8Array[] = [];
  #head = 0;
  #bytes = 0;

  /** All that was added and not {@link sent}. */
  get bytes(): number {
    return this.#bytes;
  }

  add(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      if (chunk.byteLength === 0) continue;
      this.#chunks.push(chunk);
      this.#bytes += chunk.byteLength;
    }
  }

  /** Takes what is to be written next, never empty; undefined when nothing waits. */
  next(): Uint8Array | undefined {
    const first = this.#chunks[this.#head];
    if (first === undefined) {
      this.clear();
      return undefined;
    }
    const count = this.#run();
    const taken = count < 2 ? first : joined(this.#chunks.slice(this.#head, this.#head + count));
    this.#head += Math.max(count, 1);
    if (this.#head > 1_024 && this.#head * 2 > this.#chunks.length) {
      this.#chunks.splice(0, this.#head); // amortised: a writer that is never idle must not make the array grow for ever
      this.#head = 0;
    }
    return taken;
  }

  /** What {@link next} gave has left. */
  sent(taken: Uint8Array): void {
    this.#bytes -= taken.byteLength;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#head = 0;
    this.#bytes = 0;
  }

  /** How many chunks from the head are small and fit together. */
  #run(): number {
    let bytes = 0;
    let at = this.#head;
    for (; at < this.#chunks.length; at += 1) {
      const size = this.#chunks[at]?.byteLength ?? 0;
      if (size > smallBytes || bytes + size > joinedBytes) break;
      bytes += size;
    }
    return at - this.#head;
  }
}
