import type { ProtocolError } from '@rmq/protocol';
import type { StoredMessage, StoredMessageInit } from '@rmq/protocol/rocketmq';
import {
  checkBodyCrc,
  decodeBatch,
  decodeMessages,
  decodeProperties,
  encodeBatch,
  encodeMessage,
  isInnerBatch,
  messageFields,
  offsetMessageId,
  storedMessage,
  unwrapInnerBatch,
} from '@rmq/protocol/rocketmq';
import { captures, fromHex, octets, toHex } from './captures.ts';

const reference: StoredMessageInit = {
  topic: 'TopicTest',
  queueId: 3,
  queueOffset: 42n,
  physicalOffset: 123_456_789n,
  flag: 7,
  sysFlag: 0,
  bodyCrc: 907_060_870,
  reconsumeTimes: 2,
  bornTimestamp: 1_700_000_000_000,
  bornHost: { host: '10.0.0.1', port: 51_234 },
  storeTimestamp: 1_700_000_000_005,
  storeHost: { host: '192.168.1.2', port: 10_911 },
  preparedTransactionOffset: 0n,
  body: octets('hello'),
  properties: { UNIQ_KEY: '7F0000010001000000000000A1B20001', TAGS: 'TagA' },
};

/** Output of `MessageDecoder.encode` of RocketMQ 5.3.3 for {@link reference}. */
const referenceHex = `0000009d daa320a7 3610a686 00000003 00000007 000000000000002a 00000000075bcd15 00000000
  0000018bcfe56800 0a000001 0000c822 0000018bcfe56805 c0a80102 00002a9f 00000002 0000000000000000
  00000005 68656c6c6f 09 546f70696354657374
  0034 554e49515f4b4559 01 3746303030303031303030313030303030303030303030304131423230303031 02
  54414753 01 54616741 02`;

const one = fromHex(referenceHex);

function only(bytes: Uint8Array): StoredMessage {
  const [message, ...more] = decodeMessages(bytes);
  if (message === undefined || more.length > 0) throw new Error('expected one message');
  return message;
}

