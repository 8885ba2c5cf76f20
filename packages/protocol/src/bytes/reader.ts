import { ProtocolError } from '../errors.ts';
import type { TextCache } from './text-cache.ts';
import { readWord } from './word.ts';

/**
 * A big-endian cursor over bytes it does not own. Every read is checked against what is left before it is made.
 * @throws ProtocolError `short-read` from any read beyond the end; the cursor then stays where it was.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  /** @param from - where the first read begins, and `to` where the bytes to be read end, if not with the array. */
  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = Math.min(to, bytes.length);
  }

  /** Where the next read begins. Bytes from the start of the array. */
  get offset(): number {
    return this.#at;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  u16(): number {
    const at = this.#take(2);
    return ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0);
  }

  u32(): number {
    return readWord(this.#bytes, this.#take(4)) >>> 0;
  }

  /** An unsigned 64-bit number, or undefined (and nothing is read) if a number cannot hold it without loss. */
  safeU64(): number | undefined {
    const at = this.#take(8);
    const value = (readWord(this.#bytes, at) >>> 0) * 0x1_0000_0000 + (readWord(this.#bytes, at + 4) >>> 0);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.#at = at;
    return undefined;
  }

  /** Text of up to 255 bytes behind a byte with its length, from a cache where it can be. Not strict: see there. */
  text8(cache: TextCache): string {
    const length = this.u8();
    return length === 0 ? '' : cache.text(this.#bytes, this.#take(length), length);
  }

  /** The next `length` bytes as a view: shares memory, copies nothing. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** The next `length` bytes by a reader of their own, which ends with them. */
  part(length: number): Reader {
    const at = this.#take(length);
    return new Reader(this.#bytes, at, at + length);
  }

  /** The next `length` bytes for numbers of other kinds: making the view costs more than reading whole numbers does. */
  view(length: number): DataView {
    const { buffer, byteOffset } = this.#bytes;
    return new DataView(buffer, byteOffset + this.#take(length), length);
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) {
      throw new ProtocolError('short-read', `need ${length} bytes, have ${this.remaining}`, { offset: at });
    }
    this.#at = at + length;
    return at;
  }
}
