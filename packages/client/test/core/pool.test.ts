import { drain } from '@rmq/testkit';
import { rig } from './pool-rig.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('Pool', () => {
  it('makes one for whoever waits, and lends it again after its release', async () => {
    const { acquire, pool, things } = rig();
    const first = acquire();
    expect(pool.stats).toEqual({ size: 1, idle: 0, leased: 0, waiting: 1 });
    await drain();
    expect(pool.stats).toEqual({ size: 1, idle: 0, leased: 1, waiting: 0 });
    first.lease?.release();
    expect(pool.stats).toEqual({ size: 1, idle: 1, leased: 0, waiting: 0 });
    const second = acquire();
    await drain();
    expect(second.lease?.resource).toBe(things[0]);
    expect(things).toHaveLength(1);
  });

  it('takes a release once only', async () => {
    const { acquire, pool } = rig({ max: 1 });
    const first = acquire();
    await drain();
    first.lease?.release();
    const second = acquire();
    await drain();
    first.lease?.release();
    expect(second.lease).toBeDefined();
    expect(pool.stats).toEqual({ size: 1, idle: 0, leased: 1, waiting: 0 });
  });

  it('makes no more than max, and then lends first come, first served', async () => {
    const { acquire, clock, things } = rig({ max: 2 });
    const [a, b, c, d] = [acquire(), acquire(), acquire(), acquire()];
    await drain();
    expect([a.lease, b.lease, c.lease, d.lease].map((lease) => lease?.resource.id)).toEqual([
      1,
      2,
      undefined,
      undefined,
    ]);
    b.lease?.release();
    a.lease?.release();
    await drain();
    expect([c.lease?.resource.id, d.lease?.resource.id]).toEqual([2, 1]);
    expect(things).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('gives one that comes back to who waits longest, even if that one asked for a new one', async () => {
    const { acquire, make, pool } = rig({ max: 2 });
    const first = acquire();
    await drain();
    let made: (value?: unknown) => void = () => undefined;
    make.current = () => new Promise((resolve) => (made = resolve));
    const second = acquire();
    await drain();
    first.lease?.release();
    await drain();
    expect(second.lease?.resource.id).toBe(1);
    made();
    await drain();
    expect(pool.stats).toEqual({ size: 2, idle: 1, leased: 1, waiting: 0 });
  });

  it('gives up after the time of the pool or the call, and lends to the next', async () => {
    const { acquire, clock, pool } = rig({ max: 1, acquireTimeoutMs: 300 });
    const first = acquire();
    await drain();
    const [early, late, patient] = [acquire({ timeoutMs: 100 }), acquire(), acquire({ timeoutMs: 1_000 })];
    await clock.advance(100);
    expect(early.error).toMatchObject({ name: 'TimeoutError', code: 'acquire-timeout' });
    expect(late.error).toBeUndefined();
    await clock.advance(200);
    expect(late.error).toMatchObject({ message: 'nothing came free within 300 ms: 1 of 1 are in use' });
    first.lease?.release();
    await drain();
    expect(patient.lease).toBeDefined();
    expect(pool.stats).toEqual({ size: 1, idle: 0, leased: 1, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('rejects with the reason of the signal, before and while waiting', async () => {
    const reason = new Error('enough');
    const { acquire, clock, pool } = rig({ max: 1 });
    acquire();
    await drain();
    const controller = new AbortController();
    const [aborted, waiting] = [acquire({ signal: AbortSignal.abort(reason) }), acquire({ signal: controller.signal })];
    await drain();
    controller.abort(reason);
    await drain();
    expect([aborted.error, waiting.error]).toEqual([reason, reason]);
    expect(pool.stats.waiting).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('refuses one more when too many wait; who waits for one being made is not counted', async () => {
    const { acquire, pool } = rig({ max: 1, maxWaiting: 1 });
    const [first, second, third] = [acquire(), acquire(), acquire()];
    await drain();
    expect(third.error).toMatchObject({ name: 'OverloadError', code: 'pool-exhausted' });
    first.lease?.release();
    await drain();
    expect(second.lease).toBeDefined();
    expect(pool.stats.waiting).toBe(0);
  });

  it('fails who is first when none can be made, and tries anew for the next', async () => {
    const { acquire, make, pool } = rig({ max: 1 });
    const failure = new Error('refused');
    make.current = () => Promise.reject(failure);
    const [first, second] = [acquire(), acquire()];
    await drain();
    expect([first.error, second.error]).toEqual([failure, failure]);
    make.current = () => Promise.resolve();
    const third = acquire();
    await drain();
    expect(third.lease).toBeDefined();
    expect(pool.stats.size).toBe(1);
  });

  it('fails what breaks as soon as it is made, instead of making it for ever', async () => {
    const { acquire, born, destroyed, things } = rig();
    born.isHealthy = false;
    const first = acquire();
    await drain();
    expect(first.error).toMatchObject({ code: 'connection-closed' });
    expect(things).toHaveLength(1);
    expect(destroyed).toEqual(['1 in 500']);
  });

  it('keeps one that nobody waits for any more', async () => {
    const { acquire, make, pool } = rig();
    let made: (value?: unknown) => void = () => undefined;
    make.current = () => new Promise((resolve) => (made = resolve));
    const controller = new AbortController();
    acquire({ signal: controller.signal });
    await drain();
    controller.abort(new Error('enough'));
    made();
    await drain();
    expect(pool.stats).toEqual({ size: 1, idle: 1, leased: 0, waiting: 0 });
  });

  it('lets go of what broke in use, and does not lend what broke since', async () => {
    const { acquire, destroyed, things } = rig();
    const [first, second] = [acquire(), acquire()];
    await drain();
    if (first.lease !== undefined) first.lease.resource.isHealthy = false;
    first.lease?.release();
    expect(destroyed).toEqual(['1 in 500']);
    second.lease?.release();
    for (const thing of things) thing.isHealthy = false;
    const third = acquire();
    await drain();
    expect(third.lease?.resource.id).toBe(3);
    expect(destroyed).toEqual(['1 in 500', '2 in 500']);
  });

  it('makes a new one for who waits when one comes back broken', async () => {
    const { acquire, things } = rig({ max: 1 });
    const [first, second] = [acquire(), acquire()];
    await drain();
    for (const thing of things) thing.isHealthy = false;
    first.lease?.release();
    await drain();
    expect(second.lease?.resource.id).toBe(2);
  });

  it('lets go of what broke while idle when told to look', async () => {
    const { acquire, destroyed, pool, things } = rig();
    const [first, second] = [acquire(), acquire()];
    await drain();
    first.lease?.release();
    second.lease?.release();
    if (things[0] !== undefined) things[0].isHealthy = false;
    pool.prune();
    expect(destroyed).toEqual(['1 in 500']);
    expect(pool.stats).toEqual({ size: 1, idle: 1, leased: 0, waiting: 0 });
  });

  it('closes what nobody used for idleMs, down to min, the last used last', async () => {
    const { acquire, clock, destroyed, pool } = rig({ idleMs: 1_000, min: 1 });
    const taken = [acquire(), acquire(), acquire()];
    await drain();
    for (const { lease } of taken) {
      lease?.release();
      await clock.advance(100);
    }
    await clock.advance(699);
    expect(destroyed).toEqual([]);
    await clock.advance(1);
    expect(destroyed).toEqual(['1 in 500']);
    await clock.advance(10_000);
    expect(destroyed).toEqual(['1 in 500', '2 in 500']);
    expect(pool.stats).toEqual({ size: 1, idle: 1, leased: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('lends what was used last, so that the others grow old', async () => {
    const { acquire, clock, destroyed } = rig({ idleMs: 1_000 });
    const taken = [acquire(), acquire()];
    await drain();
    for (const { lease } of taken) lease?.release();
    for (let turn = 0; turn < 4; turn += 1) {
      const again = acquire();
      await clock.advance(400);
      expect(again.lease?.resource.id).toBe(2);
      again.lease?.release();
    }
    expect(destroyed).toEqual(['1 in 500']);
  });
});

describe('closing a pool', () => {
  it('serves who waits, waits for all leases, then lets all go', async () => {
    const { acquire, clock, destroyed, pool } = rig({ max: 2 });
    const [a, b, c] = [acquire(), acquire(), acquire()];
    await drain();
    let isClosed = false;
    const closed = pool.close({ timeoutMs: 1_000 }).then(() => (isClosed = true));
    const refused = acquire();
    await drain();
    expect(refused.error).toMatchObject({ code: 'client-closed' });
    a.lease?.release();
    await drain();
    expect(c.lease).toBeDefined();
    b.lease?.release();
    await clock.advance(400);
    expect(isClosed).toBe(false);
    c.lease?.release();
    await closed;
    expect(destroyed.toSorted()).toEqual(['1 in 600', '2 in 600']);
    expect(pool.stats).toEqual({ size: 0, idle: 0, leased: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('rejects who waits and lets go of what is in use when the time is up', async () => {
    const { acquire, clock, destroyed, pool } = rig({ max: 1 });
    const [a, b] = [acquire(), acquire()];
    await drain();
    const closed = pool.close({ timeoutMs: 1_000 });
    await clock.advance(1_000);
    await closed;
    expect(b.error).toMatchObject({ name: 'ConnectionError', code: 'client-closed' });
    expect(destroyed).toEqual(['1 in 0']);
    a.lease?.release();
    expect(destroyed).toEqual(['1 in 0']);
    expect(pool.stats).toEqual({ size: 0, idle: 0, leased: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('stops making them, and lets go of what comes all the same', async () => {
    const { acquire, clock, destroyed, make, pool } = rig();
    let made: (value?: unknown) => void = () => undefined;
    let seen: AbortSignal | undefined;
    make.current = (signal) => {
      seen = signal;
      return new Promise((resolve) => (made = resolve));
    };
    const first = acquire();
    await drain();
    const closed = pool.close({ timeoutMs: 100 });
    await clock.advance(100);
    await closed;
    expect(first.error).toMatchObject({ code: 'client-closed' });
    expect(seen?.aborted).toBe(true);
    made();
    await drain();
    expect(destroyed).toEqual(['1 in 0']);
    expect(clock.pending).toBe(0);
  });

  it('gives those on their way out the time that is left, and closes sooner when asked again', async () => {
    const { acquire, clock, destroyed, part, pool, things } = rig();
    const [a, b] = [acquire(), acquire()];
    await drain();
    part.current = never;
    for (const thing of things) thing.isHealthy = false;
    a.lease?.release();
    expect(destroyed).toEqual(['1 in 500']);
    part.current = () => Promise.resolve();
    const slow = pool.close({ timeoutMs: 5_000 });
    const soon = pool.close({ timeoutMs: 100 });
    await clock.advance(100);
    await soon;
    expect(destroyed).toEqual(['1 in 500', '2 in 0', '1 in 0']);
    b.lease?.release();
    await clock.advance(5_000);
    await slow;
  });
});

describe('limits of a pool', () => {
  it.each([
    ['max', { max: 0 }],
    ['min', { max: 2, min: 3 }],
    ['idleMs', { idleMs: 0 }],
    ['acquireTimeoutMs', { acquireTimeoutMs: -1 }],
    ['maxWaiting', { maxWaiting: Number.NaN }],
  ])('are checked: %s', (name, limits) => {
    expect(() => rig(limits)).toThrow(
      expect.objectContaining({ code: 'value-out-of-range', message: expect.stringContaining(`option ${name} `) }),
    );
  });

  it('are checked of one call as well', async () => {
    const { acquire } = rig();
    const wrong = acquire({ timeoutMs: Number.NaN });
    await drain();
    expect(wrong.error).toMatchObject({ code: 'value-out-of-range' });
  });
});