/** Decodes, and collects the offsets of what was refused. */
function leniently(bytes: Uint8Array): { messages: StoredMessage[]; bad: (number | undefined)[] } {
  const bad: (number | undefined)[] = [];
  const messages = decodeMessages(bytes, {
    onBad: (error: ProtocolError) => {
      expect(error.code).toBe('message-malformed');
      bad.push(error.offset);
    },
  });
  return { messages, bad };
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('stored messages', () => {
  it('reads what Java wrote', () => {
    expect(messageFields(only(one))).toEqual(reference);
    expect(offsetMessageId(only(one).storeHost, only(one).physicalOffset)).toBe('C0A8010200002A9F00000000075BCD15');
  });

  it('writes what Java writes', () => {
    expect(toHex(encodeMessage(reference))).toBe(toHex(one));
  });

  it('has hosts of 16 bytes for IPv6, and says so in the sysFlag', () => {
    const bytes = encodeMessage({
      ...reference,
      bornHost: { host: 'fe80::1', port: 51_234 },
      storeHost: { host: '2001:db8::2', port: 10_911 },
    });
    const message = only(bytes);
    expect(bytes.length).toBe(181);
    expect(message).toMatchObject({ sysFlag: 48, reconsumeTimes: 2, bornHost: { host: 'fe80::1', port: 51_234 } });
    expect(messageFields(message)).toEqual({
      ...reference,
      sysFlag: 48,
      bornHost: message.bornHost,
      storeHost: message.storeHost,
    });
    expect(offsetMessageId(message.storeHost, message.physicalOffset)).toBe(
      '20010DB800000000000000000000000200002A9F00000000075BCD15',
    );
  });

  it('is V2 for topics of more than 127 bytes', () => {
    for (const [length, magic] of [
      [127, 'daa320a7'],
      [128, 'daa320ab'],
      [255, 'daa320ab'],
    ] as const) {
      const bytes = encodeMessage({ ...reference, topic: 't'.repeat(length) });
      expect(toHex(bytes.subarray(4, 8))).toBe(magic);
      expect(messageFields(only(bytes))).toEqual({ ...reference, topic: 't'.repeat(length) });
    }
  });

  it('looks one property up like it takes all apart', () => {
    for (const properties of [
      'A\u00011\u0002AB\u00012\u0002A\u00013\u0002',
      'é\u0001ü\u0002A\u00013',
      'A\u00013\u0002A\u0001\u0002',
    ]) {
      const message = only(encodeMessage({ ...reference, properties }));
      expect(['A', 'AB', 'B', 'é', ''].map((name) => message.property(name))).toEqual(
        ['A', 'AB', 'B', 'é', ''].map((name) => messageFields(message).properties[name]),
      );
      expect(message.property('A')).toBe('3');
    }
  });

  it('checks the body when asked', () => {
    expect(() => checkBodyCrc(only(one))).not.toThrow();
    const changed = one.slice();
    changed[88] = 0;
    expect(() => checkBodyCrc(only(changed))).toThrow(expect.objectContaining({ code: 'crc-mismatch' }));
  });

  it('gives views, one topic text and one host object for a whole pull', () => {
    const bytes = concat(one, one);
    const [first, second] = decodeMessages(bytes);
    bytes[88] = 0x48;
    expect(first?.body[0]).toBe(0x48);
    expect(first?.storeHost).toBe(second?.storeHost);
    expect(first?.body).toBe(first?.body);
  });

  it('can be made without bytes', () => {
    const { topic, queueId, queueOffset, physicalOffset, bornTimestamp, bornHost, storeTimestamp, storeHost, body } =
      reference;
    const made = storedMessage({
      topic,
      queueId,
      queueOffset,
      physicalOffset,
      bornTimestamp,
      bornHost,
      storeTimestamp,
      storeHost,
      body,
    });
    expect(made).toMatchObject({ flag: 0, sysFlag: 0, bodyCrc: 907_060_870, properties: {} });
    expect(storedMessage(reference).property('TAGS')).toBe('TagA');
  });

  it.each([
    [
      'properties of more than 32767 bytes',
      { properties: `A\u0001${'x'.repeat(32_765)}\u0002` },
      'properties-too-large',
    ],
    ['an empty property', { properties: { A: '' } }, 'property-invalid'],
    ['a host that is a name', { bornHost: { host: 'localhost', port: 1 } }, 'name-invalid'],
    ['a queue beyond 32 bits', { queueId: 2 ** 33 }, 'value-out-of-range'],
  ])('refuses to write %s', (_, change, code) => {
    expect(() => encodeMessage({ ...reference, ...change })).toThrow(expect.objectContaining({ code }));
  });
});

describe('records that cannot be read', () => {
  const wrongMagic = concat(one.subarray(0, 4), fromHex('cbd43194'), one.subarray(8));

  it('are skipped by their size and reported; the others come out', () => {
    const { messages, bad } = leniently(concat(one, wrongMagic, one));
    expect(messages.map(({ queueOffset }) => queueOffset)).toEqual([42n, 42n]);
    expect(bad).toEqual([one.length]);
  });

  it('throw when nobody is there to hear of them', () => {
    expect(() => decodeMessages(wrongMagic)).toThrow(expect.objectContaining({ code: 'message-malformed', offset: 0 }));
  });

  it.each([
    ['a size below the smallest message', concat(fromHex('0000005a'), one.subarray(4))],
    ['a size beyond the end', concat(fromHex('0000009e'), one.subarray(4))],
    ['a negative size', concat(fromHex('ffffffff'), one.subarray(4))],
    ['a cut message', one.subarray(0, 90)],
  ])('with %s end the run', (_, bytes) => {
    expect(leniently(concat(one, bytes))).toMatchObject({ messages: [{ queueId: 3 }], bad: [one.length] });
  });

  it.each([
    ['a body longer than the message', 84, 'ffffffff'],
    ['a body that leaves no room for the rest', 84, '00000044'],
    ['a topic that does not fit', 93, 'ff'],
    ['properties that stop before the end', 103, '0033'],
    ['a topic that is not UTF-8', 94, 'ff'],
    ['properties that are not UTF-8', 105, 'ff'],
    ['hosts that leave no room', 36, '00000030'],
  ])('such as %s are reported', (_, at, hex) => {
    const bytes = one.slice();
    bytes.set(fromHex(hex), at);
    expect(leniently(concat(bytes, one))).toMatchObject({ messages: [{ queueId: 3 }], bad: [0] });
  });
});

describe('messages and batches of official clients and brokers', () => {
  const all = captures('messages');

  it.each(all.filter(({ kind }) => kind === 'messages'))('$id: $name of $sender', ({ hex = '', code }) => {
    const bytes = fromHex(hex);
    const messages = decodeMessages(bytes);
    const again = messages.map((message) =>
      encodeMessage({ ...messageFields(message), properties: message.propertiesText }),
    );
    expect(toHex(concat(...again))).toBe(hex);
    // The body of a transaction check is sent decompressed, with the checksum of the compressed form.
    if (code !== 39) for (const message of messages) expect(() => checkBodyCrc(message)).not.toThrow();
    for (const message of messages) {
      for (const [name, value] of Object.entries(decodeProperties(message.propertiesText))) {
        expect(message.property(name)).toBe(value);
      }
    }
  });

  it.each(all.filter(({ kind }) => kind === 'batch'))('$id: $name of $sender', ({ hex = '' }) => {
    expect(toHex(encodeBatch(decodeBatch(fromHex(hex))))).toBe(hex);
  });
});

describe('inner batches', () => {
  it('take what is theirs from inside and the rest from outside (5.4)', () => {
    const body = encodeBatch([
      { flag: 1, body: octets('a'), properties: { UNIQ_KEY: 'A' } },
      { flag: 2, body: octets('b'), properties: '' },
    ]);
    const outer = only(encodeMessage({ ...reference, body, bodyCrc: undefined, sysFlag: 0xc0 }));
    expect([outer.sysFlag, 0x80, 0x40, 0].map(isInnerBatch)).toEqual([true, false, false, false]);
    const inner = unwrapInnerBatch(outer);
    expect(inner.map(({ queueOffset, flag, topic }) => [queueOffset, flag, topic])).toEqual([
      [42n, 1, 'TopicTest'],
      [43n, 2, 'TopicTest'],
    ]);
    expect(inner[0]?.properties).toEqual({ UNIQ_KEY: 'A' });
    for (const message of inner) expect(() => checkBodyCrc(message)).not.toThrow();
  });
});
