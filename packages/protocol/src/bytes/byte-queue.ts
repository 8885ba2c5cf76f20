/**
 * Chunks as one run of bytes. A read inside one chunk is a view of it; only what straddles chunks is copied, once.
 */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** Chunks before this index have been read. */
  #first = 0;
  /** Where the first unread byte is in the first unread chunk. */
  #at = 0;
  #length = 0;

  /** Bytes that can be taken. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.byteLength;
  }

  /** The next `length` bytes, left in the queue. There must be as many. */
  peek(length: number): Uint8Array {
    const chunk = this.#chunks[this.#first];
    const end = this.#at + length;
    if (chunk !== undefined && end <= chunk.byteLength) return chunk.subarray(this.#at, end);
    return this.#gather(length);
  }

  /** What `read` makes of the next `length` bytes, left in the queue: of the chunk they are in, without a view of it. */
  read<T>(length: number, read: (bytes: Uint8Array, at: number) => T): T {
    const chunk = this.#chunks[this.#first];
    if (chunk !== undefined && this.#at + length <= chunk.byteLength) return read(chunk, this.#at);
    return read(this.#gather(length), 0);
  }

  /** The next `length` bytes, removed. There must be as many. */
  take(length: number): Uint8Array {
    const bytes = this.peek(length);
    this.#drop(length);
    return bytes;
  }

  clear(): void {
    this.#chunks = [];
    this.#first = 0;
    this.#at = 0;
    this.#length = 0;
  }

  #gather(length: number): Uint8Array {
    const whole = new Uint8Array(length);
    let filled = 0;
    let from = this.#at;
    for (let index = this.#first; filled < length; index += 1) {
      const chunk = this.#chunks[index];
      if (chunk === undefined) break;
      const part = chunk.subarray(from, from + length - filled);
      whole.set(part, filled);
      filled += part.byteLength;
      from = 0;
    }
    return whole;
  }

  #drop(length: number): void {
    this.#length -= length;
    let at = this.#at + length;
    let chunk = this.#chunks[this.#first];
    while (chunk !== undefined && at >= chunk.byteLength) {
      at -= chunk.byteLength;
      this.#first += 1;
      chunk = this.#chunks[this.#first];
    }
    this.#at = at;
    // Read chunks are let go in runs: removing each by itself would move all others every time.
    if (this.#first === this.#chunks.length || this.#first > 1_024) {
      this.#chunks.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
