import { zstd } from '@rmq/compression-zstd';

describe('a zstd frame', () => {
  it('that wants gigabytes of memory is refused before it gets them', () => {
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00);
    expect(() => zstd.decompress(frame, { maxBytes: 1_000 })).toThrow(
      expect.objectContaining({ code: 'message-malformed' }),
    );
  });

  it('that claims to hold exabytes is refused', () => {
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x01, 0x00, 0x00);
    expect(() => zstd.decompress(frame, { maxBytes: 1_000 })).toThrow(
      expect.objectContaining({ code: 'message-malformed' }),
    );
  });

  it('that ends too early is refused', async () => {
    const packed = await zstd.compress(new TextEncoder().encode('hello '.repeat(1_000)), 5);
    for (let length = 0; length < packed.length; length += 1) {
      expect(() => zstd.decompress(packed.slice(0, length), { maxBytes: 10_000 })).toThrow(
        expect.objectContaining({ code: 'message-malformed' }),
      );
    }
  });
});
