import { Writer } from '@rmq/protocol/bytes';
import {
  type Frame,
  type Refused,
  type Request,
  requestDecoder,
  requestFrame,
  responseDecoder,
  responseFrame,
  writeFrame,
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

const requestsIn = (bytes: Uint8Array): readonly (Request | Refused)[] => [...requestDecoder().push(bytes)];

/** One stream of all short messages of a direction. */
function shortStream(vectors: MqmqVectors, direction: 'c2s' | 's2c'): Uint8Array {
  const short = sent(vectors, direction).filter(({ length }) => length <= SHORT);
  return Uint8Array.from(short.flatMap((bytes) => [...bytes]));
}

function written(frame: Frame): Uint8Array {
  const writer = new Writer();
  writeFrame(writer, frame);
  return writer.take();
}

/** The laws of the mqmq codec. */
export const mqmqLaws: readonly Law<MqmqVectors>[] = [
  {
    name: 'a request is read and written again',
    check(vectors) {
      let cases = 0;
      for (const request of sent(vectors, 'c2s').flatMap(requestsIn)) {
        // What is refused has nothing but the word that goes into the answer.
        if (request.type !== 'Refused') alike(requestsIn(written(requestFrame(request))), [request]);
        cases += 1;
      }
      return cases;
    },
  },
  {
    name: 'a response is read and written again, byte for byte',
    check(vectors) {
      const all = sent(vectors, 's2c');
      for (const bytes of all) {
        const responses = [...responseDecoder().push(bytes)];
        alike(Uint8Array.from(responses.flatMap((each) => [...written(responseFrame(each))])), bytes);
      }
      return all.length;
    },
  },
  {
    name: 'frames are the same however they are cut into chunks',
    check(vectors) {
      const [asked, told] = [shortStream(vectors, 'c2s'), shortStream(vectors, 's2c')];
      const [requests, responses] = [requestsIn(asked), [...responseDecoder().push(told)]];
      for (const size of CHUNKS) {
        alike(inPieces(requestDecoder(), asked, size), requests);
        alike(inPieces(responseDecoder(), told, size), responses);
      }
      return (requests.length + responses.length) * CHUNKS.length;
    },
  },
  {
    name: 'a flipped byte or a cut gives a frame or a typed error',
    check(vectors) {
      const tryAll = (bytes: Uint8Array): void => {
        for (const decoder of [requestDecoder(), responseDecoder()]) {
          survive(() => inPieces<object>(decoder, bytes, bytes.length));
        }
      };
      const all = [...sent(vectors, 'c2s'), ...sent(vectors, 's2c')].filter(({ length }) => length <= SHORT);
      return all.reduce((cases, bytes) => cases + damage(bytes, tryAll), 0);
    },
  },
  {
    name: 'hostile messages are refused with a typed error',
    check(vectors) {
      const hostile = vectors.filter((each) => each.scenario.startsWith('hostile') && each.direction === 'c2s');
      let cases = 0;
      for (const { bytes } of hostile) {
        if (bytes === undefined) continue;
        const decoder = requestDecoder().push(bytesOfHex(bytes));
        const code = survive(() => {
          for (const request of decoder) if (request.type !== 'Refused') written(requestFrame(request));
          decoder.end();
        });
        alike(code === undefined, false);
        cases += 1;
      }
      return cases;
    },
  },
];
