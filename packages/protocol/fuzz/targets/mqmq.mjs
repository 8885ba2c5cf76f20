/** mqmq's frames in a stream, in any chunks, read as what either side may have sent, and written again. */
import { encodeUtf8, Writer } from '@rmq/protocol/bytes';
import {
  decodeFrame,
  decodeInfo,
  encodeFrame,
  encodeInfo,
  frameDecoder,
  readRequest,
  readResponse,
  requestDecoder,
  requestFrame,
  responseFrame,
  writeFrame,
} from '@rmq/protocol/mqmq';
import { chunksOf, read, stream, use } from '../guard.mjs';

export const words = [
  ...['Put', 'Get', 'Info', 'Quit', 'OK', 'Timeout', 'Error', '1', '+3600000', '-1', '3600001', '9223372036854775808'],
  ...['{"NumConnections":1,"NumQueues":1,"NumMessages":1,"Queues":{"q":{"NumMessages":1}}}', '"__proto__":', '\\u0000'],
].flatMap((word) => [word, [0, 0, 0, word.length, ...encodeUtf8(word)]]);

/** Bytes in front of the stream: when inputs are joined, the second one's are left out. */
export const prefix = 1;

/** The first byte says where the stream behind it is cut. */
export function run(bytes, check) {
  const [cuts = 0] = bytes;
  const [whole, parts] = [connection(bytes.subarray(1), 0), connection(bytes.subarray(1), cuts)];
  check.same(parts, whole, 'a stream in other chunks');
  check.same(requests(bytes.subarray(1), cuts), { ...whole, frames: whole.frames.map(asked) }, 'requests of a stream');
  for (const frame of whole.frames) {
    const written = encodeFrame(frame);
    check.same(decodeFrame(written), frame, 'a frame');
    const writer = new Writer();
    writeFrame(writer, frame);
    check.same(writer.take(), written, 'a frame behind others');
    request(frame, check);
    response(frame, check);
    for (const value of frame) info(value, check);
  }
}

function connection(bytes, cuts) {
  const frames = [];
  const error = stream(frameDecoder(), chunksOf(bytes, cuts), (frame) => frames.push(frame));
  return { frames, error };
}

/** What servers read at once. */
function requests(bytes, cuts) {
  const frames = [];
  const error = stream(requestDecoder(), chunksOf(bytes, cuts), (frame) => frames.push(frame));
  return { frames, error };
}

/** The same by way of frames. */
function asked(frame) {
  const found = readRequest(frame);
  return typeof found === 'string' ? { type: 'Refused', error: found } : found;
}

function request(frame, check) {
  const found = readRequest(frame);
  // Otherwise it is what a server answers.
  if (typeof found !== 'string') check.same(readRequest(requestFrame(found)), found, 'a request');
}

function response(frame, check) {
  const { value } = read(() => readResponse(frame));
  if (value !== undefined) check.same(readResponse(responseFrame(value)), value, 'a response');
}

function info(bytes, check) {
  const { value } = read(() => decodeInfo(bytes));
  if (value === undefined) return;
  const queues = Object.entries(value.Queues).map(([name, { NumMessages }]) => [name, NumMessages]);
  const { value: written } = use(() => encodeInfo(value, queues));
  check.same(decodeInfo(written), value, 'an Info');
}
