import {
  decodeFrame,
  encodeFrame,
  type Frame,
  frameDecoder,
  readRequest,
  readResponse,
  requestDecoder,
  requestFrame,
  responseFrame,
} from '@rmq/protocol/mqmq';
import { alike, bytesOfHex, CHUNKS, damage, inPieces, type Law, survive } from './law.ts';

/** `exchanges.jsonl`: exchanges with the Go original, as it stands beside the codec's tests. */
export type MqmqVectors = readonly MqmqMessage[];

/** One message, or the end of the connection, which has no bytes. */
export interface MqmqMessage {
  readonly scenario: string;
  /** `c2s` is what a client sends. */
  readonly direction: 'c2s' | 's2c';
  /** Hex. */
  readonly bytes?: string;
}

/** Messages whose every byte is looked at. */
const SHORT = 400;

function sent(vectors: MqmqVectors, direction: 'c2s' | 's2c'): readonly Uint8Array[] {
  const sane = vectors.filter((each) => each.direction === direction && !each.scenario.startsWith('hostile'));
  return sane.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytesOfHex(bytes)]));
}

const both = (vectors: MqmqVectors): readonly Uint8Array[] => [...sent(vectors, 'c2s'), ...sent(vectors, 's2c')];
const framesIn = (bytes: Uint8Array): readonly Frame[] => [...frameDecoder().push(bytes)];
const short = (vectors: MqmqVectors): readonly Uint8Array[] => both(vectors).filter(({ length }) => length <= SHORT);

/** The laws of the mqmq codec. */
export const mqmqLaws: readonly Law<MqmqVectors>[] = [
  {
    name: 'a request is read and written again',
    check(vectors) {
      let cases = 0;
      for (const frame of sent(vectors, 'c2s').flatMap(framesIn)) {
        const request = readRequest(frame);
        alike(decodeFrame(encodeFrame(frame)), frame);
        // What it refuses is a word, the one that goes into the answer.
        if (typeof request !== 'string') alike(readRequest(requestFrame(request)), request);
        cases += 1;
      }
      return cases;
    },
  },
  {
    name: 'a response is read and written again, byte for byte',
    check(vectors) {
      const all = sent(vectors, 's2c').flatMap(framesIn);
      for (const frame of all) alike(encodeFrame(responseFrame(readResponse(frame))), encodeFrame(frame));
      return all.length;
    },
  },
  {
    name: 'requests are read in one step as in two',
    check(vectors) {
      const all = sent(vectors, 'c2s');
      for (const bytes of all) {
        const twice = framesIn(bytes).map((frame) => {
          const request = readRequest(frame);
          return typeof request === 'string' ? { type: 'Refused', error: request } : request;
        });
        alike([...requestDecoder().push(bytes)], twice);
      }
      return all.length;
    },
  },
  {
    name: 'frames are the same however they are cut into chunks',
    check(vectors) {
      const all = short(vectors);
      const stream = Uint8Array.from(all.flatMap((bytes) => [...bytes]));
      const expected = framesIn(stream);
      for (const size of CHUNKS) alike(inPieces(frameDecoder(), stream, size), expected);
      return expected.length * CHUNKS.length;
    },
  },
  {
    name: 'a flipped byte or a cut gives a frame or a typed error',
    check(vectors) {
      const tryAll = (bytes: Uint8Array): void => {
        survive(() => {
          const decoder = frameDecoder().push(bytes);
          for (const frame of decoder) survive(() => [readRequest(frame), readResponse(frame)]);
          decoder.end();
        });
      };
      return short(vectors).reduce((cases, bytes) => cases + damage(bytes, tryAll), 0);
    },
  },
  {
    name: 'hostile messages are refused with a typed error',
    check(vectors) {
      const hostile = vectors.filter((each) => each.scenario.startsWith('hostile') && each.direction === 'c2s');
      let cases = 0;
      for (const { bytes } of hostile) {
        if (bytes === undefined) continue;
        const decoder = frameDecoder().push(bytesOfHex(bytes));
        const code = survive(() => {
          for (const frame of decoder) decodeFrame(encodeFrame(frame));
          decoder.end();
        });
        alike(code === undefined, false);
        cases += 1;
      }
      return cases;
    },
  },
];
