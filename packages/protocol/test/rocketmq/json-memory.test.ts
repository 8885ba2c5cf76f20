/** A reader that remembers headers must read exactly what the one reads that does not. */
import {
  decodeFrame,
  encodeFrame,
  frameDecoder,
  jsonHeaderReader,
  type RemotingCommand,
  remotingFraming,
} from '@rmq/protocol/rocketmq';
import fc from 'fast-check';
import { frameOf } from './captures.ts';

const command: RemotingCommand = {
  code: 310,
  language: 'JAVA',
  version: 479,
  opaque: 1,
  flag: 0,
  remark: undefined,
  extFields: { a: 'group', b: 'topic', e: '3', i: 'TAGS\u0001A\u0002' },
  body: Uint8Array.of(1, 2),
  serializeType: 'json',
};

/** What reading comes to: the command, its ext fields in order, or the fault. */
function outcome(read: () => RemotingCommand): unknown {
  try {
    const { extFields, ...rest } = read();
    return { ...rest, extFields: Object.entries(extFields) };
  } catch (error) {
    return { code: (error as { readonly code?: unknown }).code };
  }
}

/** Reads frames one after the other with memory, and each without. */
function both(frames: readonly Uint8Array[]): { readonly with: unknown[]; readonly without: unknown[] } {
  const { decode } = remotingFraming({ readJson: jsonHeaderReader() });
  return {
    with: frames.map((bytes) => outcome(() => decode(bytes, 0, bytes.length))),
    without: frames.map((bytes) => outcome(() => decodeFrame(bytes))),
  };
}

/** A reader that knows the kind of `command`, with the values of some fields open. */
function taught(open: readonly string[]): (bytes: Uint8Array) => RemotingCommand {
  const { decode } = remotingFraming({ readJson: jsonHeaderReader() });
  const read = (bytes: Uint8Array): RemotingCommand => decode(bytes, 0, bytes.length);
  const other = Object.fromEntries(open.map((name) => [name, 'other']));
  const taughtBy = [command, { ...command, extFields: { ...command.extFields, ...other } }];
  for (const header of taughtBy) {
    // Not every unknown header is looked at: this many are for certain.
    for (let count = 0; count < 32; count += 1) read(encodeFrame({ ...header, version: count }));
    for (let count = 0; count < 32; count += 1) read(encodeFrame(header));
  }
  return read;
}

const header = (extFields: string, rest = '"flag":0,"language":"JAVA","opaque":7,'): string =>
  `{"code":310,"extFields":{${extFields}},${rest}"serializeTypeCurrentRPC":"JSON","version":479}`;

const odd = {
  'the same': header('"a":"group","b":"topic","e":"3","i":"TAGS\\u0001A\\u0002"'),
  'other values': header('"a":"group","b":"topic","e":"77","i":"x"'),
  'values that are not ASCII': header('"a":"group","b":"topic","e":"é","i":"\u{1f407}"'),
  'an escaped quote': header('"a":"group","b":"topic","e":"\\"","i":"\\\\\\""'),
  'a backslash at the end': header('"a":"group","b":"topic","e":"3","i":"\\\\"'),
  'a wrong escape': header('"a":"group","b":"topic","e":"3","i":"\\x"'),
  'a bare control character': header('"a":"group","b":"topic","e":"\u0001","i":"x"'),
  'a number for a text': header('"a":"group","b":"topic","e":3,"i":"x"'),
  'one field more': header('"a":"group","b":"topic","e":"3","i":"x","j":"0"'),
  'one field less': header('"a":"group","b":"topic","e":"3"'),
  'one field twice': header('"a":"group","b":"topic","e":"3","i":"x","i":"y"'),
  'no field': header(''),
  'no ext fields': header('').replace('"extFields":{},', ''),
  'another order': header('"b":"topic","a":"group","e":"3","i":"x"'),
  'a space': header('"a":"group","b":"topic","e":"3", "i":"x"'),
  'a remark': header('"a":"group","b":"topic","e":"3","i":"x"', '"flag":0,"language":"JAVA","opaque":7,"remark":"r",'),
  'another language': header('"a":"group","b":"topic","e":"3","i":"x"', '"flag":0,"language":"CPP","opaque":7,'),
  'nothing behind the values': '{"code":310,"extFields":{"a":"group","b":"topic","e":"3","i":"x',
  'text behind the end': `${header('"a":"group","b":"topic","e":"3","i":"x"')} x`,
};
const opaques = [
  '-1',
  '-0',
  '0',
  '00',
  '2147483647',
  '2147483648',
  '-2147483648',
  '1.0',
  '1e1',
  '"7"',
  'null',
  '',
  '7 ',
];

