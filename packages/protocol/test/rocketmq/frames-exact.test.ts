import { Writer } from '@rmq/protocol/bytes';
import {
  decodeFrame,
  encodeFrame,
  encodeRequest,
  type Envelope,
  frameDecoder,
  frameInfo,
  languages,
  type RemotingCommand,
  type Request,
  writeFrame,
  writeRequestHead,
} from '@rmq/protocol/rocketmq';
import { fromHex, octets } from './captures.ts';

const command: RemotingCommand = {
  code: 10,
  language: 'NODE_JS',
  version: 479,
  opaque: -7,
  flag: 2,
  remark: undefined,
  extFields: {},
  body: new Uint8Array(0),
  serializeType: 'json',
};
const binary: RemotingCommand = { ...command, serializeType: 'rocketmq' };

/** What an error has to be, in the shape of one. */
function refusal(code: string, message: string, more: object = {}): Error {
  return expect.objectContaining({ code, message, ...more }) as Error;
}

/** The header of a frame as text, its lengths checked. */
function headerText(frame: Uint8Array): string {
  const { frameBytes, headerBytes, bodyBytes, serializeType } = frameInfo(frame);
  expect([frameBytes, serializeType]).toEqual([frame.length, 'json']);
  expect(8 + headerBytes + bodyBytes).toBe(frame.length);
  return new TextDecoder().decode(frame.subarray(8, 8 + headerBytes));
}

/** A frame around a header, without a body. */
function frameOf(type: number, header: Uint8Array): Uint8Array {
  const writer = new Writer().u32(4 + header.length).u8(type);
  return writer
    .u8(header.length >> 16)
    .u16(header.length & 0xffff)
    .bytes(header)
    .take();
}
const json = (text: string): RemotingCommand => decodeFrame(frameOf(0, octets(text)));

