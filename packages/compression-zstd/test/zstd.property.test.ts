import { isRmqError } from '@rmq/protocol';
import { zstd } from '@rmq/compression-zstd';
import fc from 'fast-check';

const limits = { maxBytes: 1_000_000 };
/** What compresses well, and what does not. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 3_000 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 2_000 })).map(([part, times]) => {
    const whole = new Uint8Array(part.length * times);
    for (let index = 0; index < times; index += 1) whole.set(part, index * part.length);
    return whole;
  }),
);

describe('zstd', () => {
  it('gives back what it was given', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 9 }), async (given, level) => {
        expect(await zstd.decompress(await zstd.compress(given, level), limits)).toEqual(given);
      }),
    );
  });

  it('refuses a result over the limit', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat({ max: 100 }), async (given, less) => {
        const packed = await zstd.compress(given, 5);
        const maxBytes = Math.max(0, given.length - 1 - less);
        fc.pre(maxBytes < given.length);
        await expect(async () => zstd.decompress(packed, { maxBytes })).rejects.toMatchObject({
          code: 'message-malformed',
          message: expect.stringContaining('limit') as string,
        });
      }),
    );
  });

  it('reads anything to bytes or a typed error', async () => {
    const packed = await zstd.compress(new TextEncoder().encode('hello '.repeat(100)), 5);
    const survive = async (given: Uint8Array): Promise<void> => {
      try {
        expect((await zstd.decompress(given, limits)).length).toBeLessThanOrEqual(limits.maxBytes);
      } catch (cause) {
        expect(isRmqError(cause)).toBe(true);
      }
    };
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), survive));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: packed.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const wrong = packed.slice();
        wrong[at] = (wrong[at] ?? 0) ^ flip;
        await survive(wrong);
        await survive(packed.slice(0, at));
      }),
      { numRuns: 500 },
    );
  });
});
