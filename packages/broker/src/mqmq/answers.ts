import { Writer } from '@rmq/protocol/bytes';
import type { Response } from '@rmq/protocol/mqmq';
import { responseFrame, writeFrame } from '@rmq/protocol/mqmq';

/** Answers as they are sent, one behind the other. Where they are nobody writes again. */
export interface Answers {
  readonly bytes: Uint8Array;
  readonly from: number;
  /** Grows while others come behind them. */
  to: number;
}

/** Room for all but the message in an answer to a Get. Bytes. */
const HEAD_ROOM_BYTES = 16;
/** So many Puts are answered at once. */
const AT_ONCE = 256;

const OK = encodeAnswer({ type: 'OK' });
/** The answer to a Get without its message: what it has two lengths of, that of the frame and, at the end, its own. */
const HEAD = encodeAnswer({ type: 'OK', value: new Uint8Array(0) });
/** Bytes of a length: what an empty message adds to an answer without one. */
export const LENGTH_BYTES: number = HEAD.length - OK.length;
/** What is between the two lengths, in two parts that are written at once each. */
const [WORD_LENGTH, WORD] = [viewOf(HEAD).getUint32(LENGTH_BYTES), viewOf(HEAD).getUint16(2 * LENGTH_BYTES)];

/** Bytes of the answer to a Put. */
export const OK_BYTES: number = OK.length;
/** The answers to many Puts. */
export const OKS: Uint8Array = Uint8Array.from({ length: AT_ONCE * OK.length }, (_, at) => OK[at % OK.length] ?? 0);
/** Bytes of the answer to a Get besides its message. */
export const HEAD_BYTES: number = HEAD.length;

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

/** Answers that are ready, behind others. */
export function writeAnswers(writer: Writer, { bytes, from, to }: Answers): void {
  writer.bytes(bytes.subarray(from, to));
}

/** Bytes of what an answer is about: of most, none. */
export function lengthOf(response: Response): number {
  return response.type === 'OK' ? (response.value?.length ?? 0) : 0;
}

/** What is in front of a message of this length in the answer to a Get. */
export function writeHead(view: DataView, at: number, length: number): void {
  view.setUint32(at, HEAD_BYTES - LENGTH_BYTES + length);
  view.setUint32(at + LENGTH_BYTES, WORD_LENGTH);
  view.setUint16(at + 2 * LENGTH_BYTES, WORD);
  view.setUint32(at + HEAD_BYTES - LENGTH_BYTES, length);
}

/** Bytes of the answer that is at `at`. */
export function sizeAt(view: DataView, at: number): number {
  return LENGTH_BYTES + view.getUint32(at);
}

/** For numbers in these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
