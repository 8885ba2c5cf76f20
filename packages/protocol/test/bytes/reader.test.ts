import { decodeUtf8, Reader, TextCache, Writer } from '@rmq/protocol/bytes';
import fc from 'fast-check';

function expectShortRead(action: () => unknown): void {
  expect(action).toThrow(expect.objectContaining({ code: 'short-read' }));
}

/** Every read of a fixed size: how many bytes it takes. */
const reads: readonly (readonly [name: string, size: number, read: (reader: Reader) => unknown])[] = [
  ['u8', 1, (reader) => reader.u8()],
  ['u16', 2, (reader) => reader.u16()],
  ['u32', 4, (reader) => reader.u32()],
  ['safeU64', 8, (reader) => reader.safeU64()],
  ['bytes', 3, (reader) => reader.bytes(3)],
  ['part', 3, (reader) => reader.part(3)],
  ['view', 8, (reader) => reader.view(8)],
];

describe('Reader', () => {
  it.each(reads)('%s takes %i bytes, and none when one is missing', (_, size, read) => {
    // One byte more on either side than the view shows: it must see neither.
    const memory = new Uint8Array(size + 2);
    const whole = new Reader(memory.subarray(1, size + 1));
    read(whole);
    expect([whole.offset, whole.remaining]).toEqual([size, 0]);
    const short = new Reader(memory.subarray(1, size));
    expectShortRead(() => read(short));
    expect([short.offset, short.remaining]).toEqual([0, size - 1]);
  });

  it('reads a part of an array, never more than there is', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const part = new Reader(bytes, 1, 3);
    expect([part.offset, part.remaining, part.u16()]).toEqual([1, 2, 0x0203]);
    expectShortRead(() => part.u8());
    expect(new Reader(bytes, 1, 9).remaining).toBe(3);
  });

  it('says where and what is missing', () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3));
    reader.u16();
    expect(() => reader.u32()).toThrow(
      expect.objectContaining({ code: 'short-read', offset: 2, message: 'need 4 bytes, have 1' }),
    );
  });

  it('reads without sign, the highest byte first', () => {
    const ones = (): Reader => new Reader(new Uint8Array(8).fill(0xff));
    expect([ones().u8(), ones().u16(), ones().u32()]).toEqual([255, 65_535, 4_294_967_295]);
    const rising = (): Reader => new Reader(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect([rising().u16(), rising().u32(), rising().safeU64()]).toEqual([0x0102, 0x0102_0304, undefined]);
    expect(rising().view(8).getBigUint64(0)).toBe(0x0102_0304_0506_0708n);
  });

  it('gives parts and views of what is inside the array only, where they are', () => {
    const memory = Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 9);
    const reader = new Reader(memory.subarray(1, 7));
    const part = reader.part(2);
    expect([part.u8(), part.offset, part.remaining, reader.offset]).toEqual([1, 1, 1, 2]);
    expectShortRead(() => part.u16());
    expect([part.u8(), part.remaining, reader.part(0).remaining]).toEqual([2, 0, 0]);
    const view = reader.view(3);
    expect([view.byteLength, view.getUint8(0), view.getUint8(2), reader.u8()]).toEqual([3, 3, 5, 6]);
    expectShortRead(() => reader.part(1));
  });

  it('reads 64 bits as a number where nothing is lost, else leaves them', () => {
    const encoded = (value: bigint): Reader =>
      new Reader(
        new Writer()
          .u32(Number(value >> 32n))
          .u32(Number(value & 0xffff_ffffn))
          .take(),
      );
    expect(encoded(2n ** 53n - 1n).safeU64()).toBe(Number.MAX_SAFE_INTEGER);
    const beyond = encoded(2n ** 53n);
    expect(beyond.safeU64()).toBeUndefined();
    expect(beyond.offset).toBe(0);
    expect(beyond.view(8).getBigUint64(0)).toBe(2n ** 53n);
  });

  it('shares memory with the bytes it gives', () => {
    const memory = Uint8Array.of(1, 2, 3, 4);
    const reader = new Reader(memory);
    reader.u8();
    const part = reader.bytes(2);
    expect([...part]).toEqual([2, 3]);
    memory[1] = 9;
    expect([...part]).toEqual([9, 3]);
  });

  it('is not strict about UTF-8 where texts come from a cache', () => {
    const invalid = Uint8Array.of(2, 0x61, 0xff);
    expect(new Reader(invalid).text8(new TextCache())).toBe('a\ufffd');
    const marked = Uint8Array.of(4, 0xef, 0xbb, 0xbf, 0x61);
    expect(new Reader(marked).text8(new TextCache())).toBe('\ufeffa');
    expect(new Reader(Uint8Array.of(0, 9)).text8(new TextCache())).toBe('');
    expectShortRead(() => new Reader(Uint8Array.of(3, 0x61)).text8(new TextCache()));
  });

  it('reads what a writer wrote', () => {
    fc.assert(
      fc.property(
        fc.nat(0xff),
        fc.nat(0xffff),
        fc.nat(0xffff_ffff),
        fc.integer({ min: -0x8000, max: 0x7fff }),
        fc.integer(),
        fc.uint8Array({ maxLength: 40 }),
        // A lone surrogate would come back as U+FFFD.
        fc.string({ unit: 'binary', maxLength: 80 }),
        (a, b, c, d, e, g, h) => {
          const writer = new Writer(1).u8(a).u16(b).u32(c).i16(d).i32(e).bytes(g);
          const hole = writer.hole32();
          const before = writer.length;
          writer.utf8(h).patch32(hole, writer.length - before);
          const reader = new Reader(writer.take());
          const read = [
            reader.u8(),
            reader.u16(),
            reader.u32(),
            reader.view(2).getInt16(0),
            reader.view(4).getInt32(0),
          ];
          expect(read).toEqual([a, b, c, d, e]);
          expect(reader.bytes(g.length)).toEqual(g);
          expect(decodeUtf8(reader.bytes(reader.u32()))).toBe(h);
          expect(reader.remaining).toBe(0);
        },
      ),
    );
  });
});

