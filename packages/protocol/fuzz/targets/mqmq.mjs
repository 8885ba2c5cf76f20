/** mqmq's frames in a stream, in any chunks, read as what either side may have sent, and written again. */
import { encodeUtf8, Writer } from '@rmq/protocol/bytes';
import { requestDecoder, requestFrame, responseDecoder, responseFrame, writeFrame } from '@rmq/protocol/mqmq';
import { decodeInfo, encodeInfo } from '@rmq/protocol/mqmq/info';
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
  const given = bytes.subarray(1);
  for (const [name, decoder, frameOf] of [
    ['a request', requestDecoder, requestFrame],
    ['a response', responseDecoder, responseFrame],
  ]) {
    const whole = messages(decoder(), chunksOf(given, 0));
    check.same(messages(decoder(), chunksOf(given, cuts)), whole, 'a stream in other chunks');
    for (const message of whole.found) {
      if (message.type === 'Refused') continue; // only a word for the answer is left of it
      const again = messages(decoder(), [written(frameOf(message))]);
      check.same(again, { found: [message], error: undefined }, name);
      for (const value of Object.values(message)) if (value instanceof Uint8Array) info(value, check);
    }
  }
}

function messages(decoder, chunks) {
  const found = [];
  const error = stream(decoder, chunks, (message) => found.push(message));
  return { found, error };
}

function written(frame) {
  const writer = new Writer();
  writeFrame(writer, frame);
  return writer.take();
}

function info(bytes, check) {
  const { value } = read(() => decodeInfo(bytes));
  if (value === undefined) return;
  const queues = Object.entries(value.Queues).map(([name, { NumMessages }]) => [name, NumMessages]);
  const { value: written } = use(() => encodeInfo(value, queues));
  check.same(decodeInfo(written), value, 'an Info');
}
