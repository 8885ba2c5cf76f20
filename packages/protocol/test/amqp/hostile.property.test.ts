import { RmqError } from '@rmq/protocol';
import {
  ChannelAssembly,
  decodeFrame,
  encodeFrame,
  type FieldValue,
  type Frame,
  frameDecoder,
  type Properties,
  Typed,
} from '@rmq/protocol/amqp';
import { formatAmqpUri, parseAmqpUri } from '@rmq/protocol/amqp/uri';
import fc from 'fast-check';
import { captures, fromHex } from './captures.ts';

/** Runs it: a value or one of our own errors is fine, anything else is a bug. */
function unharmed(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof RmqError)) throw error;
  }
}

/** All of a stream in chunks, into assemblies, as a connection would. */
function feed(chunks: readonly Uint8Array[]): void {
  const decoder = frameDecoder({ acceptProtocolHeader: true });
  const channels = new Map<number, ChannelAssembly>();
  unharmed(() => {
    for (const chunk of chunks) {
      for (const frame of decoder.push(chunk)) {
        if (frame.type === 'heartbeat' || frame.type === 'protocolHeader') continue;
        const channel = channels.get(frame.channel) ?? new ChannelAssembly();
        channels.set(frame.channel, channel);
        channel.receive(frame);
      }
    }
    decoder.end();
  });
}

const { value } = fc.letrec<{ value: FieldValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 20 }),
    fc.nat().map((seconds) => new Date(seconds * 1_000)),
    fc.integer({ min: -128, max: 127 }).map((int8) => new Typed('int8', int8)),
    fc.nat().map((n) => new Typed('decimal', { scale: n & 255, value: n })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 20 }), tie('value'), { maxKeys: 4 }),
  ),
}));
const text = fc.string({ maxLength: 80 });
const properties: fc.Arbitrary<Properties> = fc.record(
  {
    contentType: text,
    contentEncoding: text,
    headers: fc.dictionary(text, value, { maxKeys: 5 }),
    deliveryMode: fc.nat(255),
    priority: fc.nat(255),
    correlationId: text,
    replyTo: text,
    expiration: text,
    messageId: text,
    timestamp: fc.maxSafeNat(),
    type: text,
    userId: text,
    appId: text,
    clusterId: text,
  },
  { requiredKeys: [] },
);

it('properties and header tables come out as they went in', () => {
  fc.assert(
    fc.property(properties, fc.maxSafeNat(), (given, bodySize) => {
      const frame: Frame = { type: 'header', channel: 7, bodySize, properties: given };
      const encoded = encodeFrame(frame);
      const decoded = decodeFrame(encoded, { keepTypes: true });
      expect(decoded).toMatchObject({ type: 'header', channel: 7, bodySize });
      // Beyond 2^31 a number comes back as the int64 it was sent as: the bytes are what must not change.
      expect(encodeFrame(decoded)).toEqual(encoded);
      expect(Object.keys(decoded.type === 'header' ? decoded.properties : {}).sort()).toEqual(
        Object.keys(given).sort(),
      );
    }),
  );
});

describe('hostile bytes give frames or a typed error', () => {
  const frames = captures.map(({ hex }) => fromHex(hex)).filter(({ length }) => length < 700);

  it('for every truncation and change of each tenth recorded frame', () => {
    for (const original of frames.filter((_, index) => index % 10 === 0)) {
      for (let at = 0; at < original.length; at += 1) {
        unharmed(() => decodeFrame(original.subarray(0, at)));
        for (const bits of [0x01, 0x10, 0x80]) {
          const changed = original.slice();
          changed[at] = (changed[at] ?? 0) ^ bits;
          unharmed(() => decodeFrame(changed, { keepTypes: true }));
          feed([changed]);
        }
      }
    }
  });

  it('for recorded frames in any order, cut anywhere, with any byte changed', () => {
    const pick = fc.array(fc.nat(frames.length - 1), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(pick, fc.nat(), fc.nat(255), fc.integer({ min: 1, max: 300 }), (picked, where, byte, size) => {
        const stream = new Uint8Array(Buffer.concat(picked.map((index) => frames[index] ?? new Uint8Array(0))));
        stream[where % stream.length] = byte;
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
        feed(chunks);
      }),
      { numRuns: 500 },
    );
  });

  it('for random bytes behind a good head', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 8), fc.uint8Array({ maxLength: 200 }), (type, payload) => {
        feed([Uint8Array.of(type, 0, 1, 0, 0, 0, payload.length), payload, Uint8Array.of(0xce)]);
      }),
      { numRuns: 1_000 },
    );
  });
});

it('any text is a URI or a typed error', () => {
  const piece = fc.constantFrom('amqp://', 'amqps://', '@', ':', '/', '?', '=', '&', '%', '%41', '[', ']', 'a', '1');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      unharmed(() => {
        const uri = parseAmqpUri(pieces.join(''));
        expect({ ...parseAmqpUri(formatAmqpUri(uri)) }).toEqual({ ...uri });
      });
    }),
    { numRuns: 1_000 },
  );
});
