import { isRmqError } from '@rmq/protocol';
import { decodeFrame, encodeFrame, type Frame, frameDecoder } from '@rmq/protocol/amqp';
import { alike, bytesOfHex, CHUNKS, damage, inPieces, type Law, survive } from './law.ts';

/** `frames.captures.jsonl`: frames between seven other clients and RabbitMQ, as it stands beside the codec's tests. */
export type AmqpVectors = readonly AmqpCapture[];

/** One frame. */
export interface AmqpCapture {
  readonly id: string;
  readonly kind: 'protocol-header' | 'method' | 'header' | 'body' | 'heartbeat';
  /** `class.method`, as the specification spells it; of contents, the method they belong to. */
  readonly method: string | null;
  readonly channel: number | null;
  readonly hex: string;
  /** Broken on purpose: to be refused. */
  readonly malformed?: boolean;
}

const options = { acceptProtocolHeader: true, keepTypes: true };
/** Frames whose every byte is looked at. The others are alike. */
const SHORT = 200;

const read = (bytes: Uint8Array): Frame => decodeFrame(bytes, options);
const camel = (name: string): string => name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());

/** The bytes of all frames that are well-formed. */
function frames(vectors: AmqpVectors): readonly Uint8Array[] {
  return vectors.filter(({ malformed }) => malformed !== true).map(({ hex }) => bytesOfHex(hex));
}

/** One frame of each kind and method, short enough to try everything on. */
function samples(vectors: AmqpVectors): readonly Uint8Array[] {
  const whole = vectors.filter(({ malformed, hex }) => malformed !== true && hex.length <= 2 * SHORT);
  return [...new Map(whole.map(({ kind, method, hex }) => [`${kind} ${String(method)}`, bytesOfHex(hex)])).values()];
}

/** Written again, or undefined for what is read but never sent: numbers that are not finite. */
function again(frame: Frame): Uint8Array | undefined {
  try {
    return encodeFrame(frame);
  } catch (cause) {
    if (isRmqError(cause, 'value-out-of-range')) return undefined;
    throw cause;
  }
}

/** The laws of the AMQP codec. */
export const amqpLaws: readonly Law<AmqpVectors>[] = [
  {
    name: 'frames are what the recording says',
    check(vectors) {
      const whole = vectors.filter(({ malformed }) => malformed !== true);
      for (const { hex, kind, method, channel } of whole) {
        const frame = read(bytesOfHex(hex));
        const type = kind === 'protocol-header' ? 'protocolHeader' : kind;
        alike([frame.type, frame.channel], [type, channel ?? 0]);
        if (frame.type === 'method') alike(frame.name, camel(String(method)));
      }
      return whole.length;
    },
  },
  {
    name: 'a frame that was read and written again is read as the same',
    check(vectors) {
      let cases = 0;
      for (const bytes of frames(vectors)) {
        const first = read(bytes);
        const written = again(first);
        if (written === undefined) continue;
        alike(read(written), first);
        cases += 1;
      }
      return cases;
    },
  },
  {
    name: 'frames are the same however they are cut into chunks',
    check(vectors) {
      const all = frames(vectors);
      const stream = Uint8Array.from(all.flatMap((bytes) => [...bytes]));
      const expected = all.map(read);
      for (const size of CHUNKS) alike(inPieces(frameDecoder(options), stream, size), expected);
      return all.length * CHUNKS.length;
    },
  },
  {
    name: 'a frame that ends too early is an error, not a frame',
    check(vectors) {
      let cases = 0;
      for (const bytes of samples(vectors)) {
        for (let length = 1; length < bytes.length; length += 1) {
          const decoder = frameDecoder(options);
          alike([...decoder.push(bytes.slice(0, length))], []);
          alike(
            survive(() => {
              decoder.end();
            }),
            'truncated',
          );
          cases += 1;
        }
      }
      return cases;
    },
  },
  {
    name: 'a flipped byte or a cut gives a frame or a typed error',
    check(vectors) {
      let cases = 0;
      for (const bytes of samples(vectors)) {
        cases += damage(bytes, (wrong) => survive(() => read(wrong)));
      }
      return cases;
    },
  },
  {
    name: 'frames that were broken on purpose are refused',
    check(vectors) {
      const broken = vectors.filter(({ malformed }) => malformed === true);
      for (const { hex } of broken) alike(survive(() => read(bytesOfHex(hex))) === undefined, false);
      return broken.length;
    },
  },
];
