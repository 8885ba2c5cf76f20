import type { Read } from '../bytes/byte-queue.ts';
import { FrameDecoder, type Framing } from '../bytes/frame-decoder.ts';
import { readWord, writeWord } from '../bytes/word.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';

/** A frame: byte strings, of which the first says what the others mean. */
export type Frame = readonly Uint8Array[];

/** Most a frame may hold behind its length: a Put of 32 MiB to the longest queue name (`frame.go`). Bytes. */
export const MAX_FRAME_BYTES = 33_555_471;
/** Bytes of a length, in front of a frame and of each of its values. */
export const LENGTH_BYTES = 4;

/** A decoder of frames for one connection, of which `decode` makes something. */
export function decoderOf<T extends object>(decode: Read<T>): FrameDecoder<T> {
  const framing: Framing<T> = {
    prefix: LENGTH_BYTES,
    size: (bytes, at) => LENGTH_BYTES + lengthAt(bytes, at),
    decode,
  };
  return new FrameDecoder(framing, { maxFrameBytes: MAX_FRAME_BYTES + LENGTH_BYTES });
}

/** A decoder of mqmq's frames for one connection. Values are views of the chunks they came in. */
export function frameDecoder(): FrameDecoder<Frame> {
  return decoderOf(decodeFrameAt);
}

/**
 * Reads one whole frame, its length in front.
 * @throws ProtocolError `frame-malformed`: also for a frame without values, on which the original server ends
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  return decodeFrameAt(bytes, 0, bytes.byteLength);
}

function decodeFrameAt(bytes: Uint8Array, at: number, end: number): Frame {
  const values: Uint8Array[] = [];
  let valueAt = firstValue(bytes, at, end);
  while (valueAt < end) {
    const next = valueEnd(bytes, valueAt, end);
    values.push(bytes.subarray(valueAt + LENGTH_BYTES, next));
    valueAt = next;
  }
  return values;
}

/** Where the first value of a frame is, its length in front. @throws ProtocolError for a frame that has none */
export function firstValue(bytes: Uint8Array, at: number, end: number): number {
  const first = at + LENGTH_BYTES;
  if (first < end && lengthAt(bytes, at) === end - first) return first;
  throw malformed();
}

/** Where the value ends whose length is at `at`, and the next one begins. @throws ProtocolError if it does not fit */
export function valueEnd(bytes: Uint8Array, at: number, end: number): number {
  const from = at + LENGTH_BYTES;
  const next = from > end ? from : from + lengthAt(bytes, at);
  if (next <= end) return next;
  throw malformed();
}

/**
 * A frame as bytes.
 * @throws UsageError `value-out-of-range` when it is larger than {@link MAX_FRAME_BYTES}, or has no values
 */
export function encodeFrame(values: Frame): Uint8Array {
  const length = lengthOf(values);
  const bytes = new Uint8Array(LENGTH_BYTES + length);
  writeWord(bytes, 0, length);
  let at = LENGTH_BYTES;
  for (const value of values) {
    writeWord(bytes, at, value.byteLength);
    bytes.set(value, at + LENGTH_BYTES);
    at += LENGTH_BYTES + value.byteLength;
  }
  return bytes;
}

/** {@link encodeFrame} behind what a writer holds already: for small frames that leave together. */
export function writeFrame(writer: Writer, values: Frame): void {
  writer.u32(lengthOf(values));
  for (const value of values) writer.u32(value.byteLength).bytes(value);
}

function lengthOf(values: Frame): number {
  let length = 0;
  for (const { byteLength } of values) length += LENGTH_BYTES + byteLength;
  return checkedLength(length);
}

/** What the length of a frame says. @throws UsageError for a frame that must not be sent */
export function checkedLength(length: number): number {
  if (length > 0 && length <= MAX_FRAME_BYTES) return length;
  const limit = `expected 1 to ${MAX_FRAME_BYTES}`;
  throw new UsageError('value-out-of-range', `a frame of ${length} bytes: ${limit}`);
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return readWord(bytes, at) >>> 0;
}

function malformed(): ProtocolError {
  return new ProtocolError('frame-malformed', 'this is no mqmq frame: its lengths do not fit');
}
