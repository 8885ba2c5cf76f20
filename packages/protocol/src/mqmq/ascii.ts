import { encodeUtf8 } from '../bytes/utf8.ts';

/** More than any word of the protocol has. Bytes. */
const MAX_WORD = 64;

/** Bytes as ASCII; undefined for anything else, and for what is longer than any word of the protocol. */
export function asciiOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.byteLength > MAX_WORD || bytes.some((byte) => byte > 0x7f)) return undefined;
  return String.fromCharCode(...bytes);
}

/** Whether this word of the protocol is in the bytes, from `at` on. */
export function startsWord(bytes: Uint8Array, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[at + index] !== word.charCodeAt(index)) return false;
  }
  return true;
}

const words = new Map<string, Uint8Array>();

/** A word of the protocol as bytes: always the same ones. Never for what a peer or a caller made up. */
export function wordOf(text: string): Uint8Array {
  const known = words.get(text);
  if (known !== undefined) return known;
  const word = encodeUtf8(text);
  words.set(text, word);
  return word;
}