describe('a JSON header is written', () => {
  const end = '"opaque":-7,"serializeTypeCurrentRPC":"JSON","version":479}';

  it.each<[string, Partial<RemotingCommand>, string]>([
    ['without ext fields', {}, `{"code":10,"flag":2,"language":"NODE_JS",${end}`],
    ['of an unknown language', { language: undefined }, `{"code":10,"flag":2,${end}`],
    [
      'with a remark',
      { remark: 'a"b' },
      '{"code":10,"flag":2,"language":"NODE_JS","opaque":-7,"remark":"a\\"b","serializeTypeCurrentRPC":"JSON","version":479}',
    ],
    [
      'with ext fields in their order',
      { extFields: { b: '1', a: '', 'x"y': '\\' } },
      `{"code":10,"extFields":{"b":"1","a":"","x\\"y":"\\\\"},"flag":2,"language":"NODE_JS",${end}`,
    ],
  ])('%s', (_, change, text) => {
    expect(headerText(encodeFrame({ ...command, ...change }))).toBe(text);
    expect(decodeFrame(encodeFrame({ ...command, ...change }))).toEqual({ ...command, ...change });
  });

  const envelope: Envelope = { opaque: 1, flag: 0, language: 'JAVA', version: 0, serializeType: 'json' };
  const tail = '"flag":0,"language":"JAVA","opaque":1,"serializeTypeCurrentRPC":"JSON","version":0}';
  const request = (topic: string): Request<'getMaxOffset'> => ({ name: 'getMaxOffset', fields: { topic, queueId: 1 } });

  it.each([
    ['', ''],
    ['a b~', 'a b~'],
    ['"\\/', '\\"\\\\/'],
    ['\b\t\n\f\r', '\\b\\t\\n\\f\\r'],
    ['\u0000\u0001\u001f', '\\u0000\\u0001\\u001F'],
    ['\u007f', '\\u007F'],
    ['\u0080\u009f\u00a0', '\\u0080\\u009F\u00a0'],
    ['\u2027\u2028\u2029\u202a', '\u2027\\u2028\\u2029\u202a'],
    ['é消😀', 'é消😀'],
    ['a\ud800b\udc00c', 'a?b?c'],
    ['\ue000\uffff', '\ue000\uffff'],
    ['x'.repeat(2_048), 'x'.repeat(2_048)],
    ['"'.repeat(2_049), '\\"'.repeat(2_049)],
    [`${'\n'.repeat(3_000)}é`, `${'\\n'.repeat(3_000)}é`],
  ])('with %j in a field, as fastjson does', (topic, written) => {
    const expected = `{"code":30,"extFields":{"topic":"${written}","queueId":"1"},${tail}`;
    expect(headerText(encodeRequest(request(topic), envelope))).toBe(expected);
    const extFields = { topic, queueId: '1' };
    const frame = { ...command, ...envelope, code: 30, extFields };
    expect(headerText(encodeFrame(frame))).toBe(expected);
  });

  it('with the end of its own envelope, whichever was before', () => {
    const changes: readonly Partial<Envelope>[] = [{ flag: 2 }, { language: 'GO' }, { version: 5 }, { opaque: -9 }];
    for (const change of changes.flatMap((each) => [{}, each])) {
      const own = { ...envelope, ...change };
      const { flag, language, version, opaque } = own;
      const { code, ...rest } = JSON.parse(headerText(encodeRequest(request('T'), own))) as Record<string, unknown>;
      expect([code, rest['flag'], rest['language'], rest['version'], rest['opaque']]).toEqual([
        30,
        flag,
        language,
        version,
        opaque,
      ]);
    }
  });

  it('wherever the memory ends', () => {
    const topic = '\u0001'.repeat(9);
    const other = encodeRequest({ name: 'getBrokerClusterInfo', fields: {} }, envelope);
    for (const fill of [topic, `${topic}é`, 'plain']) {
      const expected = encodeRequest(request(fill), envelope);
      for (let capacity = 1; capacity < 300; capacity += 1) {
        const writer = new Writer(capacity).bytes(other);
        writeRequestHead(writer, request(fill), envelope);
        expect(Buffer.compare(writer.take().subarray(other.length), expected)).toBe(0);
      }
    }
  });

  it('with ext fields of no header behind those of the request, or alone', () => {
    const extra = { zone: 'z', 'a"': 'b' };
    expect(headerText(encodeRequest({ ...request('T'), extra }, envelope))).toBe(
      `{"code":30,"extFields":{"topic":"T","queueId":"1","zone":"z","a\\"":"b"},${tail}`,
    );
    expect(headerText(encodeRequest({ ...request('T'), extra: {} }, envelope))).toBe(
      `{"code":30,"extFields":{"topic":"T","queueId":"1"},${tail}`,
    );
    const bare = { name: 'getBrokerClusterInfo', fields: {} } as const;
    expect(headerText(encodeRequest(bare, envelope))).toBe(`{"code":106,${tail}`);
    expect(headerText(encodeRequest({ ...bare, extra }, envelope))).toBe(
      `{"code":106,"extFields":{"zone":"z","a\\"":"b"},${tail}`,
    );
    expect(headerText(encodeRequest({ ...bare, remark: 'why' }, envelope))).toBe(
      '{"code":106,"flag":0,"language":"JAVA","opaque":1,"remark":"why","serializeTypeCurrentRPC":"JSON","version":0}',
    );
  });
});