/** How often the runtime made text of bytes meanwhile. */
function decodings(action: () => void): number {
  const original = Object.getOwnPropertyDescriptor(TextDecoder.prototype, 'decode') ?? {};
  let calls = 0;
  Object.defineProperty(TextDecoder.prototype, 'decode', {
    ...original,
    value(this: unknown, ...given: readonly unknown[]): unknown {
      calls += 1;
      return Reflect.apply(original.value as (...given: readonly unknown[]) => unknown, this, given);
    },
  });
  try {
    action();
  } finally {
    Object.defineProperty(TextDecoder.prototype, 'decode', original);
  }
  return calls;
}

it('decodeUtf8 is strict, and keeps a byte order mark', () => {
  const cause = expect.objectContaining({ name: 'TypeError' }) as unknown;
  expect(() => decodeUtf8(Uint8Array.of(0x61, 0xff))).toThrow(
    expect.objectContaining({ code: 'utf8-invalid', message: 'bytes are not UTF-8', cause }),
  );
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  expect(decodeUtf8(new Uint8Array(0))).toBe('');
});

describe('TextCache', () => {
  const encoded = (text: string): Uint8Array => new Writer().utf8(text).take();

  it('gives the text of the bytes, whatever it was asked before', () => {
    const cache = new TextCache();
    // Few characters and lengths on both sides of what it keeps: slots are shared often.
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '€'), maxLength: 70 }), { maxLength: 30 });
    fc.assert(
      fc.property(texts, (all) => {
        for (const text of all) {
          const bytes = encoded(`<${text}>`);
          expect(cache.text(bytes, 1, bytes.length - 2)).toBe(text);
        }
      }),
    );
  });

  it('decodes what it was given before no second time, unless it is long', () => {
    const names = ['topic', 'queueId', 'a', '', 'x'.repeat(64), 'bornTimestamp', 'unitMode', 'é', 'producerGroup'];
    const cache = new TextCache();
    const rounds = [1, 2, 3].map(() =>
      decodings(() => {
        for (const name of names) {
          const bytes = encoded(`<${name}>`);
          expect(cache.text(bytes, 1, bytes.length - 2)).toBe(name);
        }
      }),
    );
    expect(rounds).toEqual([names.length, 0, 0]);
    const long = encoded(`<${'x'.repeat(65)}>`);
    const longRounds = [1, 2].map(() => decodings(() => expect(cache.text(long, 1, 65)).toBe('x'.repeat(65))));
    expect(longRounds).toEqual([1, 1]);
  });

  it('tells a text from the beginning of another', () => {
    const cache = new TextCache();
    const letters = 'abcdefghijklmnop'.split('');
    for (const one of letters) {
      for (const two of letters) {
        for (const three of letters) {
          const bytes = encoded(one + two + three);
          expect([cache.text(bytes, 0, 3), cache.text(bytes, 0, 2)]).toEqual([one + two + three, one + two]);
        }
      }
    }
  });

  it('keeps no hold of what the bytes become later', () => {
    const cache = new TextCache();
    const bytes = encoded('topic');
    expect(cache.text(bytes, 0, 5)).toBe('topic');
    bytes.set(encoded('tapic'));
    expect(cache.text(bytes, 0, 5)).toBe('tapic');
    expect(cache.text(encoded('topic'), 0, 5)).toBe('topic');
  });
});
