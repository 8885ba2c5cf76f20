import { Writer } from '@rmq/protocol/bytes';
import type { Response } from '@rmq/protocol/mqmq';
import { responseFrame, writeFrame } from '@rmq/protocol/mqmq';

/** Room for all but the message in an answer to a Get. Bytes. */
const HEAD_ROOM_BYTES = 16;
/** So many Puts are answered by one copy. */
const AT_ONCE = 64;

const OK = encodeAnswer({ type: 'OK' });
const OKS = Uint8Array.from({ length: AT_ONCE * OK.length }, (_, at) => OK[at % OK.length] ?? 0);
/** The answer to a Get without its message: what it has two lengths of, that of the frame and, at the end, its own. */
const HEAD = encodeAnswer({ type: 'OK', value: new Uint8Array(0) });
/** Bytes of a length: what an empty message adds to an answer without one. */
const LENGTH_BYTES = HEAD.length - OK.length;

/** Bytes of the answer to a Put. */
export const OK_BYTES: number = OK.length;

/** Any answer as a chunk of its own. @throws UsageError `value-out-of-range` if it fits into no frame */
export function encodeAnswer(response: Response): Uint8Array {
  const writer = new Writer(HEAD_ROOM_BYTES + lengthOf(response));
  writeAnswer(writer, response);
  return writer.take();
}

/** Any answer behind others. @throws UsageError `value-out-of-range` if it fits into no frame */
export function writeAnswer(writer: Writer, response: Response): void {
  writeFrame(writer, responseFrame(response));
}

/** Bytes of what an answer is about: of most, none. */
export function lengthOf(response: Response): number {
  return response.type === 'OK' ? (response.value?.length ?? 0) : 0;
}

/** The answers to so many Puts. */
export function writeOks(writer: Writer, count: number): void {
  for (let left = count; left > 0; left -= AT_ONCE) {
    if (left === 1) writer.bytes(OK);
    else writer.bytes(left >= AT_ONCE ? OKS : OKS.subarray(0, left * OK.length));
  }
}

/** The answer to a Get: as {@link writeAnswer}, in half the time. */
export function writeMessage(writer: Writer, message: Uint8Array): void {
  const { length } = message;
  const start = writer.length;
  writer.bytes(HEAD);
  writer.patch32(start, HEAD.length - LENGTH_BYTES + length).patch32(writer.length - LENGTH_BYTES, length);
  writer.bytes(message);
}