describe.each([{ open: [] }, { open: ['e'] }, { open: ['e', 'i'] }, { open: ['a', 'b', 'e', 'i'] }])(
  'a reader that knows a kind of header with $open open',
  ({ open }) => {
    const read = taught(open);

    it.each(Object.entries(odd))('reads one with %s as any other reader', (_, text) => {
      expect(outcome(() => read(frameOf(text)))).toEqual(outcome(() => decodeFrame(frameOf(text))));
    });

    it.each(opaques)('reads the opaque number %s as any other reader', (opaque) => {
      const text = header('"a":"group","b":"topic","e":"3","i":"x"').replace('"opaque":7', `"opaque":${opaque}`);
      expect(outcome(() => read(frameOf(text)))).toEqual(outcome(() => decodeFrame(frameOf(text))));
    });
  },
);

const name = fc.constantFrom('a', 'b', 'queueId', '__proto__', 'é', '1', 'x"y');
const value = fc.oneof(fc.constantFrom('0', 'topic', '\u0001', '"', '\\', 'é', ''), fc.string({ maxLength: 40 }));
const kind = fc.record({
  code: fc.constantFrom(0, 10, 310),
  language: fc.constantFrom('JAVA', 'CPP'),
  version: fc.constantFrom(0, 479),
  flag: fc.constantFrom(0, 1),
  remark: fc.constantFrom(undefined, 'why'),
  names: fc.uniqueArray(name, { maxLength: 4 }),
});
/** Frames of few kinds in turns, here and there with bytes that do not belong there. */
const frames = fc.array(kind, { minLength: 1, maxLength: 3 }).chain((kinds) =>
  fc.array(
    fc
      .record({
        kind: fc.constantFrom(...kinds),
        opaque: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        texts: fc.array(value, { minLength: 4, maxLength: 4 }),
        damage: fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { freq: 4, nil: undefined }),
      })
      .map(({ kind: { names, ...rest }, opaque, texts, damage }) => {
        const extFields = Object.fromEntries(names.map((key, index) => [key, texts[index] ?? '']));
        const bytes = encodeFrame({ ...command, ...rest, opaque, extFields }).slice();
        if (damage !== undefined) bytes[8 + (damage[0] % (bytes.length - 8))] = damage[1];
        return bytes;
      }),
    { minLength: 20, maxLength: 80 },
  ),
);

it('whatever came before, a header means what it means', () => {
  fc.assert(
    fc.property(frames, (sent) => {
      const { with: remembered, without } = both(sent);
      expect(remembered).toEqual(without);
    }),
  );
});

it('is used by a decoder of frames, which keeps nothing of what it read before', () => {
  const decoder = frameDecoder({ readJson: jsonHeaderReader() });
  for (let opaque = 0; opaque < 40; opaque += 1) {
    const body = Uint8Array.of(opaque);
    const extFields = { ...command.extFields, e: String(opaque) };
    decoder.push(encodeFrame({ ...command, opaque, extFields, body }));
    expect(decoder.next()).toEqual({ ...command, opaque, extFields, body });
  }
});

