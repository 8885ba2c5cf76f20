/** More than any word of the protocol has. Bytes. */
const MAX_WORD = 64;

/** Bytes as ASCII; undefined for anything else, and for what is longer than any word of the protocol. */
export function asciiOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.byteLength > MAX_WORD || bytes.some((byte) => byte > 0x7f)) return undefined;
  return String.fromCharCode(...bytes);
}
