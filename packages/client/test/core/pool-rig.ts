import { FakeClock } from '@rmq/testkit';
import { type AcquireOptions, type Lease, Pool, type PoolLimits } from '../../src/core/pool.ts';

/** What a pool under test holds. */
export interface Thing {
  readonly id: number;
  isHealthy: boolean;
}

/** How an `acquire` ended, for looking at without waiting. */
export interface Taken {
  lease?: Lease<Thing>;
  error?: unknown;
}

/** A pool of numbered things whose making and letting go a test decides. */
export function rig(limits: PoolLimits = {}) {
  const clock = new FakeClock();
  const things: Thing[] = [];
  const destroyed: string[] = [];
  /** What making one waits for, or fails with. */
  const make: { current: (signal: AbortSignal) => Promise<unknown> } = { current: () => Promise.resolve() };
  /** Whether one works when it is new. */
  const born = { isHealthy: true };
  /** What letting one go waits for. */
  const part: { current: () => Promise<unknown> } = { current: () => Promise.resolve() };
  const pool = new Pool<Thing>(limits, {
    clock,
    async create(signal) {
      await make.current(signal);
      const thing = { id: things.length + 1, ...born };
      things.push(thing);
      return thing;
    },
    async destroy({ id }, timeoutMs) {
      destroyed.push(`${id.toString()} in ${timeoutMs.toString()}`);
      await part.current();
    },
    isHealthy: ({ isHealthy }) => isHealthy,
    destroyTimeoutMs: 500,
  });
  const acquire = (options?: AcquireOptions): Taken => {
    const taken: Taken = {};
    pool.acquire(options).then(
      (lease) => (taken.lease = lease),
      (error: unknown) => (taken.error = error),
    );
    return taken;
  };
  return { acquire, born, clock, destroyed, make, part, pool, things };
}
