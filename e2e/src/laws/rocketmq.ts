import { decodeFrame, encodeFrame, frameDecoder, jsonHeaderReader, type SerializeType } from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody, type ShapeName } from '@rmq/protocol/rocketmq/bodies';
import { decodeBatch, decodeMessages, decodeProperties, messageFields } from '@rmq/protocol/rocketmq/messages';
import { alike, CHUNKS, damage, inPieces, type Law, survive } from './law.ts';

/** What is known of bytes that others wrote, as it stands in the files beside the codec's tests. */
export interface RocketmqVectors {
  /** `java.vectors.jsonl`: what Java wrote, and how it reads it. */
  readonly java: readonly Readonly<Record<string, unknown>>[];
  /** `bodies.captures.jsonl`: JSON bodies of official clients and brokers. */
  readonly bodies: readonly { readonly kind: string; readonly text?: string }[];
}

const forms: readonly SerializeType[] = ['json', 'rocketmq'];

/** Base64 as every runtime has it. */
function bytesOf(base64: unknown): Uint8Array {
  return Uint8Array.from(atob(String(base64)), (unit) => unit.charCodeAt(0));
}

const of = ({ java }: RocketmqVectors, kind: string) => java.filter((vector) => vector['kind'] === kind);

/** Every frame that Java wrote, in both forms of header. */
function frames(vectors: RocketmqVectors): readonly Uint8Array[] {
  return of(vectors, 'frame').flatMap((vector) => forms.map((form) => bytesOf(vector[form])));
}

/** Bytes of every kind, with what reads them. */
function readings(vectors: RocketmqVectors): readonly (readonly [Uint8Array, (bytes: Uint8Array) => unknown])[] {
  const messages = [...of(vectors, 'message').map(({ bytes }) => bytesOf(bytes))];
  const batches = [...of(vectors, 'batch').map(({ bytes }) => bytesOf(bytes))];
  return [
    ...frames(vectors).map((bytes) => [bytes, decodeFrame] as const),
    ...messages.map((bytes) => [bytes, (given: Uint8Array) => decodeMessages(given).map(messageFields)] as const),
    ...batches.map((bytes) => [bytes, decodeBatch] as const),
  ];
}

/** The laws of the RocketMQ codec. */
export const rocketmqLaws: readonly Law<RocketmqVectors>[] = [
  {
    name: 'commands are read as Java reads them',
    check(vectors) {
      const known = of(vectors, 'frame');
      for (const vector of known) {
        for (const form of forms) {
          const { code, opaque, flag, language, body } = decodeFrame(bytesOf(vector[form]));
          const { code: c, opaque: o, flag: f, language: l } = vector;
          alike(
            { code, opaque, flag, language, body },
            { code: c, opaque: o, flag: f, language: l, body: bytesOf(vector['body']) },
          );
        }
        alike(decodeFrame(bytesOf(vector['json'])).extFields, vector['extFields'] ?? {});
      }
      return known.length;
    },
  },
  {
    name: 'a command that was read and written again is the same',
    check(vectors) {
      const all = frames(vectors);
      for (const bytes of all) alike(decodeFrame(encodeFrame(decodeFrame(bytes))), decodeFrame(bytes));
      return all.length;
    },
  },
  {
    name: 'frames are the same however they are cut into chunks, and whatever their reader remembers',
    check(vectors) {
      const readJson = jsonHeaderReader();
      const all = frames(vectors);
      const stream = Uint8Array.from(all.flatMap((bytes) => [...bytes]));
      const expected = all.map(decodeFrame);
      for (const size of CHUNKS) alike(inPieces(frameDecoder({ readJson }), stream, size), expected);
      return all.length * CHUNKS.length;
    },
  },
  {
    name: 'a frame that ends too early is an error, not a frame',
    check(vectors) {
      let cases = 0;
      for (const bytes of frames(vectors)) {
        for (let length = 1; length < bytes.length; length += 1) {
          const decoder = frameDecoder();
          alike([...decoder.push(bytes.slice(0, length))], []);
          const code = survive(() => {
            decoder.end();
          });
          alike(code, 'truncated');
          cases += 1;
        }
      }
      return cases;
    },
  },
  {
    name: 'a flipped byte or a cut gives a value or a typed error',
    check(vectors) {
      let cases = 0;
      for (const [bytes, read] of readings(vectors)) {
        cases += damage(bytes, (wrong) => survive(() => read(wrong)));
      }
      return cases;
    },
  },
  {
    name: 'stored messages are read as Java reads them',
    check(vectors) {
      const known = of(vectors, 'message');
      for (const vector of known) {
        const [message] = decodeMessages(bytesOf(vector['bytes']));
        alike(
          [message?.topic, message?.queueOffset.toString(), message?.flag, message?.body, message?.properties],
          [vector['topic'], vector['queueOffset'], vector['flag'], bytesOf(vector['body']), vector['properties']],
        );
      }
      return known.length;
    },
  },
  {
    name: 'batches are read as Java reads them',
    check(vectors) {
      const known = of(vectors, 'batch');
      for (const { bytes, messages } of known) {
        const seen = decodeBatch(bytesOf(bytes)).map(({ flag, body, properties }) => ({
          flag,
          body: btoa(String.fromCharCode(...body)),
          properties: decodeProperties(properties),
        }));
        alike(seen, messages);
      }
      return known.length;
    },
  },
  {
    name: 'a body that was read and written again is the same',
    check({ bodies }) {
      for (const { kind, text = '' } of bodies) {
        const shape = kind as ShapeName;
        const value = decodeBody(shape, new TextEncoder().encode(text));
        alike(decodeBody(shape, encodeBody(shape, value)), value);
      }
      return bodies.length;
    },
  },
];