describe('a JSON header is read', () => {
  it.each<[string, Partial<RemotingCommand>]>([
    ['{}', { code: 0, flag: 0, opaque: 0, version: 0, language: undefined, remark: undefined, extFields: {} }],
    [
      '{"code":null,"opaque":"-5","flag":-2147483648,"version":"007"}',
      { code: 0, opaque: -5, flag: -(2 ** 31), version: 7 },
    ],
    ['{"language":"GO"}', { language: 'GO' }],
    ['{"language":0}', { language: 'JAVA' }],
    ['{"language":14}', { language: undefined }],
    ['{"remark":"x"}', { remark: 'x' }],
    ['{"remark":""}', { remark: '' }],
    ['{"remark":5}', { remark: undefined }],
    ['{"extFields":null}', { extFields: {} }],
    ['{"extFields":{"a":"1","b":"2"}}', { extFields: { a: '1', b: '2' } }],
    ['{"extFields":{"a":"1","b":null,"c":[1],"d":1.5}}', { extFields: { a: '1', c: '[1]', d: '1.5' } }],
  ])('%s', (text, expected) => {
    expect(json(text)).toMatchObject(expected);
    if (expected.extFields) expect(json(text).extFields).toEqual(expected.extFields);
  });

  it.each([
    ['[]', 'the header is no JSON object'],
    ['null', 'the header is no JSON object'],
    ['5', 'the header is no JSON object'],
    ['{', 'the header is not JSON'],
    ['', 'the header is not JSON'],
    ['{"code":1.5}', 'header member code is no 32-bit integer'],
    ['{"code":true}', 'header member code is no 32-bit integer'],
    ['{"opaque":"+1"}', 'header member opaque is no 32-bit integer'],
    ['{"opaque":"1x"}', 'header member opaque is no 32-bit integer'],
    ['{"opaque":"x1"}', 'header member opaque is no 32-bit integer'],
    ['{"opaque":""}', 'header member opaque is no 32-bit integer'],
    ['{"opaque":"2147483648"}', 'header member opaque is no 32-bit integer'],
    ['{"flag":-2147483649}', 'header member flag is no 32-bit integer'],
    ['{"version":[]}', 'header member version is no 32-bit integer'],
    ['{"extFields":[]}', 'header member extFields is no object'],
    ['{"extFields":"x"}', 'header member extFields is no object'],
  ])('not %j', (text, message) => {
    expect(() => json(text)).toThrow(refusal('header-malformed', message));
  });

  it('and the cause is kept', () => {
    const cause = expect.objectContaining({ name: 'SyntaxError' }) as unknown;
    expect(() => json('{')).toThrow(refusal('header-malformed', 'the header is not JSON', { cause }));
    expect(() => decodeFrame(frameOf(0, Uint8Array.of(0x7b, 0xff)))).toThrow(
      refusal('utf8-invalid', 'bytes are not UTF-8'),
    );
  });
});

