import { UsageError } from '../errors.ts';
import { encodeUtf8Into } from './utf8.ts';

/** Up to this many bytes a loop beats the call into the runtime. */
const SHORT_COPY = 8;
/** No escape has more characters: `\\u0001`. */
const MAX_ESCAPE = 6;

/**
 * A big-endian writer that grows. What {@link take} or {@link finish} gave away is never written again, so receivers
 * may keep it without a copy; the writer goes on in the memory behind it.
 * @throws UsageError `value-out-of-range` for a number that its field cannot hold.
 */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  /** Where the part begins that has not been given away. */
  #start = 0;
  #at = 0;

  /** @param capacity - bytes to begin with, and the least to grow by. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = viewOf(this.#bytes);
  }

  /** Bytes written and not given away yet. */
  get length(): number {
    return this.#at - this.#start;
  }

  u8(value: number): this {
    const checked = within(value, 0, 0xff);
    const at = this.#room(1);
    this.#view.setUint8(at, checked);
    return this;
  }

  u16(value: number): this {
    const checked = within(value, 0, 0xffff);
    const at = this.#room(2);
    this.#view.setUint16(at, checked);
    return this;
  }

  u32(value: number): this {
    const checked = within(value, 0, 0xffff_ffff);
    const at = this.#room(4);
    this.#view.setUint32(at, checked);
    return this;
  }

  i16(value: number): this {
    const checked = within(value, -0x8000, 0x7fff);
    const at = this.#room(2);
    this.#view.setInt16(at, checked);
    return this;
  }

  i32(value: number): this {
    const checked = within(value, -0x8000_0000, 0x7fff_ffff);
    const at = this.#room(4);
    this.#view.setInt32(at, checked);
    return this;
  }

  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw outOfRange(value, '-2^63 to 2^63-1');
    const at = this.#room(8);
    this.#view.setBigInt64(at, value);
    return this;
  }

  /** Copies bytes in. */
  bytes(value: Uint8Array): this {
    this.#copy(value, this.#room(value.byteLength));
    return this;
  }

  /** Text as UTF-8, without a length. A lone surrogate becomes U+FFFD. */
  utf8(text: string): this {
    const at = this.#room(text.length * 3);
    this.#at = at + encodeUtf8Into(text, this.#bytes, at);
    return this;
  }

  /** Bytes, then text as UTF-8 behind its length, an unsigned number of four bytes: a named field in one step. */
  field32(head: Uint8Array, text: string): this {
    const from = this.#room(head.byteLength + 4 + text.length * 3);
    const at = this.#copy(head, from) + 4;
    const written = encodeUtf8Into(text, this.#bytes, at);
    this.#view.setUint32(at - 4, written);
    this.#at = at + written;
    return this;
  }

  /**
   * Bytes, then text of ASCII characters, those escaped that have an entry in `escapes`, by code.
   * @returns false, and nothing is written, for any other text
   */
  escaped(head: Uint8Array, text: string, escapes: readonly (string | undefined)[]): boolean {
    const { length } = text;
    const from = this.#room(head.byteLength + length * MAX_ESCAPE);
    const bytes = this.#bytes;
    let at = this.#copy(head, from);
    for (let index = 0; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) {
        this.#at = from;
        return false;
      }
      const escape = escapes[unit];
      if (escape === undefined) bytes[at++] = unit;
      else for (let part = 0; part < escape.length; part += 1) bytes[at++] = escape.charCodeAt(part);
    }
    this.#at = at;
    return true;
  }

  /** Leaves four bytes for {@link patch32}. @returns where they are, from the start of what has not been given away */
  hole32(): number {
    return this.#room(4) - this.#start;
  }

  /** Fills a hole with an unsigned number: lengths are written when they are known, never guessed. */
  patch32(hole: number, value: number): this {
    this.#view.setUint32(this.#start + hole, within(value, 0, 0xffff_ffff));
    return this;
  }

  /** Forgets what was written behind `length`: for an encoder that fails half-way. */
  truncate(length: number): this {
    this.#at = this.#start + within(length, 0, this.length);
    return this;
  }

  /** Gives away what was written since the last time; more can be written behind it. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return taken;
  }

  /** @returns where the copy ends */
  #copy(value: Uint8Array, at: number): number {
    const { byteLength } = value;
    if (byteLength > SHORT_COPY) this.#bytes.set(value, at);
    else for (let index = 0; index < byteLength; index += 1) this.#bytes[at + index] = value[index] ?? 0;
    return at + byteLength;
  }

  /** Callers take the place first and `#view` or `#bytes` then: making room may replace both. */
  #room(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) return this.#grow(length);
    this.#at = at + length;
    return at;
  }

  /** Moves to new memory with what has not been given away; the old memory belongs to those who were given parts. */
  #grow(length: number): number {
    const kept = this.#bytes.subarray(this.#start, this.#at);
    const next = new Uint8Array(Math.max(this.#bytes.byteLength, 2 * (kept.byteLength + length)));
    next.set(kept);
    this.#bytes = next;
    this.#view = viewOf(next);
    this.#start = 0;
    this.#at = kept.byteLength + length;
    return kept.byteLength;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function within(value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) throw outOfRange(value, `${min} to ${max}`);
  return value;
}

function outOfRange(value: number | bigint, range: string): UsageError {
  return new UsageError('value-out-of-range', `${value} does not fit: expected a whole number from ${range}`);
}