/** How often a text was parsed as JSON meanwhile: reading what is remembered needs that for escapes only. */
function parses(action: () => void): number {
  const { parse } = JSON;
  let count = 0;
  JSON.parse = (...given: Parameters<typeof parse>): unknown => {
    count += 1;
    return parse(...given);
  };
  try {
    action();
  } finally {
    JSON.parse = parse;
  }
  return count;
}

describe('what a reader remembers', () => {
  const reader = (): ((given: Partial<RemotingCommand>) => number) => {
    const { decode } = remotingFraming({ readJson: jsonHeaderReader() });
    return (given) => {
      const bytes = encodeFrame({ ...command, ...given });
      return parses(() => {
        expect(decode(bytes, 0, bytes.length)).toEqual({ ...command, ...given });
      });
    };
  };
  const fields = { a: 'group', e: '3' };

  it('is the first header: others may have another number and body', () => {
    const read = reader();
    expect(read({})).toBe(1);
    expect(read({})).toBe(0);
    expect(read({ opaque: -7, body: new Uint8Array(0) })).toBe(0);
    expect(read({ extFields: {} })).toBe(1);
  });

  it('is a header without ext fields, too', () => {
    const read = reader();
    expect([read({ extFields: {} }), read({ extFields: {}, opaque: 2 })]).toEqual([1, 0]);
  });

  it('is one of sixteen headers of an unknown kind', () => {
    const read = reader();
    expect(read({})).toBe(1);
    const other = Array.from({ length: 18 }, (_, opaque) => read({ code: 10, opaque }));
    expect(other).toEqual([...Array.from({ length: 16 }, () => 1), 0, 0]);
    expect(read({})).toBe(0);
  });

  it('is which values differ, once they have', () => {
    const read = reader();
    const values = (a: string, e: string): number => read({ extFields: { a, e } });
    expect(values('group', '3')).toBe(1);
    const learnt = (a: string, e: string): number => {
      let count = 0;
      while (count < 40 && values(a, e) > 0) count += 1;
      return count;
    };
    expect(learnt('group', '4')).toBe(16);
    expect([values('group', '5'), values('group', ''), values('shop', '5')]).toEqual([0, 0, 1]);
    expect(learnt('shop', '5')).toBe(15);
    expect([values('any', 'thing'), values('group', '3'), values('\n', 'x')]).toEqual([0, 0, 1]);
  });

  it.each<Partial<RemotingCommand>>([
    { code: 11 },
    { flag: 2 },
    { language: 'GO' },
    { version: 1 },
    { extFields: { ...fields, b: 'topic' } },
    { extFields: { e: '3', a: 'group' } },
  ])('tells kinds apart: %j is another', (given) => {
    const read = reader();
    expect(read({ extFields: fields })).toBe(1);
    const first = { extFields: fields, ...given };
    for (let count = 0; count < 16; count += 1) expect(read(first)).toBe(1);
    expect([read(first), read({ extFields: fields }), read(first)]).toEqual([0, 0, 0]);
  });

  it('is eight kinds, the ones that were learnt last', () => {
    const read = reader();
    const learn = (code: number): void => {
      for (let count = 0; count < 40 && read({ code }) > 0; count += 1);
    };
    for (let code = 0; code < 8; code += 1) learn(code);
    for (let code = 0; code < 8; code += 1) expect(read({ code })).toBe(0);
    learn(8);
    expect(read({ code: 0 })).toBe(1);
    for (let code = 1; code < 9; code += 1) expect(read({ code })).toBe(0);
  });

  it('is no header of more than 2,048 characters, and none with a remark', () => {
    const bare = encodeFrame({ ...command, extFields: { a: '' }, body: new Uint8Array(0) }).length - 8;
    const long = (length: number): number => {
      const read = reader();
      const extFields = { a: 'x'.repeat(length - bare) };
      return read({ extFields }) + read({ extFields });
    };
    expect([long(2_048), long(2_049)]).toEqual([1, 2]);
    const read = reader();
    expect([read({ remark: 'why' }), read({ remark: 'why' })]).toEqual([1, 1]);
  });
});
