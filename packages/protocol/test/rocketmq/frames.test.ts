import {
  commandName,
  commands,
  decodeFrame,
  decodeRequest,
  decodeResponse,
  encodeFrame,
  encodeRequest,
  type Envelope,
  frameDecoder,
  frameInfo,
  isOneway,
  isResponse,
  opaqueSequence,
  type RemotingCommand,
  response,
  responseCodeName,
  summarize,
} from '@rmq/protocol/rocketmq';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');

const route = { name: 'getRouteinfoByTopic', fields: { topic: 'TopicTest', acceptStandardJsonOnly: true } } as const;
const envelope: Envelope = { opaque: 7, flag: 0, language: 'OTHER', version: 477, serializeType: 'json' };
const send = {
  name: 'sendMessageV2',
  fields: {
    producerGroup: 'PG',
    topic: 'T',
    defaultTopic: 'TBW102',
    defaultTopicQueueNums: 4,
    queueId: 1,
    sysFlag: 0,
    bornTimestamp: 1_700_000_000_000n,
    flag: 0,
    properties: 'UNIQ_KEY\u0001ABC\u0002WAIT\u0001true\u0002',
    reconsumeTimes: 0,
    unitMode: false,
    batch: false,
    brokerName: 'broker-a',
  },
  body: new TextEncoder().encode('hi'),
} as const;

/** Written by Java's RemotingCommand of 5.3.4-SNAPSHOT. Java orders ext fields by hash, so JSON is compared by value. */
const golden = {
  routeBinary: `0000004d 01000049 0069 07 01dd 00000007 00000000 00000000 00000034
    0005 746f706963 00000009 546f70696354657374
    0016 6163636570745374616e646172644a736f6e4f6e6c79 00000004 74727565`,
  noHeaderJson: `00000064 00000060 7b22636f6465223a3230362c22666c6167223a302c226c616e6775616765223a224a415641222c226f7061717565223a2d352c2273657269616c697a655479706543757272656e74525043223a224a534f4e222c2276657273696f6e223a307d`,
  noHeaderBinary: '00000019 01000015 00ce 00 0000 fffffffb 00000000 00000000 00000000',
  sendBinary: `000000ba 010000b4 0136 00 01dd 00000002 00000000 00000000 0000009f
    0001 61 00000002 5047            0001 62 00000001 54
    0001 63 00000006 544257313032    0001 64 00000001 34
    0001 65 00000001 31              0001 66 00000001 30
    0001 67 0000000d 31373030303030303030303030
    0001 68 00000001 30
    0001 69 00000017 554e49515f4b4559 01 414243 02 57414954 01 74727565 02
    0001 6a 00000001 30              0001 6b 00000005 66616c7365
    0001 6d 00000005 66616c7365      0001 6e 00000008 62726f6b65722d61
    6869`,
  pullFound: `00000098 01000094 0000 00 0000 00000004 00000001 00000005 464f554e44 0000007a
    0014 73756767657374576869636842726f6b65724964 00000001 30
    000f 6e657874426567696e4f6666736574 00000002 3333
    0009 6d696e4f6666736574 00000001 30
    0009 6d61784f6666736574 00000003 313030
    000c 746f706963537973466c6167 00000001 30
    000c 67726f7570537973466c6167 00000001 30`,
} as const;

const code = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return undefined;
};

