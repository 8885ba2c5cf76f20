import { FrameDecoder, type Framing } from '../bytes/frame-decoder.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';

/** A frame: byte strings, of which the first says what the others mean. */
export type Frame = readonly Uint8Array[];

/** Most a frame may hold behind its length: a Put of 32 MiB to the longest queue name (`frame.go`). Bytes. */
export const MAX_FRAME_BYTES = 33_555_471;
/** Bytes of a length, in front of a frame and of each of its values. */
const LENGTH_BYTES = 4;

/** mqmq's frames for a {@link FrameDecoder}. */
const framing: Framing<Frame> = {
  prefix: LENGTH_BYTES,
  size: (bytes, at) => LENGTH_BYTES + viewOf(bytes).getUint32(at),
  decode: decodeFrame,
};

/** A decoder of mqmq's frames for one connection. Values are views of the chunks they came in. */
export function frameDecoder(): FrameDecoder<Frame> {
  return new FrameDecoder(framing, { maxFrameBytes: MAX_FRAME_BYTES + LENGTH_BYTES });
}

/**
 * Reads one whole frame, its length in front.
 * @throws ProtocolError `frame-malformed`: also for a frame without values, on which the original server ends
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const view = viewOf(bytes);
  const values: Uint8Array[] = [];
  for (let at = LENGTH_BYTES, end: number; at < bytes.byteLength; at = end) {
    const from = at + LENGTH_BYTES;
    end = from + (from > bytes.byteLength ? 0 : view.getUint32(at));
    if (end > bytes.byteLength) throw malformed('a value does not fit');
    values.push(bytes.subarray(from, end));
  }
  if (values.length > 0 && view.getUint32(0) === bytes.byteLength - LENGTH_BYTES) return values;
  throw malformed('its length is not that of its values');
}

/**
 * A frame as bytes.
 * @throws UsageError `value-out-of-range` when it is larger than {@link MAX_FRAME_BYTES}, or has no values
 */
export function encodeFrame(values: Frame): Uint8Array {
  const length = lengthOf(values);
  const bytes = new Uint8Array(LENGTH_BYTES + length);
  const view = viewOf(bytes);
  view.setUint32(0, length);
  let at = LENGTH_BYTES;
  for (const value of values) {
    view.setUint32(at, value.byteLength);
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

/** What the length of a frame says. @throws UsageError for a frame that must not be sent */
function lengthOf(values: Frame): number {
  let length = 0;
  for (const { byteLength } of values) length += LENGTH_BYTES + byteLength;
  if (length > 0 && length <= MAX_FRAME_BYTES) return length;
  const limit = `expected 1 to ${MAX_FRAME_BYTES}`;
  throw new UsageError('value-out-of-range', `a frame of ${length} bytes: ${limit}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformed(why: string): ProtocolError {
  return new ProtocolError('frame-malformed', `this is no mqmq frame: ${why}`);
}
