import { encodeUtf8Into } from '../bytes/utf8.ts';
import type { Writer } from '../bytes/writer.ts';
import { UsageError } from '../errors.ts';

const MAX_SHORT = 255;
/** Room for the longest text whose characters may fit: three bytes each. */
const scratch = new Uint8Array(3 * MAX_SHORT);

/** Text behind one byte with its length. @throws UsageError `value-out-of-range` beyond 255 bytes: it is never cut */
export function writeShortText(writer: Writer, text: string): void {
  const length = text.length > MAX_SHORT ? text.length : encodeUtf8Into(text, scratch, 0);
  if (length > MAX_SHORT) throw outOfRange('a short string', `${length} bytes and more`, 'up to 255 bytes');
  writer.u8(length).bytes(scratch.subarray(0, length));
}

/** Text behind four bytes with its length. */
export function writeText32(writer: Writer, text: string): void {
  const hole = writer.hole32();
  writer.utf8(text);
  writer.patch32(hole, writer.length - hole - 4);
}

/** What is thrown for a value that its field cannot hold; values of callers are not shown unless they are numbers. */
export function outOfRange(what: string, given: string, allowed: string): UsageError {
  return new UsageError('value-out-of-range', `${what} of ${given} does not fit: allowed are ${allowed}`);
}
