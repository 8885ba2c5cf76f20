import { lz4 } from '@rmq/compression-lz4';

const limits = { maxBytes: 10_000_000 };
const bytes = (...parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());
const head = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73];
const malformed = expect.objectContaining({ code: 'message-malformed' }) as Error;

describe('an LZ4 frame', () => {
  it('of several blocks comes out whole', async () => {
    const large = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index * index) >> 7);
    const whole = await lz4.decompress(await lz4.compress(large, 1), limits);
    expect(Buffer.compare(whole, large)).toBe(0);
  });

  it('with block checksums and a content size, as others write it, is read', () => {
    const stored = [0x03, 0, 0, 0x80, 0x61, 0x62, 0x63, 1, 2, 3, 4];
    const frame = bytes([0x04, 0x22, 0x4d, 0x18, 0x78, 0x40, 3, 0, 0, 0, 0, 0, 0, 0, 0x9c], stored, [0, 0, 0, 0]);
    expect(new TextDecoder().decode(lz4.decompress(frame, limits) as Uint8Array)).toBe('abc');
  });

  it('whose match repeats what it is writing is read', () => {
    const block = [0x1f, 0x61, 0x01, 0x00, 0x00, 0x10, 0x62];
    const frame = bytes(head, [block.length, 0, 0, 0], block, [0, 0, 0, 0]);
    expect(new TextDecoder().decode(lz4.decompress(frame, limits) as Uint8Array)).toBe(`${'a'.repeat(20)}b`);
  });

  it.each([
    ['has another magic number', bytes([0x05], head.slice(1), [0, 0, 0, 0])],
    ['is of another version', bytes(head.slice(0, 4), [0xa0, 0x70, 0x73], [0, 0, 0, 0])],
    ['needs a dictionary', bytes(head.slice(0, 4), [0x61, 0x70, 0x73], [0, 0, 0, 0], [0, 0, 0, 0])],
    ['has blocks of no known size', bytes(head.slice(0, 4), [0x60, 0x30, 0x73], [0, 0, 0, 0])],
    ['has no end', bytes(head)],
    ['announces more than there is', bytes(head, [0x10, 0, 0, 0], [0x00])],
    ['has a block over its limit', bytes(head, [0x01, 0x00, 0x40, 0x00])],
    ['has a match to nothing', bytes(head, [4, 0, 0, 0], [0x10, 0x61, 0x05, 0x00], [0, 0, 0, 0])],
    ['has a match at no distance', bytes(head, [4, 0, 0, 0], [0x10, 0x61, 0x00, 0x00], [0, 0, 0, 0])],
    ['has more literals than bytes', bytes(head, [2, 0, 0, 0], [0x50, 0x61], [0, 0, 0, 0])],
  ])('that %s is refused', (_, frame) => {
    expect(() => lz4.decompress(frame, limits)).toThrow(malformed);
  });

  it('that would unpack to a gigabyte is given up at the limit', () => {
    const bomb = new Uint8Array(head.length + 4 + 0x3f_ffff + 4).fill(0xff);
    bomb.set([...head, 0xff, 0xff, 0x3f, 0, 0x1f, 0x61, 0x01, 0x00]);
    bomb.set([0, 0, 0, 0, 0], bomb.length - 5);
    expect(() => lz4.decompress(bomb, limits)).toThrow(malformed);
  });
});
