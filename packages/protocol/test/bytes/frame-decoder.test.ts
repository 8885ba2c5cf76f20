import { ByteQueue, FrameDecoder, type Framing } from '@rmq/protocol/bytes';
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

const view = (bytes: Uint8Array, at: number, end: number): Uint8Array => bytes.subarray(at, end);
const slice = (bytes: Uint8Array, at: number, end: number): Uint8Array => bytes.slice(at, end);

describe('ByteQueue', () => {
  it('gives the bytes in their order, however they came and are taken', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), sizes, sizes, (bytes, given, taken) => {
        const queue = new ByteQueue();
        for (const chunk of cut(bytes, given)) queue.push(chunk);
        expect(queue.length).toBe(bytes.length);
        for (const part of cut(bytes, taken)) {
          expect(queue.read(part.length, slice)).toEqual(part);
          expect(queue.take(part.length, slice)).toEqual(part);
        }
        expect(queue.length).toBe(0);
      }),
    );
  });

  it('copies only what straddles chunks', () => {
    const queue = new ByteQueue();
    const first = Uint8Array.of(1, 2, 3);
    queue.push(first);
    queue.push(new Uint8Array(0));
    queue.push(Uint8Array.of(4, 5));
    const within = queue.take(2, view);
    expect(queue.read(1, (memory, at) => [memory === first, at])).toEqual([true, 2]);
    const across = queue.take(2, view);
    first.fill(9);
    expect([...within, ...across]).toEqual([9, 9, 3, 4]);
    expect([queue.length, ...queue.take(1, view)]).toEqual([1, 5]);
  });

  it('reads in place also behind an empty chunk and behind one that was read', () => {
    const queue = new ByteQueue();
    const [first, second] = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
    for (const chunk of [new Uint8Array(0), first, second]) queue.push(chunk);
    const whole = (memory: Uint8Array, at: number, end: number): unknown => [memory, at, end];
    expect(queue.take(2, whole)).toEqual([first, 0, 2]);
    queue.read(2, (memory) => {
      expect(memory).toBe(second);
    });
    expect(queue.take(2, whole)).toEqual([second, 0, 2]);
    expect(queue.read(0, whole)).toEqual([new Uint8Array(0), 0, 0]);
  });

  it('goes on after thousands of chunks', () => {
    const queue = new ByteQueue();
    for (let index = 0; index < 5_000; index += 1) queue.push(Uint8Array.of(index & 0xff));
    for (let index = 0; index < 4_000; index += 1) expect(queue.take(1, view)[0]).toBe(index & 0xff);
    expect(queue.length).toBe(1_000);
  });
});

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
