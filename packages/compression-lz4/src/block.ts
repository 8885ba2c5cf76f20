import { malformed } from './frame.ts';

/** Matches are this much longer than their token says. */
const MIN_MATCH = 4;
/** A count of this is continued in the bytes that follow. */
const CONTINUED = 15;

/**
 * Unpacks one block (lz4_Block_format.md). Matches may refer to what stands in front of `to`.
 * @returns where it ends in `into`; undefined when there is no room for it
 * @throws ProtocolError `message-malformed`
 */
export function unpackBlock(block: Uint8Array, into: Uint8Array, to: number): number | undefined {
  let at = 0;
  const next = (): number => {
    const byte = block[at++];
    if (byte === undefined) throw malformed('a block ends too early');
    return byte;
  };
  const count = (first: number): number => {
    let sum = first;
    if (first === CONTINUED) {
      let more = next();
      for (; more === 255; more = next()) sum += more;
      sum += more;
    }
    return sum;
  };
  while (at < block.byteLength) {
    const token = next();
    const literals = count(token >> 4);
    if (literals > block.byteLength - at) throw malformed('a block ends too early');
    if (literals > into.byteLength - to) return undefined;
    into.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === block.byteLength) break; // the last sequence has no match
    const distance = next() | (next() << 8);
    const length = count(token & CONTINUED) + MIN_MATCH;
    if (distance === 0 || distance > to) throw malformed('a match refers to nothing');
    if (length > into.byteLength - to) return undefined;
    // Byte by byte where they overlap: a match may repeat what it is writing.
    if (distance >= length) into.copyWithin(to, to - distance, to - distance + length);
    else for (let index = 0; index < length; index += 1) into[to + index] = into[to + index - distance] ?? 0;
    to += length;
  }
  return to;
}
