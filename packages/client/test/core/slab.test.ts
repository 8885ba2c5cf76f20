import { Slab } from '../../src/core/slab.ts';

describe('Slab', () => {
  it('gives copies that nothing writes to any more', () => {
    const slab = new Slab();
    const source = new Uint8Array(1_000);
    const copies = Array.from({ length: 100 }, (_, index) => slab.copyOf(source.fill(index)));
    expect(copies.map((copy) => copy.byteLength)).toEqual(copies.map(() => 1_000));
    expect(copies.every((copy, index) => copy.every((byte) => byte === index))).toBe(true);
  });

  it('copies Node buffers, too', () => {
    const source = Buffer.alloc(10_000, 1);
    const copy = new Slab().copyOf(source);
    source.fill(2);
    expect(copy[0]).toBe(1);
  });

  it('lets small ones share memory, but not much of it, and large ones none', () => {
    const slab = new Slab();
    const small = Array.from({ length: 100 }, () => slab.copyOf(new Uint8Array(1_000)));
    const buffers = new Set(small.map(({ buffer, byteOffset }) => (byteOffset >= 0 ? buffer : undefined)));
    expect(buffers.size).toBe(7);
    const source = new Uint8Array(10_000);
    const { buffer, byteOffset, byteLength } = slab.copyOf(source.subarray(0, 5_000));
    expect([byteOffset, byteLength, buffer.byteLength]).toEqual([0, 5_000, 5_000]);
    expect(slab.copyOf(new Uint8Array(0)).byteLength).toBe(0);
  });
});
