import { decodeUtf8 } from '@rmq/protocol/bytes';

/** In a queue's name as text, each byte that is no UTF-8. */
const NOT_TEXT = '\ufffd';
/** No character takes more. Bytes. */
const MAX_CHARACTER = 4;

/** A name as a key: a character for each byte, so that keys differ as names do, and sort as their bytes do. */
export function keyOf(name: Uint8Array): string {
  // In one call, because a text that grows by a character at a time takes 100 times as long to look up.
  return Reflect.apply(String.fromCharCode, undefined, name) as string;
}

/** A name as Go prints it: what is not UTF-8 becomes U+FFFD byte by byte, where JavaScript would join such bytes. */
export function textOf(name: Uint8Array): string {
  const whole = decoded(name);
  if (whole !== undefined) return whole;
  let text = '';
  for (let at = 0; at < name.byteLength;) {
    const [character, length] = characterAt(name, at);
    text += character;
    at += length;
  }
  return text;
}

function characterAt(name: Uint8Array, at: number): readonly [character: string, length: number] {
  for (let length = 1; length <= MAX_CHARACTER && at + length <= name.byteLength; length += 1) {
    const character = decoded(name.subarray(at, at + length));
    if (character !== undefined) return [character, length];
  }
  return [NOT_TEXT, 1];
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decodeUtf8(bytes);
  } catch {
    return undefined;
  }
}