describe('frames that Java wrote', () => {
  it('encodes the same binary bytes', () => {
    expect(hexOf(encodeRequest(route, { ...envelope, serializeType: 'rocketmq' }))).toBe(
      hexOf(bytes(golden.routeBinary)),
    );
    const java: Envelope = { ...envelope, opaque: 2, language: 'JAVA', serializeType: 'rocketmq' };
    expect(hexOf(encodeRequest(send, java))).toBe(hexOf(bytes(golden.sendBinary)));
  });

  it.each(Object.entries(golden))('%s comes back byte by byte', (name, hex) => {
    const frame = decodeFrame(bytes(hex));
    // Without ext fields Java leaves the member out; this codec writes it empty, as some handlers need it.
    const again = hexOf(encodeFrame(frame)).replace(Buffer.from('"extFields":{},').toString('hex'), '');
    expect(name === 'noHeaderJson' ? again.slice(16) : again).toBe(
      name === 'noHeaderJson' ? hexOf(bytes(hex)).slice(16) : hexOf(bytes(hex)),
    );
  });

  it('reads the fields of a pull answer', () => {
    const fields = decodeResponse('pullMessage', decodeFrame(bytes(golden.pullFound)));
    expect(fields).toMatchObject({ suggestWhichBrokerId: 0n, nextBeginOffset: 33n, minOffset: 0n, maxOffset: 100n });
  });
});

describe.each(['json', 'rocketmq'] as const)('a %s header', (serializeType) => {
  it('brings every field of a request back', () => {
    const frame = decodeFrame(encodeRequest(send, { ...envelope, serializeType }));
    expect(decodeRequest('sendMessageV2', frame)).toEqual(send.fields);
    expect(new TextDecoder().decode(frame.body)).toBe('hi');
    expect(frame).toMatchObject({ code: 310, opaque: 7, language: 'OTHER', version: 477, serializeType });
  });

  it('keeps ext fields of any name, and 64-bit numbers to the last digit', () => {
    const extra = { ['__proto__']: 'data', 'quote"': 'back\\slash', ünï: '🚀\u2028\u0007' };
    const request = { ...send, fields: { ...send.fields, bornTimestamp: 2n ** 63n - 1n }, extra };
    const frame = decodeFrame(encodeRequest(request, { ...envelope, serializeType }));
    expect(Object.entries(frame.extFields)).toEqual(expect.arrayContaining(Object.entries(extra)));
    expect(decodeRequest('sendMessageV2', frame).bornTimestamp).toBe(9_223_372_036_854_775_807n);
  });

  it('is read whatever way the bytes are cut, and leaves what follows alone', () => {
    const one = encodeRequest(send, { ...envelope, serializeType });
    const stream = new Uint8Array([...one, ...one]);
    for (let size = 1; size <= stream.byteLength; size += 7) {
      const decoder = frameDecoder();
      const frames: RemotingCommand[] = [];
      for (let at = 0; at < stream.byteLength; at += size) frames.push(...decoder.push(stream.slice(at, at + size)));
      expect(frames).toHaveLength(2);
      decoder.end();
    }
  });

  it('asks for more while a frame is cut short, and says so at the end', () => {
    const one = encodeRequest(send, { ...envelope, serializeType });
    for (let length = 1; length < one.byteLength; length += 1) {
      const decoder = frameDecoder().push(one.slice(0, length));
      expect(decoder.next()).toBeUndefined();
      expect(code(() => decoder.end())).toBe('truncated');
    }
  });

  it('with any byte changed is a frame or a typed error, nothing else', () => {
    const one = encodeRequest(send, { ...envelope, serializeType });
    for (let at = 0; at < one.byteLength; at += 1) {
      for (const change of [1, 0x80, 0xff]) {
        const broken = one.slice();
        broken[at] = (broken[at] ?? 0) ^ change;
        const outcome = code(() => [...frameDecoder().push(broken)]);
        expect(outcome === undefined || typeof outcome === 'string').toBe(true);
      }
    }
  });
});

