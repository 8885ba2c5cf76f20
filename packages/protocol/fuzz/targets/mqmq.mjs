/** mqmq's frames in a stream, in any chunks, read as what either side may have sent, and written again. */
import { encodeUtf8 } from '@rmq/protocol/bytes';
import {
  decodeFrame,
  decodeInfo,
  encodeFrame,
  encodeInfo,
  frameDecoder,
  readRequest,
  readResponse,
  requestFrame,
  responseFrame,
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
  for (const frame of whole.frames) {
    check.same(decodeFrame(encodeFrame(frame)), frame, 'a frame');
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
