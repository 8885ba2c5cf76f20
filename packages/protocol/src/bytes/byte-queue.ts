/** Reads the bytes from `at` to `end`, where they are: small things are read faster than a view of them is made. */
export type Read<T> = (bytes: Uint8Array, at: number, end: number) => T;

/** Chunks as one run of bytes. A read inside one chunk is of that chunk; only what straddles chunks is copied, once. */
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

  /** What `read` makes of the next `length` bytes, left in the queue. There must be as many. */
  read<T>(length: number, read: Read<T>): T {
    const chunk = this.#chunks[this.#first];
    const end = this.#at + length;
    if (chunk !== undefined && end <= chunk.byteLength) return read(chunk, this.#at, end);
    return read(this.#gather(length), 0, length);
  }

  /** What `read` makes of the next `length` bytes, which are then removed. There must be as many. */
  take<T>(length: number, read: Read<T>): T {
    const value = this.read(length, read);
    this.#drop(length);
    return value;
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