describe('frames that are hostile', () => {
  it.each([
    ['larger than the limit', '7fffffff 00000004', 'frame-too-large'],
    ['with a header larger than the limit', '00200000 0010ffff', 'header-too-large'],
    ['with a header longer than the frame', '00000010 00000011', 'frame-malformed'],
    ['of an unknown type', '00000010 02000004', 'serialize-type-unknown'],
    ['of no length', '00000000 00000000', 'frame-malformed'],
  ])('%s are refused by their first eight bytes', (_, hex, expected) => {
    const decoder = frameDecoder().push(bytes(hex));
    expect(code(() => decoder.next())).toBe(expected);
    expect(code(() => decoder.push(bytes(hex)).next())).toBe(expected);
  });

  it('with a header that is no header are refused', () => {
    for (const text of ['null', '[]', '{"code":"x"}', '{"opaque":2147483648}', '{']) {
      const header = new TextEncoder().encode(text);
      const frame = new Uint8Array([0, 0, 0, header.byteLength + 4, 0, 0, 0, header.byteLength, ...header]);
      expect(code(() => decodeFrame(frame))).toBe('header-malformed');
    }
  });

  it('come after the good ones before them', () => {
    const good = encodeRequest(route, envelope);
    const decoder = frameDecoder().push(new Uint8Array([...good, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
    expect(decoder.next()?.code).toBe(105);
    expect(code(() => decoder.next())).toBe('frame-too-large');
  });
});

describe('what peers write differently', () => {
  it.each([
    [
      'numbers as text and a language by number',
      '{"code":"105","language":13,"opaque":"1"}',
      { code: 105, language: 'NODE_JS' },
    ],
    ['an unknown language', '{"code":1,"language":"COBOL"}', { language: undefined }],
    [
      'values that are no text',
      '{"code":1,"extFields":{"a":1,"b":true,"c":{"x":1},"d":null}}',
      { extFields: { a: '1', b: 'true', c: '{"x":1}' } },
    ],
  ])('reads %s', (_, text, expected) => {
    const header = new TextEncoder().encode(text);
    const frame = new Uint8Array([0, 0, 0, header.byteLength + 4, 0, 0, 0, header.byteLength, ...header]);
    expect(decodeFrame(frame)).toMatchObject(expected);
  });
});

describe('requests', () => {
  it('name command and field when one is missing', () => {
    const fields = { topic: undefined } as never;
    expect(() => encodeRequest({ name: 'getRouteinfoByTopic', fields }, envelope)).toThrow(
      expect.objectContaining({ code: 'field-missing', message: expect.stringMatching(/getRouteinfoByTopic.*topic/) }),
    );
  });

  it('above 32767 are refused in the binary header, with what to do', () => {
    const ack = { name: 'popRollback', fields: {} } as const;
    expect(() => encodeRequest(ack, { ...envelope, serializeType: 'rocketmq' })).toThrow(/serializeType json/);
  });

  it('are answered with their number and the response bit', () => {
    const request = decodeFrame(encodeRequest(route, envelope));
    const answer = response(request, { code: 17, remark: 'No topic' });
    expect([answer.opaque, isResponse(answer), isOneway(answer), answer.remark]).toEqual([7, true, false, 'No topic']);
  });
});

describe('the tables', () => {
  it('find names by code', () => {
    for (const [name, { code: number }] of Object.entries(commands)) expect(commandName(number)).toBe(name);
    expect(commandName(4_711)).toBeUndefined();
    expect([responseCodeName(17), responseCodeName(-3)]).toEqual(['topicNotExist', undefined]);
  });
});

describe('tools', () => {
  it('tell a frame by its first bytes', () => {
    const { serializeType, frameBytes, bodyBytes } = frameInfo(bytes(golden.sendBinary).slice(0, 8));
    expect([serializeType, frameBytes, bodyBytes]).toEqual(['rocketmq', 190, 2]);
  });

  it('summarize without bodies and secrets', () => {
    const extra = { AccessKey: 'me', Signature: 's3cret' };
    const line = summarize(decodeFrame(encodeRequest({ ...route, extra }, envelope)));
    expect(line).toBe(
      'request getRouteinfoByTopic(105) #7 topic=TopicTest acceptStandardJsonOnly=true AccessKey=*** Signature=*** 0 B',
    );
  });

  it('count from the largest number on into the negative', () => {
    const next = opaqueSequence(2 ** 31 - 1);
    expect([next(), next()]).toEqual([2_147_483_647, -2_147_483_648]);
  });
});
