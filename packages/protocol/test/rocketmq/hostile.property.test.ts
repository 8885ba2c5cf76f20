import { RmqError } from '@rmq/protocol';
import type { JsonValue } from '@rmq/protocol/rocketmq/bodies';
import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { canonicalJson, decodeBody, parseLooseJson } from '@rmq/protocol/rocketmq/bodies';
import {
  batchItemBytes,
  decodeBatch,
  decodeMessages,
  decodeProperties,
  encodeBatch,
  encodeMessage,
  encodeProperties,
  messageFields,
  offsetMessageId,
  parseOffsetMessageId,
  readProperty,
} from '@rmq/protocol/rocketmq/messages';
import fc from 'fast-check';
import { captures, fromHex, octets } from './captures.ts';

const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .map((value) => value.replaceAll('\u0001', '.').replaceAll('\u0002', '.'));
const properties = fc.dictionary(text, text, { maxKeys: 8 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int32 = fc.integer();
const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const address = fc.oneof(fc.ipV4(), fc.constant('::1'), fc.constant('2001:db8::7'));
const host = fc.record({ host: address, port: fc.integer({ min: 0, max: 65_535 }) });
const bytes = fc.uint8Array({ maxLength: 64 });
const message = fc.record({
  topic: fc.string({ unit: 'binary', maxLength: 300 }),
  queueId: int32,
  queueOffset: int64,
  physicalOffset: int64,
  flag: int32,
  sysFlag: int32.map((flag) => flag & ~0x30),
  bodyCrc: int32,
  reconsumeTimes: int32,
  bornTimestamp: time,
  bornHost: host,
  storeTimestamp: time,
  storeHost: host,
  preparedTransactionOffset: int64,
  body: bytes,
  properties,
});

/** Runs it: a value or one of our own errors is fine, anything else is a bug. */
function unharmed(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof RmqError)) throw error;
  }
}

/** Touches every member: none of them may throw, and all ways to one property agree. (`expect` is slow in such loops.) */
function touch(messages: readonly StoredMessage[]): void {
  for (const each of messages) {
    const found = ['TAGS', 'KEYS', '', 'A'].map((name) => each.property(name));
    const { properties } = messageFields(each);
    for (const [index, name] of ['TAGS', 'KEYS', '', 'A'].entries()) {
      const read = readProperty(each.propertiesText, name);
      if (found[index] !== read || properties[name] !== read) throw new Error(`lookups of ${name} disagree`);
    }
  }
}

function decodeAll(input: Uint8Array): StoredMessage[] {
  return decodeMessages(input, {
    onBad: ({ code }) => {
      if (code !== 'message-malformed') throw new Error(`bad message reported as ${code}`);
    },
  });
}

it('messages come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), (messages) => {
      const encoded = messages.flatMap((each) => [...encodeMessage(each)]);
      const decoded = decodeMessages(Uint8Array.from(encoded)).map(messageFields);
      const hosts = ({ bornHost, storeHost }: (typeof messages)[number]): number =>
        (bornHost.host.includes(':') ? 0x10 : 0) | (storeHost.host.includes(':') ? 0x20 : 0);
      expect(decoded).toEqual(messages.map((each) => ({ ...each, sysFlag: each.sysFlag | hosts(each) })));
    }),
  );
});

it('properties and batches come out as they went in, in the size foretold', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ flag: int32, body: fc.uint8Array({ minLength: 1, maxLength: 64 }), properties }), {
        minLength: 1,
        maxLength: 4,
      }),
      (items) => {
        const encoded = encodeBatch(items);
        expect(
          decodeBatch(encoded).map((item) => ({ ...item, properties: decodeProperties(item.properties) })),
        ).toEqual(items);
        expect(items.reduce((sum, item) => sum + batchItemBytes(item), 0)).toBe(encoded.length);
      },
    ),
  );
});

it('reading one property equals reading all of them', () => {
  const piece = fc.constantFrom('a', 'b', 'ab', '\u0001', '\u0002', 'é');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const all = decodeProperties(pieces.join(''));
      for (const name of ['a', 'b', 'ab', 'é', '']) expect(readProperty(pieces.join(''), name)).toBe(all[name]);
      expect(decodeProperties(encodeProperties(decodeProperties(encodeProperties({ a: 'b' }))))).toEqual({ a: 'b' });
    }),
  );
});

it('offset message ids come apart as they were put together', () => {
  fc.assert(
    fc.property(host, int64, (storeHost, physicalOffset) => {
      expect(parseOffsetMessageId(offsetMessageId(storeHost, physicalOffset))).toEqual({
        host: storeHost,
        physicalOffset,
      });
    }),
  );
});

describe('hostile bytes give a value or a typed error', () => {
  const all = captures('messages')
    .map(({ hex = '' }) => fromHex(hex))
    .filter(({ length }) => length < 1_500);

  it('for every truncation and single-byte change of real messages', () => {
    for (const original of all.slice(0, 12)) {
      for (let at = 0; at < original.length; at += 1) {
        touch(decodeAll(original.subarray(0, at)));
        for (const bits of [0x01, 0x80]) {
          const changed = original.slice();
          changed[at] = (changed[at] ?? 0) ^ bits;
          touch(decodeAll(changed));
          unharmed(() => decodeBatch(changed));
        }
      }
    }
  });

  it('for random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (input) => touch(decodeAll(input))));
  });

  it('for every truncation and change of real bodies', () => {
    const bodies = captures('bodies')
      .map(({ text: body = '' }) => octets(body))
      .filter(({ length }) => length < 600);
    for (const original of bodies.slice(0, 24)) {
      for (let at = 0; at < original.length; at += 1) {
        const changed = original.slice();
        changed[at] = (changed[at] ?? 0) ^ 0x04;
        for (const input of [original.subarray(0, at), changed]) {
          for (const shape of ['HeartbeatData', 'ConsumerStatus'] as const) unharmed(() => decodeBody(shape, input));
        }
      }
    }
  });
});

describe('the tolerant parser', () => {
  // Large integers are where the two differ on purpose.
  const exact = (_: string, value: unknown): unknown =>
    Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value;
  const json = fc.jsonValue({ maxDepth: 6 }).map((value) => JSON.parse(JSON.stringify(value), exact) as JsonValue);

  it('agrees with JSON.parse on strict input', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, indent) => {
        const input = JSON.stringify(value, undefined, indent);
        expect(parseLooseJson(input)).toEqual(value);
      }),
    );
  });

  it('agrees with JSON.parse also when it has to do the work itself', () => {
    fc.assert(
      fc.property(json, (value) => {
        // A bare key in front makes it no JSON.
        const read = parseLooseJson(`{0:${JSON.stringify(value)}}`) as { readonly 0: JsonValue };
        expect(read[0]).toEqual(value);
      }),
    );
  });

  it('reads any text to a value or a typed error', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '0',
      '-',
      '1e9',
      'true',
      'null',
      ' ',
      'a',
      '"a"',
      '$ref',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => unharmed(() => parseLooseJson(pieces.join('')))),
    );
  });

  it('reads its own canonical text', () => {
    fc.assert(
      fc.property(json, int64, (value, large) => {
        const both = {
          large: Number.isSafeInteger(Number(large)) ? Number(large) : large,
          value: value,
        };
        expect(parseLooseJson(canonicalJson(both))).toEqual(both);
      }),
    );
  });
});