describe('a binary header is written', () => {
  const header = (frame: Uint8Array): string => Buffer.from(frame.subarray(8)).toString('hex');

  it.each<[string, Partial<RemotingCommand>, string]>([
    ['without anything', {}, '000a 0d 01df fffffff9 00000002 00000000 00000000'],
    ['of an unknown language', { language: undefined }, '000a 07 01df fffffff9 00000002 00000000 00000000'],
    ['with a remark', { remark: 'é' }, '000a 0d 01df fffffff9 00000002 00000002 c3a9 00000000'],
    [
      'with ext fields',
      { extFields: { a: 'b', é: '' } },
      '000a 0d 01df fffffff9 00000002 00000000 00000010 0001 61 00000001 62 0002 c3a9 00000000',
    ],
    [
      'with the smallest numbers',
      { code: -32_768, version: -32_768, opaque: -(2 ** 31) },
      '8000 0d 8000 80000000 00000002 00000000 00000000',
    ],
    [
      'with the largest numbers',
      { code: 32_767, version: 32_767, opaque: 2 ** 31 - 1 },
      '7fff 0d 7fff 7fffffff 00000002 00000000 00000000',
    ],
  ])('%s', (_, change, hex) => {
    const frame = encodeFrame({ ...binary, ...change });
    expect(header(frame)).toBe(hex.replaceAll(' ', ''));
    const { language = 'OTHER' } = { ...binary, ...change };
    const extFields = Object.fromEntries(Object.entries(change.extFields ?? {}).filter(([, value]) => value !== ''));
    expect(decodeFrame(frame)).toEqual({ ...binary, ...change, language, extFields });
  });

  it('by the place of the language', () => {
    for (const [place, language] of languages.entries()) {
      const frame = encodeFrame({ ...binary, language });
      expect([frame[10], decodeFrame(frame).language]).toEqual([place, language]);
      frame[10] = languages.length;
      expect(decodeFrame(frame).language).toBeUndefined();
    }
  });

  it.each<[Partial<RemotingCommand>, string, string]>([
    [
      { code: 32_768 },
      'code-too-large',
      'code 32768 does not fit the binary header (int16): send this request with serializeType json',
    ],
    [
      { code: -32_769 },
      'code-too-large',
      'code -32769 does not fit the binary header (int16): send this request with serializeType json',
    ],
    [{ code: 2 ** 31 }, 'value-out-of-range', 'code 2147483648 does not fit: expected a 32-bit integer'],
    [{ opaque: 2 ** 31 }, 'value-out-of-range', 'opaque 2147483648 does not fit: expected a 32-bit integer'],
    [{ version: 32_768 }, 'value-out-of-range', '32768 does not fit: expected a whole number from -32768 to 32767'],
    [
      { extFields: { [`x${'y'.repeat(32_767)}`]: '' } },
      'value-out-of-range',
      '32768 does not fit: expected a whole number from -32768 to 32767',
    ],
  ])('not of %j', (change, code, message) => {
    const writer = new Writer().u8(5);
    expect(() => {
      writeFrame(writer, { ...binary, ...change });
    }).toThrow(refusal(code, message));
    expect([...writer.take()]).toEqual([5]);
  });
});

