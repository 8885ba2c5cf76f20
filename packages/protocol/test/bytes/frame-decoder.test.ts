import { FrameDecoder, type Framing } from '@rmq/protocol/bytes';
import { frameDecoder } from '@rmq/protocol/rocketmq';
import fc from 'fast-check';

/** A frame here is a byte that counts the bytes behind it; a body that begins with 255 is a fault of the framing. */
const framing: Framing<Uint8Array> = {
  prefix: 1,
  size: (bytes, at) => 1 + (bytes[at] ?? 0),
  decode: (bytes, at, end) => {
    if (end > at + 1 && bytes[at + 1] === 255) throw new RangeError('not ours');
    return bytes.subarray(at + 1, end);
  },
};
const decoder = (maxFrameBytes = 256): FrameDecoder<Uint8Array> => new FrameDecoder(framing, { maxFrameBytes });
function expectFault(code: string, action: () => unknown): void {
  expect(action).toThrow(expect.objectContaining({ code }));
}

/** The same bytes in chunks of these sizes, over and over. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe('FrameDecoder', () => {
  it('finds the same frames however the stream is cut, and is left with nothing', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 20, max: 254 }), { maxLength: 8 });
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(bodies, sizes, (all, given) => {
        const stream = Uint8Array.from(all.flatMap((body) => [body.length, ...body]));
        const reads = decoder();
        const seen = cut(stream, given).flatMap((chunk) => [...reads.push(chunk)]);
        expect(seen).toEqual(all);
        expect(reads.buffered).toBe(0);
        reads.end();
      }),
    );
  });

  it('copies only what straddles chunks, also behind an empty one and behind one that was read', () => {
    const given = [[], [1, 7, 1], [], [8, 2, 5, 5], [1, 6]].map((bytes) => Uint8Array.from(bytes));
    const reads = decoder();
    const seen = given.flatMap((chunk) => [...reads.push(chunk)]);
    for (const chunk of given) reads.push(chunk);
    seen.push(...reads);
    expect(seen.map((frame) => [...frame])).toEqual([[7], [8], [5, 5], [6], [7], [8], [5, 5], [6]]);
    for (const chunk of given) chunk.fill(9);
    expect(seen.map((frame) => [...frame])).toEqual([[9], [8], [9, 9], [9], [9], [8], [9, 9], [9]]);
  });

  it('goes on after thousands of chunks that nobody read in between', () => {
    const reads = decoder();
    for (let index = 0; index < 50_000; index += 1) reads.push(Uint8Array.of(index % 5 === 0 ? 4 : index % 251));
    expect(reads.buffered).toBe(50_000);
    let count = 0;
    for (const frame of reads) {
      expect(frame[3]).toBe((5 * count + 4) % 251);
      count += 1;
    }
    expect([count, reads.buffered]).toEqual([10_000, 0]);
  });

  it('waits for what is missing and tells at the end', () => {
    const reads = decoder().push(Uint8Array.of(3, 1, 2));
    expect([reads.next(), reads.buffered]).toEqual([undefined, 3]);
    expect(() => {
      reads.end();
    }).toThrow(expect.objectContaining({ code: 'truncated', message: 'the stream ended 3 bytes into a frame' }));
    expectFault('truncated', () => reads.next());
  });

  it('gives the frames before a fault, then the same fault for ever, and holds nothing', () => {
    const reads = decoder(5).push(Uint8Array.of(1, 9, 5, 1, 1, 1, 1, 1, 1, 9));
    expect(reads.next()).toEqual(Uint8Array.of(9));
    const faults = [1, 2, 3].map((turn) => {
      try {
        if (turn === 3) reads.end();
        else reads.push(Uint8Array.of(1, 9)).next();
      } catch (cause) {
        return cause;
      }
      return undefined;
    });
    expect(faults[0]).toEqual(
      expect.objectContaining({
        code: 'frame-too-large',
        message: 'a frame of 6 bytes, limit 5',
      }),
    );
    expect(faults.every((fault) => fault === faults[0])).toBe(true);
    expect(reads.buffered).toBe(0);
  });

  it('takes a frame that is just as large as the limit', () => {
    expect([...decoder(3).push(Uint8Array.of(2, 7, 8))]).toEqual([Uint8Array.of(7, 8)]);
  });

  it('makes any failure of a framing its own error, with the cause', () => {
    const reads = decoder().push(Uint8Array.of(1, 255));
    expect(() => reads.next()).toThrow(
      expect.objectContaining({
        code: 'frame-malformed',
        message: 'a frame could not be read',
        cause: expect.any(RangeError) as unknown,
      }),
    );
  });

  it('loses nothing when a loop is left early', () => {
    const reads = decoder().push(Uint8Array.of(1, 1, 1, 2));
    for (const frame of reads) {
      expect([...frame]).toEqual([1]);
      break;
    }
    expect([...reads]).toEqual([Uint8Array.of(2)]);
  });

  it('judges a claim of 2 GiB by its head, without memory for it', () => {
    const before = process.memoryUsage().arrayBuffers;
    const refused = frameDecoder().push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 9));
    expectFault('frame-too-large', () => refused.next());
    // Allowed by its limit, it waits: what it holds is what came.
    const allowed = frameDecoder({ maxFrameBytes: 2 ** 32 }).push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 9));
    expect([allowed.next(), allowed.buffered]).toEqual([undefined, 8]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_048_576);
  });
});
