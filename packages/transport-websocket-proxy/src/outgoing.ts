import { messageBytes } from './protocol.ts';

/**
 * What has been written and not been sent yet, to be taken in messages of at most {@link messageBytes}. A message within one
 * chunk is a view of it; only one that spans several is a copy, so that small chunks share a message.
 */
export class Outgoing {
  #chunks: Uint8Array[] = [];
  /** How many of the chunks, and of the bytes of the next, have been taken. */
  #head = 0;
  #offset = 0;
  #length = 0;

  /** How much waits. Bytes. */
  get length(): number {
    return this.#length;
  }

  /** The size of the next message; 0 if there is none. Bytes. */
  get next(): number {
    return Math.min(this.#length, messageBytes);
  }

  push(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.byteLength;
  }

  /** Takes the next message. Empty if there is none. */
  take(): Uint8Array {
    const size = this.next;
    const first = this.#piece(size);
    if (first.byteLength === size) return first;
    const message = new Uint8Array(size);
    message.set(first);
    for (let at = first.byteLength; at < size;) {
      const piece = this.#piece(size - at);
      message.set(piece, at);
      at += piece.byteLength;
    }
    return message;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#offset = 0;
    this.#length = 0;
  }

  /** At most `most` bytes, of the first chunk only. */
  #piece(most: number): Uint8Array {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return new Uint8Array(0);
    const piece = chunk.subarray(this.#offset, this.#offset + most);
    this.#offset += piece.byteLength;
    this.#length -= piece.byteLength;
    if (this.#offset === chunk.byteLength) this.#forget();
    return piece;
  }

  #forget(): void {
    this.#head += 1;
    this.#offset = 0;
    if (this.#length === 0) this.clear();
    else if (this.#head > 1_024 && this.#head * 2 > this.#chunks.length) {
      this.#chunks.splice(0, this.#head); // amortised: what has been sent must not be kept
      this.#head = 0;
    }
  }
}
