import { decodeProperties, encodeMessage, decodeMessages, readProperty } from '@rmq/protocol/rocketmq/messages';
import fc from 'fast-check';
import { MessageSource } from '../../src/rocketmq/message-source.ts';
import { octets } from './captures.ts';

const host = { host: '127.0.0.1', port: 1 };
const times = { bornTimestamp: 0, bornHost: host, storeTimestamp: 0, storeHost: host };

/** Looks a property up in a message between others: neither the one before nor the one behind may count. */
function lookedUp(text: string, name: string, around = 'x'): string | undefined {
  const records = [around, text, around].map((properties) =>
    encodeMessage({
      topic: 'T',
      queueId: 0,
      queueOffset: 0n,
      physicalOffset: 0n,
      body: octets(''),
      properties,
      ...times,
    }),
  );
  return decodeMessages(Buffer.concat(records))[1]?.property(name);
}

describe('a property looked up in a message', () => {
  it.each<[string, string, string | undefined]>([
    ['a\u0001b\u0002', 'a', 'b'],
    ['a\u0001b', 'a', 'b'],
    ['a\u0001bc\u0002d\u0001ef\u0002', 'a', 'bc'],
    ['a\u0001bc\u0002d\u0001ef\u0002', 'd', 'ef'],
    ['a\u0001bc\u0002d\u0001ef', 'd', 'ef'],
    ['a\u0001b\u0002a\u0001c\u0002', 'a', 'c'],
    ['a\u0001b\u0002a\u0001\u0002', 'a', 'b'],
    ['a\u0001b\u0001c\u0002', 'a', 'b\u0001c'],
    ['ab\u0001c\u0002', 'a', undefined],
    ['ab\u0001c\u0002', 'b', undefined],
    ['ab\u0001c\u0002', 'abc', undefined],
    ['a\u0001ab\u0001c\u0002', 'ab', undefined],
    ['a\u0002a\u0001b\u0002', 'a', 'b'],
    ['ab\u0002\u0002b\u0001c\u0002', 'b', 'c'],
    ['a\u0001', 'a', undefined],
    ['a', 'a', undefined],
    ['', 'a', undefined],
    ['', '', undefined],
    ['\u0001b\u0002', '', undefined],
    ['a\u0001b\u0002', '', undefined],
    ['\u0002\u0002', 'a', undefined],
    ['a\u0002b\u0001a', 'b', 'a'],
    ['TAGS\u0001TagA\u0002KEYS\u0001k1 k2\u0002', 'KEYS', 'k1 k2'],
  ])('%j: %j', (text, name, value) => {
    expect(lookedUp(text, name)).toBe(value);
    expect(lookedUp(text, name, `${name}\u0001z\u0002${name}\u0001`)).toBe(value);
    expect(readProperty(text, name)).toBe(value);
    expect(decodeProperties(text)[name]).toBe(value);
  });

  it('is what taking all apart finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u0001', '\u0002'), maxLength: 12 });
    const name = fc.constantFrom('a', 'b', 'ab', 'aa');
    fc.assert(
      fc.property(text, name, (properties, wanted) => {
        const value = decodeProperties(properties)[wanted];
        expect([lookedUp(properties, wanted), readProperty(properties, wanted)]).toEqual([value, value]);
      }),
    );
  });
});

describe('a range of bytes', () => {
  it('is ASCII or not, by its own bytes alone', () => {
    for (let length = 0; length < 10; length += 1) {
      for (let at = 0; at < 3; at += 1) {
        const bytes = new Uint8Array(16).fill(0x80);
        bytes.fill(0x7f, at, at + length);
        const source = new MessageSource(bytes);
        expect(source.isAscii(at, length)).toBe(true);
        for (let one = at; one < at + length; one += 1) {
          const wrong = bytes.slice();
          wrong[one] = 0x80;
          expect(new MessageSource(wrong).isAscii(at, length)).toBe(false);
        }
      }
    }
  });

  it('gives a topic, again and again while it is the same', () => {
    const bytes = octets('aaabaabb');
    const source = new MessageSource(bytes);
    const ranges = [
      [0, 2],
      [1, 2],
      [2, 2],
      [4, 2],
      [4, 3],
      [0, 3],
      [6, 2],
      [6, 1],
      [7, 1],
      [0, 0],
      [0, 8],
    ] as const;
    for (const [at, length] of ranges) expect(source.topic(at, length)).toBe('aaabaabb'.slice(at, at + length));
  });
});

describe('hosts of neighbours', () => {
  const message = {
    ...{ topic: 'T', queueId: 0, queueOffset: 0n, physicalOffset: 0n, bornTimestamp: 0, storeTimestamp: 0 },
    body: octets('x'),
  };

  it('are told apart, and the same ones are one object', () => {
    const hosts = ['0.1.0.0', '0.2.0.0', '::1', '::2', '1::', '2001:db8::1', '2001:db8::2'];
    const all = hosts.flatMap((host) => [0, 1, 0xffff, 0x1_0000, -1, -2].map((port) => ({ host, port })));
    const store = { host: '127.0.0.1', port: 10_911 };
    const records = [...all, ...all].map((bornHost) => encodeMessage({ ...message, bornHost, storeHost: store }));
    const read = decodeMessages(Uint8Array.from(records.flatMap((bytes) => [...bytes])));
    expect(read.map(({ bornHost }) => bornHost)).toEqual([...all, ...all]);
    for (const [index, { bornHost, storeHost }] of read.entries()) {
      expect(bornHost).toBe(read[index % all.length]?.bornHost);
      expect(storeHost).toBe(read[0]?.storeHost);
    }
  });
});

it('a property is found before and after all were taken apart', () => {
  const host = { host: '127.0.0.1', port: 1 };
  for (const properties of ['a\u0001b\u0002c\u0001d\u0002', 'a\u0001b\u0002c\u0001d\u0002é\u0001ü\u0002']) {
    const bytes = encodeMessage({
      ...{ topic: 'T', queueId: 0, queueOffset: 0n, physicalOffset: 0n, bornTimestamp: 0, storeTimestamp: 0 },
      ...{ bornHost: host, storeHost: host, body: octets('x'), properties },
    });
    const [read] = decodeMessages(bytes);
    const before = ['a', 'c', 'é', 'x', ''].map((name) => read?.property(name));
    const all = { ...read?.properties };
    expect(before).toEqual(['a', 'c', 'é', 'x', ''].map((name) => all[name]));
    expect(before.slice(0, 2)).toEqual(['b', 'd']);
    // Taken apart once, they are not looked for again.
    bytes.fill(0);
    expect(['a', 'c', 'é', 'x', ''].map((name) => read?.property(name))).toEqual(before);
    expect(read?.properties).toBe(read?.properties);
  }
});
