import {
  type CommandDef,
  type CommandName,
  commands,
  decodeFrame,
  decodeRequest,
  encodeFrame,
  encodeRequest,
  type FieldType,
  flags,
  frameDecoder,
  type HeaderDef,
  type HeaderName,
  headers,
  languages,
  type RemotingCommand,
  type Request,
  requestTemplate,
} from '@rmq/protocol/rocketmq';
import { isRmqError } from '@rmq/protocol';
import fc from 'fast-check';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const text = fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'grapheme' }));
/** Not empty: of empty ones a binary header says nothing. */
const word = text.filter((value) => value !== '');
const name = fc.oneof(word, fc.constantFrom('__proto__', 'constructor', 'topic', 'é'));

const command: fc.Arbitrary<RemotingCommand> = fc.record({
  code: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  language: fc.constantFrom(...languages),
  version: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  opaque: int32,
  flag: int32,
  remark: fc.option(word, { nil: undefined }),
  extFields: fc.dictionary(name, word, { maxKeys: 12, noNullPrototype: true }),
  body: fc.uint8Array({ maxLength: 200 }),
  serializeType: fc.constantFrom('json', 'rocketmq'),
});

const values: { readonly [T in FieldType]: fc.Arbitrary<unknown> } = {
  string: word,
  i32: int32,
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  bool: fc.boolean(),
  boundary: fc.constantFrom('LOWER', 'UPPER'),
};

/** Random values for the fields of a command, optional ones left out at times. */
function fieldsOf(command: CommandName): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const { request }: CommandDef = commands[command];
  const header: HeaderDef = (typeof request === 'string' ? headers[request] : request) ?? {};
  const { '...': base, ...own } = header;
  const specs: HeaderDef = { ...own, ...(base === undefined ? {} : headers[base as HeaderName]) };
  const record: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [field, spec] of Object.entries(specs)) {
    const [kind = ''] = spec.split('@');
    const type = kind.replace(/[?=]$/, '') as FieldType;
    record[field] = kind === type ? values[type] : fc.option(values[type], { nil: undefined });
  }
  return fc.record(record);
}

const request = fc
  .constantFrom(...(Object.keys(commands) as CommandName[]).filter((each) => commands[each].code < 2 ** 15))
  .chain((each) => fieldsOf(each).map((fields) => ({ name: each, fields })));
const form = fc.constantFrom('json' as const, 'rocketmq' as const);
const envelope = (serializeType: 'json' | 'rocketmq') =>
  ({ opaque: 7, flag: flags.request, language: 'NODE_JS', version: 479, serializeType }) as const;

/** A field that was left out is not there, or counts as what its mark says. */
function given(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

describe('any command', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(command, (one) => {
        expect(decodeFrame(encodeFrame(one))).toEqual(one);
      }),
    );
  });

  it('comes out the same however its bytes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 4 }), cuts, (all, sizes) => {
        const stream = Buffer.concat(all.map((one) => encodeFrame(one)));
        const decoder = frameDecoder();
        const seen: RemotingCommand[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          seen.push(...decoder.push(new Uint8Array(stream.subarray(at, at + size))));
          at += size;
        }
        decoder.end();
        expect(seen).toEqual(all);
      }),
    );
  });

  it('with any bytes changed is a command or a typed error', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(command, changes, (one, all) => {
        const bytes = encodeFrame(one).slice();
        for (const [at, flip] of all) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
        try {
          for (const read of frameDecoder().push(bytes)) expect(read.body.byteLength).toBeLessThan(bytes.length);
        } catch (cause) {
          expect(isRmqError(cause)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('any request of the table', () => {
  it('has its fields when it arrives, to the last digit', () => {
    fc.assert(
      fc.property(request, form, (one, serializeType) => {
        const arrived = decodeRequest(one.name, decodeFrame(encodeRequest(one, envelope(serializeType))));
        expect(arrived).toMatchObject(given(one.fields));
      }),
      { numRuns: 1_000 },
    );
  });

  it('means the same with a template of any of its fields', () => {
    fc.assert(
      fc.property(request, form, fc.infiniteStream(fc.boolean()), (one, serializeType, coin) => {
        const some = Object.entries(given(one.fields)).filter(() => coin.next().value === true);
        const template = requestTemplate(one.name, Object.fromEntries(some));
        const read = (each: Request): RemotingCommand => decodeFrame(encodeRequest(each, envelope(serializeType)));
        expect(read({ ...one, template })).toEqual(read(one));
      }),
    );
  });
});

describe('a frame that claims much', () => {
  it.each([
    ['2 GiB', [0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 2, 0x7b, 0x7d], 'frame-too-large'],
    ['a header of 16 MiB', [0x01, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff], 'header-too-large'],
    ['4 GiB', [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 'frame-too-large'],
  ])('is refused by its first bytes: %s', (_, bytes, code) => {
    const decoder = frameDecoder();
    expect(() => decoder.push(Uint8Array.from(bytes)).next()).toThrow(expect.objectContaining({ code }));
    expect(decoder.buffered).toBe(0);
  });
});
