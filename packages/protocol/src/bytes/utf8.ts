import { ProtocolError } from '../errors.ts';

/** What every runtime has of these, in so far as it is used here: no DOM or Node types in portable code. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label: string, options: { readonly fatal: boolean; readonly ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

/** Text as UTF-8. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return (encoder ??= new TextEncoder()).encode(text);
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
