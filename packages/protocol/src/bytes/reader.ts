import { ProtocolError } from '../errors.ts';
import type { TextCache } from './text-cache.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * A big-endian cursor over bytes it does not own. Every read is checked against what is left before it is made.
 * @throws ProtocolError `short-read` from any read beyond the end; the cursor then stays where it was.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #lazyView: DataView | undefined;

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
    return this.#half(this.#take(2));
  }

  u32(): number {
    return this.#word(this.#take(4));
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  /** An unsigned 64-bit number, or undefined (and nothing is read) if a number cannot hold it without loss. */
  safeU64(): number | undefined {
    const at = this.#take(8);
    const value = this.#word(at) * 0x1_0000_0000 + this.#word(at + 4);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.#at = at;
    return undefined;
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4));
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8));
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

  /** The next `length` bytes as text. @throws ProtocolError `utf8-invalid` */
  utf8(length: number): string {
    return length === 0 ? '' : decodeUtf8(this.bytes(length));
  }

  /** Frames need one for few of their fields, and it costs more than reading those. */
  get #view(): DataView {
    return (this.#lazyView ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength));
  }

  #half(at: number): number {
    return ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0);
  }

  #word(at: number): number {
    return this.#half(at) * 0x1_0000 + this.#half(at + 2);
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) {
      throw new ProtocolError('short-read', `need ${length} bytes, have ${this.remaining}`, {
        offset: at,
      });
    }
    this.#at = at + length;
    return at;
  }
}
