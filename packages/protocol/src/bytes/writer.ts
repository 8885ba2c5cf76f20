import { UsageError } from '../errors.ts';
import { encodeUtf8Into } from './utf8.ts';
import { writeWord } from './word.ts';

/** Up to this many bytes a loop beats the call into the runtime. */
const SHORT_COPY = 8;

/** See {@link Writer.fill}. */
// eslint-disable-next-line max-params -- an object for each call would cost as much as writing it
export type Fill<T> = (bytes: Uint8Array, at: number, head: Uint8Array, value: T) => number;

/**
 * A big-endian writer that grows. What {@link take} gave away is never written again, so receivers may keep it without a
 * copy; the writer goes on in the memory behind it. Code that runs for every frame asks arrays for `length`: Node 20
 * compiles `byteLength` to a call that takes longer than writing a short text.
 * @throws UsageError `value-out-of-range` for a number that its field cannot hold; then nothing of it is written
 */
export class Writer {
  #bytes: Uint8Array;
  /** Where the part begins that has not been given away. */
  #start = 0;
  #at = 0;

  /** @param capacity - bytes to begin with, and the least to grow by. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes written and not given away yet. */
  get length(): number {
    return this.#at - this.#start;
  }

  u8(value: number): this {
    return this.#put(1, within(value, 0, 0xff));
  }

  u16(value: number): this {
    return this.#put(2, within(value, 0, 0xffff));
  }

  u32(value: number): this {
    return this.#put(4, within(value, 0, 0xffff_ffff));
  }

  i16(value: number): this {
    return this.#put(2, within(value, -0x8000, 0x7fff));
  }

  i32(value: number): this {
    return this.#put(4, within(value, -0x8000_0000, 0x7fff_ffff));
  }

  /** Copies bytes in. */
  bytes(value: Uint8Array): this {
    const at = this.#room(value.length);
    copyInto(this.#bytes, at, value);
    return this;
  }

  /** Text as UTF-8, without a length. A lone surrogate becomes U+FFFD. */
  utf8(text: string): this {
    const at = this.#room(text.length * 3);
    this.#at = at + encodeUtf8Into(text, this.#bytes, at);
    return this;
  }

  /**
   * Writes by hand what takes several steps: `fill` gets the memory, where to begin, and what it is about, and returns
   * where it ended, within `room` bytes of where it began.
   */
  // eslint-disable-next-line max-params -- an object for each call would cost as much as writing it
  fill<T>(room: number, fill: Fill<T>, head: Uint8Array, value: T): this {
    const at = this.#room(room);
    this.#at = fill(this.#bytes, at, head, value);
    return this;
  }

  /** Bytes, then text as UTF-8 behind its length, an unsigned number of four bytes: a named field in one step. */
  field32(head: Uint8Array, text: string): this {
    const from = this.#room(head.length + 4 + text.length * 3);
    const bytes = this.#bytes;
    const at = copyInto(bytes, from, head) + 4;
    const written = encodeUtf8Into(text, bytes, at);
    writeWord(bytes, at - 4, written);
    this.#at = at + written;
    return this;
  }

  /** Leaves four bytes for {@link patch32}. @returns where they are, from the start of what has not been given away */
  hole32(): number {
    return this.#room(4) - this.#start;
  }

  /** Fills a hole with an unsigned number: lengths are written when they are known, never guessed. */
  patch32(hole: number, value: number): this {
    writeWord(this.#bytes, this.#start + hole, within(value, 0, 0xffff_ffff));
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

  #put(length: number, value: number): this {
    let at = this.#room(length);
    for (let shift = 8 * length - 8; shift >= 0; shift -= 8) this.#bytes[at++] = value >>> shift;
    return this;
  }

  /** Callers take the place first and `#bytes` then: making room may replace it. */
  #room(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) return this.#grow(length);
    this.#at = at + length;
    return at;
  }

  /** Moves to new memory with what has not been given away; the old memory belongs to those who were given parts. */
  #grow(length: number): number {
    const kept = this.#bytes.subarray(this.#start, this.#at);
    const next = new Uint8Array(Math.max(this.#bytes.length, 2 * (kept.length + length)));
    next.set(kept);
    this.#bytes = next;
    this.#start = 0;
    this.#at = kept.length + length;
    return kept.length;
  }
}

/** Copies bytes to a place where there is room for them. @returns where the copy ends */
export function copyInto(bytes: Uint8Array, at: number, value: Uint8Array): number {
  const { length } = value;
  if (length > SHORT_COPY) bytes.set(value, at);
  else for (let index = 0; index < length; index += 1) bytes[at + index] = value[index] ?? 0;
  return at + length;
}

/** A whole number, as given. @throws UsageError `value-out-of-range` */
export function within(value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw outOfRange(value, `a whole number from ${min} to ${max}`);
}

/** What is thrown for what its field cannot hold: `given` is a number or a size, as values of callers are not shown. */
export function outOfRange(given: number | bigint | string, expected: string): UsageError {
  return new UsageError('value-out-of-range', `${given} does not fit: expected ${expected}`);
}
