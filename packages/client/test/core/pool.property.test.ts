import { drain } from '@rmq/testkit';
import fc from 'fast-check';
import { rig, type Taken } from './pool-rig.ts';

type Step =
  | { readonly do: 'acquire'; readonly timeoutMs: number | undefined }
  | { readonly do: 'abort' | 'release' | 'break'; readonly which: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'make'; readonly how: 'at once' | 'slowly' | 'not' | 'broken' };

const which = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('acquire' as const),
      timeoutMs: fc.option(fc.nat(500), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'abort' as const, 'break' as const), which }),
  },
  fc.record({ do: fc.constant('advance' as const), ms: fc.nat(400) }),
  fc.record({ do: fc.constant('make' as const), how: fc.constantFrom('at once', 'slowly', 'not', 'broken') }),
);
const limits = fc.integer({ min: 1, max: 4 }).chain((max) =>
  fc.record({
    max: fc.constant(max),
    min: fc.nat({ max }),
    idleMs: fc.integer({ min: 1, max: 300 }),
    acquireTimeoutMs: fc.integer({ min: 1, max: 1_000 }),
    maxWaiting: fc.integer({ min: 0, max: 6 }),
  }),
);

/** Plays steps on a pool and looks after each whether all is as it must be. */
class Play {
  readonly rig: ReturnType<typeof rig>;
  readonly taken: (Taken & { readonly controller: AbortController; isReleased: boolean; order: number })[] = [];
  readonly #max: number;

  constructor(given: Parameters<typeof rig>[0] & { readonly max: number }) {
    this.rig = rig(given);
    this.#max = given.max;
  }

  async run(next: Step): Promise<void> {
    const { acquire, born, clock, make, things } = this.rig;
    if (next.do === 'acquire') {
      const controller = new AbortController();
      const own = acquire({ timeoutMs: next.timeoutMs, signal: controller.signal });
      this.taken.push(Object.assign(own, { controller, isReleased: false, order: this.taken.length }));
    } else if (next.do === 'advance') await clock.advance(next.ms);
    else if (next.do === 'make') {
      born.isHealthy = next.how !== 'broken';
      make.current = () => {
        if (next.how === 'slowly') return new Promise<void>((resolve) => clock.after(200, resolve));
        return next.how === 'not' ? Promise.reject(new Error('refused')) : Promise.resolve();
      };
    } else if (next.do === 'break') {
      const thing = things[next.which % things.length];
      if (thing !== undefined) thing.isHealthy = false;
    } else if (next.do === 'abort')
      this.#waiting[next.which % this.#waiting.length]?.controller.abort(new Error('enough'));
    else this.#release(this.#holding[next.which % this.#holding.length]);
    await drain(20);
    this.#check();
  }

  async finish(): Promise<void> {
    const { clock, destroyed, make, pool, things } = this.rig;
    make.current = () => Promise.resolve();
    await clock.advance(400);
    while (this.#holding.length > 0) {
      for (const held of this.#holding) this.#release(held);
      await clock.advance(200);
    }
    expect(this.#waiting).toEqual([]);
    const closed = pool.close({ timeoutMs: 1_000 });
    await clock.advance(1_000);
    await closed;
    expect(pool.stats).toEqual({ size: 0, idle: 0, leased: 0, waiting: 0 });
    expect(new Set(destroyed.map((line) => line.split(' ')[0])).size).toBe(things.length);
    expect(clock.pending).toBe(0);
  }

  get #waiting() {
    return this.taken.filter(({ lease, error }) => lease === undefined && error === undefined);
  }

  get #holding() {
    return this.taken.filter(({ lease, isReleased }) => lease !== undefined && !isReleased);
  }

  #release(held: Play['taken'][number] | undefined): void {
    if (held === undefined) return;
    held.isReleased = true;
    held.lease?.release();
    held.lease?.release();
  }

  #check(): void {
    const { leased, size, waiting } = this.rig.pool.stats;
    const held = this.#holding.map(({ lease }) => lease?.resource.id);
    expect(size).toBeLessThanOrEqual(this.#max);
    expect(held).toHaveLength(leased);
    expect(new Set(held).size).toBe(leased); // nobody shares
    expect(this.#waiting).toHaveLength(waiting);
    // Nobody waits while there is room, and nobody has overtaken who waits.
    if (waiting > 0 && leased < this.#max) expect(size).toBeGreaterThan(leased);
    const first = this.#waiting[0]?.order ?? Number.POSITIVE_INFINITY;
    expect(this.taken.filter(({ lease, order }) => lease !== undefined && order > first)).toEqual([]);
  }
}

describe('a pool, whatever its users and resources do', () => {
  it('lends each to one at a time, no more than max, in order, loses nobody and nothing', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 60 }), async (given, steps) => {
        const play = new Play(given);
        for (const next of steps) await play.run(next);
        await play.finish();
      }),
      { numRuns: 300 },
    );
  });
});
