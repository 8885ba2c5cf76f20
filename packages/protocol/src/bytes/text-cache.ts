import { decodeUtf8Loosely } from './utf8.ts';

/** How many texts are kept: a power of two. */
const SLOTS = 256;
/** Longer texts seldom come twice. Bytes. */
const MAX_BYTES = 64;

interface Slot {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Remembers short texts by their bytes. Peers send the same few names in every frame, and comparing bytes is much
 * cheaper than making a string of them. A fixed number of slots: what peers send cannot make it grow.
 */
export class TextCache {
  readonly #slots = new Array<Slot | undefined>(SLOTS);

  /** The text of `length` bytes at `at`, all of which must be there. What is not UTF-8 becomes U+FFFD. */
  text(bytes: Uint8Array, at: number, length: number): string {
    if (length > MAX_BYTES) return decodeUtf8Loosely(bytes.subarray(at, at + length));
    const index = slotOf(bytes, at, length);
    const slot = this.#slots[index];
    if (slot !== undefined && isSame(slot.bytes, bytes, at, length)) return slot.text;
    const own = bytes.slice(at, at + length);
    const text = decodeUtf8Loosely(own);
    this.#slots[index] = { bytes: own, text };
    return text;
  }
}

/** Names that differ do so at their end most of all. */
function slotOf(bytes: Uint8Array, at: number, length: number): number {
  const end = at + length;
  const first = (bytes[at] ?? 0) * 31 + (bytes[at + (length >> 1)] ?? 0) * 17;
  const last = (bytes[end - 1] ?? 0) * 7 + (bytes[end - 2] ?? 0) * 13;
  return (length + first + last) & (SLOTS - 1);
}

// eslint-disable-next-line max-params -- an object for each comparison would cost more than the comparison
function isSame(known: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index += 1) if (known[index] !== bytes[at + index]) return false;
  return true;
}
