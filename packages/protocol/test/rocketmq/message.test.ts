import type { ProtocolError } from '@rmq/protocol';
import type { StoredMessage, StoredMessageInit } from '@rmq/protocol/rocketmq/messages';
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
} from '@rmq/protocol/rocketmq/messages';
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
function leniently(bytes: Uint8Array): { messages: StoredMessage[]; bad: (number | undefined)[]; texts: string[] } {
  const bad: (number | undefined)[] = [];
  const texts: string[] = [];
  const messages = decodeMessages(bytes, {
    onBad: (error: ProtocolError) => {
      expect(error.code).toBe('message-malformed');
      bad.push(error.offset);
      texts.push(error.message);
    },
  });
  return { messages, bad, texts };
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
    const defaults = { flag: 0, sysFlag: 0, bodyCrc: 907_060_870, reconsumeTimes: 0, preparedTransactionOffset: 0n };
    expect(messageFields(made)).toEqual({ ...reference, ...defaults, properties: {} });
    expect(made.propertiesText).toBe('');
    const whole = storedMessage({ ...reference, sysFlag: 1, preparedTransactionOffset: 5n, bodyCrc: 8 });
    expect(messageFields(whole)).toEqual({ ...reference, sysFlag: 1, preparedTransactionOffset: 5n, bodyCrc: 8 });
    expect([whole.property('TAGS'), whole.property('NONE')]).toEqual(['TagA', undefined]);
    expect(whole.propertiesText).toBe('UNIQ_KEY\u00017F0000010001000000000000A1B20001\u0002TAGS\u0001TagA\u0002');
    expect(storedMessage({ ...reference, properties: 'A\u0001b' }).propertiesText).toBe('A\u0001b');
    // Bytes of what was given alone give the same message as what was filled in.
    const bytes = encodeMessage({
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
    expect(messageFields(only(bytes))).toEqual(messageFields(made));
  });

  it.each([
    [
      'properties of more than 32767 bytes',
      { properties: `A\u0001${'x'.repeat(32_765)}\u0002` },
      'properties-too-large',
    ],
    ['an empty property', { properties: { A: '' } }, 'property-invalid'],
    ['a host that is a name', { bornHost: { host: 'localhost', port: 1 } }, 'name-invalid'],
    ['a queue beyond 32 bits', { queueId: 2 ** 32 }, 'value-out-of-range'],
    ['a queue below 32 bits', { queueId: -(2 ** 31) - 1 }, 'value-out-of-range'],
    ['a queue that is no integer', { queueId: 0.5 }, 'value-out-of-range'],
    ['a topic of 32768 bytes', { topic: 't'.repeat(32_768) }, 'name-invalid'],
  ])('refuses to write %s', (_, change, code) => {
    expect(() => encodeMessage({ ...reference, ...change })).toThrow(expect.objectContaining({ code }));
  });

  it('writes all that fits', () => {
    for (const change of [
      { topic: 't'.repeat(32_767) },
      { properties: `A\u0001${'x'.repeat(32_764)}\u0002` },
      { queueId: -(2 ** 31), flag: 2 ** 31 - 1 },
      { topic: 'é'.repeat(64), properties: 'é\u0001ü\u0002' },
      { topic: 'é'.repeat(63) },
      { body: octets('') },
      { sysFlag: 0x3cf, preparedTransactionOffset: -1n, queueOffset: -1n, physicalOffset: 2n ** 63n - 1n },
      { bornTimestamp: -1, storeTimestamp: 2 ** 52 + 1 },
    ]) {
      const message = storedMessage({ ...reference, ...change });
      expect(messageFields(only(encodeMessage(message)))).toEqual(messageFields(message));
    }
    // Unsigned 32 bits are taken as what they are on the wire; fractions of a ms are dropped.
    const bytes = encodeMessage({ ...reference, flag: 2 ** 32 - 1, bornTimestamp: 1.9, sysFlag: 0x31 });
    expect(only(bytes)).toMatchObject({ flag: -1, bornTimestamp: 1, sysFlag: 1 });
  });

  it('takes host bits from the addresses alone', () => {
    const v6 = { host: '::1', port: 1 };
    for (const [bornHost, storeHost, sysFlag] of [
      [v6, reference.storeHost, 0x10],
      [reference.bornHost, v6, 0x20],
    ] as const) {
      const message = only(encodeMessage({ ...reference, bornHost, storeHost }));
      expect(messageFields(message)).toEqual({ ...reference, bornHost, storeHost, sysFlag });
    }
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
    [
      'a size below the smallest message',
      concat(fromHex('0000005a'), one.subarray(4)),
      'a size of 90 bytes, with 157 left',
    ],
    ['a size beyond the end', concat(fromHex('0000009e'), one.subarray(4)), 'a size of 158 bytes, with 157 left'],
    ['a negative size', concat(fromHex('ffffffff'), one.subarray(4)), 'a size of 4294967295 bytes, with 157 left'],
    ['a cut message', one.subarray(0, 90), '90 bytes are too few'],
    ['a message cut behind its head', one.subarray(0, 91), 'a size of 157 bytes, with 91 left'],
    ['a cut size', one.subarray(0, 3), '3 bytes are too few'],
  ])('with %s end the run', (_, bytes, text) => {
    const { messages, bad, texts } = leniently(concat(one, bytes));
    expect(messages).toMatchObject([{ queueId: 3 }]);
    expect([bad, texts]).toEqual([[one.length], [`stored message: ${text}`]]);
  });

  it.each([
    ['a magic nobody knows', 4, 'cbd43194', 'unknown magic 0xcbd43194'],
    ['a body longer than the message', 84, 'ffffffff', 'body of 4294967295 bytes does not fit'],
    ['a body that leaves no room for the rest', 84, '00000043', 'body of 67 bytes does not fit'],
    ['a topic that does not fit', 93, '3f', 'topic of 63 bytes does not fit'],
    ['a topic beyond all', 93, 'ff', 'topic of 255 bytes does not fit'],
    ['properties that stop before the end', 103, '0033', 'properties of 51 bytes do not end it'],
    ['properties behind the end', 103, '0035', 'properties of 53 bytes do not end it'],
    ['a topic that is not UTF-8', 94, 'ff', 'topic or properties are not UTF-8'],
    ['properties that are not UTF-8', 105, 'ff', 'topic or properties are not UTF-8'],
    ['hosts that leave no room', 36, '00000030', 'body of 1365199685 bytes does not fit'],
  ])('such as %s are reported', (_, at, hex, text) => {
    const bytes = one.slice();
    bytes.set(fromHex(hex), at);
    const { messages, bad, texts } = leniently(concat(bytes, one));
    expect(messages).toMatchObject([{ queueId: 3 }]);
    expect([bad, texts]).toEqual([[0], [`stored message: ${text}`]]);
  });

  it('such as the smallest with IPv6 hosts are told from those too short for them', () => {
    const init = { ...reference, topic: '', body: octets(''), properties: '', bodyCrc: 0 };
    const hosts = [init.bornHost, init.storeHost, { host: '::1', port: 1 }] as const;
    const sizes = [
      [0, 1],
      [2, 1],
      [0, 2],
      [2, 2],
    ].map(([born = 0, store = 0]) => {
      const bytes = encodeMessage({
        ...init,
        bornHost: hosts[born] ?? init.bornHost,
        storeHost: hosts[store] ?? init.storeHost,
      });
      expect(messageFields(only(bytes))).toMatchObject({ topic: '', bornHost: hosts[born], storeHost: hosts[store] });
      const short = bytes.slice(0, -1);
      short.set([0, 0, 0, short.length]);
      const { messages, texts } = leniently(short);
      expect(messages).toEqual([]);
      expect(texts[0]).toMatch(short.length < 91 ? /too few/u : /too short for its hosts/u);
      return bytes.length;
    });
    expect(sizes).toEqual([91, 103, 103, 115]);
  });

  it('keep the cause', () => {
    const bytes = one.slice();
    bytes[94] = 0xff;
    const cause = expect.objectContaining({ code: 'utf8-invalid' }) as unknown;
    expect(() => decodeMessages(bytes)).toThrow(expect.objectContaining({ cause }));
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
