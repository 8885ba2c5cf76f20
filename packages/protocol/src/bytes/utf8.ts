import { ProtocolError } from '../errors.ts';

/** What every runtime has of these, in so far as it is used here: no DOM or Node types in portable code. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
}
declare class TextDecoder {
  constructor(label: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;
let loose: TextDecoder | undefined;
let latin1: TextDecoder | undefined;

/** Up to this many bytes a loop over characters beats the call into the runtime. Measured on Node 20. */
const SHORT = 48;

/** Text as UTF-8. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return (encoder ??= new TextEncoder()).encode(text);
}

/**
 * Writes text as UTF-8 at `at`, where room for three bytes a character must be left. A lone surrogate becomes U+FFFD.
 * @returns how many bytes were written
 */
export function encodeUtf8Into(text: string, into: Uint8Array, at: number): number {
  const { length } = text;
  if (length > SHORT) return encodeByRuntime(text, into, at);
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return encodeByRuntime(text, into, at);
    into[at + index] = unit;
  }
  return length;
}

function encodeByRuntime(text: string, into: Uint8Array, at: number): number {
  return (encoder ??= new TextEncoder()).encodeInto(text, into.subarray(at)).written;
}

/**
 * UTF-8 as text, strictly; a byte order mark is a character like any other.
 *
 * @throws ProtocolError `utf8-invalid`
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })).decode(bytes);
  } catch (cause) {
    throw new ProtocolError('utf8-invalid', 'bytes are not UTF-8', { cause });
  }
}

/** UTF-8 as text; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8Loosely(bytes: Uint8Array): string {
  return (loose ??= new TextDecoder('utf-8', { ignoreBOM: true })).decode(bytes);
}

/** One character for each byte; bytes below 0x80 are ASCII, which others stand for is not to be relied on. */
export function decodeLatin1(bytes: Uint8Array): string {
  return (latin1 ??= new TextDecoder('latin1')).decode(bytes);
}
