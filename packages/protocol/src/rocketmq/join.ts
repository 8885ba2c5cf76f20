import { outOfRange } from '../bytes/writer.ts';
import { isInt32 } from './wire.ts';

/** A number takes four bytes, a bigint eight, both big-endian. */
type Part = number | bigint | Uint8Array;

/**
 * Parts one behind the other.
 * @throws UsageError `value-out-of-range` for a number that 32 bits do not hold, with or without a sign
 */
export function join(parts: readonly Part[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce<number>((sum, part) => sum + lengthOf(part), 0));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'bigint') view.setBigInt64(at, part);
    else if (typeof part !== 'number') bytes.set(part, at);
    else if (isInt32(part) || part >>> 0 === part) view.setInt32(at, part);
    else throw outOfRange(part, 'a 32-bit integer');
    at += lengthOf(part);
  }
  return bytes;
}

function lengthOf(part: Part): number {
  if (typeof part === 'bigint') return 8;
  return typeof part === 'number' ? 4 : part.length;
}

/** A number of two bytes, for {@link join}. */
export function word16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}