describe('a binary header is read', () => {
  const numbers = '000a 0d 01df fffffff9 00000002';
  const read = (hex: string): RemotingCommand => decodeFrame(frameOf(1, fromHex(hex)));

  it.each<[string, string, Partial<RemotingCommand>]>([
    ['without a remark', `${numbers} 00000000 00000000`, { remark: undefined, extFields: {} }],
    ['with bytes behind its ext fields', `${numbers} 00000001 61 00000000 6161`, { remark: 'a', extFields: {} }],
    [
      'with a name twice',
      `${numbers} 00000000 00000010 0001 61 00000001 62 0001 61 00000001 63`,
      { extFields: { a: 'c' } },
    ],
    ['with an empty name', `${numbers} 00000000 00000007 0000 00000001 62`, { extFields: { '': 'b' } }],
    ['with an empty value', `${numbers} 00000000 00000007 0001 61 00000000`, { extFields: {} }],
    ['with U+FFFD', `${numbers} 00000000 0000000a 0001 61 00000003 efbfbd`, { extFields: { a: '\ufffd' } }],
    [
      'with é',
      `${numbers} 00000000 0000000c 0002 c3a9 00000001 62 0000 00000000`.replace('0000000c', '0000000f'),
      { extFields: { é: 'b' } },
    ],
  ])('%s', (_, hex, expected) => {
    const frame = read(hex);
    expect(frame).toMatchObject(expected);
    if (expected.extFields) expect(Object.entries(frame.extFields)).toEqual(Object.entries(expected.extFields));
  });

  it('with names of every kind at one place, one after the other', () => {
    const long = 'n'.repeat(64);
    const names = ['a', 'b', 'ab', 'a', 'é', 'Ã©', '', long, `${long}x`, long, '__proto__', 'constructor', 'a'];
    for (const name of names) {
      for (const value of ['1', 'ü']) {
        const extFields = Object.fromEntries([
          [name, value],
          ['z', '2'],
        ]);
        const again = decodeFrame(encodeFrame({ ...binary, extFields })).extFields;
        expect(Object.entries(again)).toEqual(Object.entries(extFields));
      }
    }
  });

  it('with more fields than names are remembered', () => {
    for (const prefix of ['a', 'b', 'é']) {
      const extFields = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${prefix}${at}`, `v${at}`]));
      expect(decodeFrame(encodeFrame({ ...binary, extFields })).extFields).toEqual(extFields);
    }
  });

  const unfit = 'a length in the header does not fit';
  it.each([
    ['cut in its numbers', '000a 0d 01df fffffff9 0000', 13],
    ['cut behind its remark', `${numbers} 00000000`, 17],
    ['with a remark beyond its end', `${numbers} 00000001 00000000`.slice(0, -2), 18],
    ['with a remark over all', `${numbers} 00000005 00000000`, 13],
    ['with a negative remark', `${numbers} ffffffff 00000000`, 13],
    ['with ext fields beyond its end', `${numbers} 00000000 00000001`, 17],
    ['with negative ext fields', `${numbers} 00000000 80000000`, 17],
  ])('not %s', (_, hex, offset) => {
    expect(() => read(hex)).toThrow(refusal('header-malformed', unfit, { offset: offset + 8 }));
  });

  it.each([
    ['a name over the end', '0005 61 00000000'],
    ['a value over the end', '0001 61 00000001'],
    ['a value of negative length', '0001 61 ffffffff'],
    ['a cut value length', '0001 61 0000'],
    ['a cut name length', '00'],
  ])('not with %s', (_, fields) => {
    const length = fromHex(fields).length.toString(16).padStart(8, '0');
    // What is behind the ext fields is not theirs.
    expect(() => read(`${numbers} 00000000 ${length} ${fields} 6161616161616161`)).toThrow(
      refusal('header-malformed', unfit),
    );
  });

  it.each([
    ['remark', `${numbers} 00000001 ff 00000000`],
    ['name', `${numbers} 00000000 00000008 0001 ff 00000001 61`],
    ['value', `${numbers} 00000000 00000008 0001 61 00000001 ff`],
    ['value behind others', `${numbers} 00000000 00000011 0001 61 00000002 c3a9 0001 62 00000001 c3`],
  ])('not with a %s that is no UTF-8', (_, hex) => {
    expect(() => read(hex)).toThrow(refusal('utf8-invalid', 'bytes are not UTF-8'));
  });
});

describe('the first eight bytes', () => {
  it('say how long all is, wherever they are', () => {
    const info = { serializeType: 'rocketmq', frameBytes: 100_016, headerBytes: 65_537, bodyBytes: 34_471 };
    expect(frameInfo(fromHex('000186ac 01010001'))).toEqual(info);
    expect(frameInfo(fromHex('ffff 000186ac 01010001 ff'), 2)).toEqual(info);
    expect(frameInfo(fromHex('00000004 00000000'))).toEqual({
      serializeType: 'json',
      frameBytes: 8,
      headerBytes: 0,
      bodyBytes: 0,
    });
    expect(frameInfo(fromHex('ffffffff 00000000'))).toMatchObject({ frameBytes: 4_294_967_299 });
  });

  it.each([
    ['00000010 020000', 'short-read', 'need 8 bytes, have 7', 0],
    ['00000010 02000004', 'serialize-type-unknown', 'unknown serialize type 2', undefined],
    ['00000010 ff000004', 'serialize-type-unknown', 'unknown serialize type 255', undefined],
    ['00000003 00000000', 'frame-malformed', 'a header of 0 bytes in a frame of 3', undefined],
    ['00000010 0000000d', 'frame-malformed', 'a header of 13 bytes in a frame of 16', undefined],
  ])('%s: %s', (hex, code, message, offset) => {
    expect(() => frameInfo(fromHex(hex))).toThrow(refusal(code, message, { offset }));
  });

  it('must be there behind where they begin', () => {
    expect(() => frameInfo(fromHex('00000010 00000000'), 1)).toThrow(
      refusal('short-read', 'need 8 bytes, have 7', { offset: 1 }),
    );
  });
});

describe('limits of frames', () => {
  const made = (): readonly [frame: Uint8Array, headerBytes: number] => {
    const frame = encodeFrame({ ...command, body: new Uint8Array(100) });
    return [frame, frameInfo(frame).headerBytes];
  };

  it('are what is still taken', () => {
    const [frame, headerBytes] = made();
    const exact = frameDecoder({ maxFrameBytes: frame.length, maxHeaderBytes: headerBytes }).push(frame);
    expect(exact.next()?.body.length).toBe(100);
    expect(() =>
      frameDecoder({ maxFrameBytes: frame.length - 1 })
        .push(frame)
        .next(),
    ).toThrow(refusal('frame-too-large', `a frame of ${frame.length} bytes, limit ${frame.length - 1}`));
    expect(() =>
      frameDecoder({ maxHeaderBytes: headerBytes - 1 })
        .push(frame)
        .next(),
    ).toThrow(refusal('header-too-large', `a header of ${headerBytes} bytes, limit ${headerBytes - 1}`));
  });

  it.each([
    ['01fffffc 00000000', undefined],
    ['01fffffd 00000000', 'frame-too-large'],
    ['00100000 00010000', undefined],
    ['00100000 00010001', 'header-too-large'],
  ])('are 32 MiB and 64 KiB unless told: %s', (hex, code) => {
    const decoder = frameDecoder().push(fromHex(hex));
    if (code === undefined) expect(decoder.next()).toBeUndefined();
    else expect(() => decoder.next()).toThrow(expect.objectContaining({ code }));
  });

  it('let no frame be read that is shorter or longer than it says', () => {
    const [frame] = made();
    expect(() => decodeFrame(frame.subarray(0, -1))).toThrow(
      refusal('frame-malformed', `${frame.length - 1} bytes for a frame of ${frame.length}`),
    );
    expect(() => decodeFrame(Uint8Array.of(...frame, 0))).toThrow(
      refusal('frame-malformed', `${frame.length + 1} bytes for a frame of ${frame.length}`),
    );
  });

  it('of a header are those of its length field', () => {
    const writer = new Writer().u8(5);
    const remark = 'x'.repeat(0xff_ffff);
    expect(() => {
      writeFrame(writer, { ...binary, remark });
    }).toThrow(refusal('value-out-of-range', 'a header of 16777236 bytes does not fit: expected up to 16777215'));
    expect(writer.length).toBe(1);
    writeFrame(writer, { ...binary, remark: remark.slice(21) });
    expect(writer.length).toBe(1 + 8 + 0xff_ffff);
  });

  it('apply to the body as a view, and to none at all', () => {
    const [frame, headerBytes] = made();
    const read = decodeFrame(frame);
    expect(read.body.byteOffset).toBe(frame.byteOffset + 8 + headerBytes);
    frame[frame.length - 1] = 9;
    expect(read.body.at(-1)).toBe(9);
    expect(decodeFrame(encodeFrame(command)).body).toHaveLength(0);
  });

  it.each(['json', 'rocketmq'] as const)('do not mind frames behind each other: %s', (serializeType) => {
    const writer = new Writer();
    const frames = [1, 2, 3].map((opaque) => ({ ...command, language: 'GO' as const, opaque, serializeType }));
    for (const each of frames) writeFrame(writer, each);
    const bytes = writer.take();
    expect([...frameDecoder().push(bytes)]).toEqual(frames);
    expect(bytes).toEqual(Uint8Array.from(frames.flatMap((each) => [...encodeFrame(each)])));
  });

  it('do not make frames share memory that is written again', () => {
    for (const size of [0, 10, 4_096, 4_097, 20_000]) {
      const frames = [1, 2, 3].map((fill) => encodeFrame({ ...command, body: new Uint8Array(size).fill(fill) }));
      for (const [index, each] of frames.entries()) {
        expect(decodeFrame(each).body).toEqual(new Uint8Array(size).fill(index + 1));
      }
    }
  });
});
