import { Writer } from '../../src/bytes/index.ts';
import { encodeRequest, writeRequestHead } from '../../src/rocketmq/index.ts';

const steps: readonly ((writer: Writer) => unknown)[] = [
  (writer) => writer.u8(0x11),
  (writer) => writer.u16(0x2222),
  (writer) => writer.u32(0x3333_3333),
  (writer) => writer.i16(-2),
  (writer) => writer.i32(-3),
  (writer) => writer.bytes(Uint8Array.of(5, 6, 7)),
  (writer) => writer.utf8('é8'),
  (writer) => {
    const hole = writer.hole32();
    writer.patch32(hole, 0x9999_9999);
  },
];

function all(capacity: number, rotation: number): Uint8Array {
  const writer = new Writer(capacity);
  for (let index = 0; index < steps.length; index += 1) steps[(index + rotation) % steps.length]?.(writer);
  return writer.take();
}

describe('Writer', () => {
  it('writes the same whatever it has to grow at', () => {
    for (let rotation = 0; rotation < steps.length; rotation += 1) {
      const expected = all(1_000, rotation);
      for (let capacity = 1; capacity < 50; capacity += 1) expect(all(capacity, rotation)).toEqual(expected);
    }
  });

  it('leaves alone what it gave away, also when a number makes it grow', () => {
    for (const step of steps) {
      const writer = new Writer(8);
      const taken = writer.bytes(Uint8Array.of(1, 2, 3, 4, 5, 6, 7)).take();
      step(writer);
      step(writer);
      expect([...taken]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it('writes nothing of a number that does not fit', () => {
    const writer = new Writer(8).u8(1);
    expect(() => writer.u16(65_536)).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
    expect([...writer.take()]).toEqual([1]);
  });

  it.each<[string, (writer: Writer) => unknown, string]>([
    ['u8: -1', (writer) => writer.u8(-1), '-1 does not fit: expected a whole number from 0 to 255'],
    ['u8: 256', (writer) => writer.u8(256), '256 does not fit: expected a whole number from 0 to 255'],
    ['u8: 0.5', (writer) => writer.u8(0.5), '0.5 does not fit: expected a whole number from 0 to 255'],
    ['u16', (writer) => writer.u16(65_536), '65536 does not fit: expected a whole number from 0 to 65535'],
    ['u32', (writer) => writer.u32(2 ** 32), '4294967296 does not fit: expected a whole number from 0 to 4294967295'],
    ['i16', (writer) => writer.i16(-32_769), '-32769 does not fit: expected a whole number from -32768 to 32767'],
    [
      'i32',
      (writer) => writer.i32(Number.NaN),
      'NaN does not fit: expected a whole number from -2147483648 to 2147483647',
    ],
    ['a length', (writer) => writer.truncate(2), '2 does not fit: expected a whole number from 0 to 1'],
  ])('refuses what does not fit: %s', (_, write, message) => {
    const writer = new Writer(8).u8(7);
    expect(() => write(writer)).toThrow(expect.objectContaining({ code: 'value-out-of-range', message }));
    expect([...writer.take()]).toEqual([7]);
  });

  it('encodes binary headers one behind the other as it does alone, past its capacity', () => {
    const request = {
      name: 'getMaxOffset',
      fields: { topic: 'T', queueId: 1 },
    } as const;
    const envelope = { opaque: 7, flag: 0, language: 'NODE_JS', version: 479, serializeType: 'rocketmq' } as const;
    const alone = encodeRequest(request, envelope);
    for (let capacity = 1; capacity < 200; capacity += 1) {
      const writer = new Writer(capacity);
      for (let turn = 0; turn < 5; turn += 1) {
        writeRequestHead(writer, request, envelope);
        expect(writer.take()).toEqual(alone);
      }
    }
  });
});

describe('fields in one step', () => {
  const head = Uint8Array.of(1, 2);

  it('are bytes, a length and text', () => {
    const long = 'ü'.repeat(60);
    const written = new Writer(4).field32(head, 'a').field32(head, long).take();
    const expected = new Writer().bytes(head).u32(1).utf8('a').bytes(head).u32(120).utf8(long).take();
    expect(written).toEqual(expected);
  });
});

describe('a text written by hand', () => {
  const head = Uint8Array.of(1, 2);

  it('gets room, and ends where it says', () => {
    const writer = new Writer(4).u8(9).fill(
      20,
      (bytes, at, given, text) => {
        bytes.set(given, at);
        bytes[at + 2] = text.charCodeAt(0);
        return at + 3;
      },
      head,
      'a',
    );
    expect(writer.u8(8).take()).toEqual(Uint8Array.of(9, 1, 2, 0x61, 8));
  });

  it('may be nothing', () => {
    const writer = new Writer(4).u8(9).fill(20, (_, at) => at, head, 'a');
    expect(writer.take()).toEqual(Uint8Array.of(9));
  });
});
