import { FakeClock } from '@rmq/testkit';
import fc from 'fast-check';
import { ConnectionError, OverloadError, ReplyError, TimeoutError } from '../../src/core/errors.ts';
import { isRetryable, type Attempt, type Retry, type RetryPolicy, withRetry } from '../../src/core/retry.ts';

const broken = new ConnectionError('connection-closed', 'it broke');
const details = { responseCode: 2, responseName: 'systemBusy', remark: 'busy', address: 'b:1', retryable: true };

/** Work that fails with each of these, then succeeds; the last one for ever if `forEver`. */
function rig(failures: readonly Error[], { forEver = false, takesMs = 0 } = {}) {
  const clock = new FakeClock();
  const start = clock.now();
  const tries: (Attempt & { readonly at: number })[] = [];
  const retries: Retry[] = [];
  const work = async (attempt: Attempt): Promise<string> => {
    tries.push({ ...attempt, at: clock.now() - start });
    if (takesMs > 0) await new Promise<void>((resolve) => clock.after(Math.min(takesMs, attempt.timeoutMs), resolve));
    const failure = failures[forEver ? Math.min(tries.length, failures.length) - 1 : tries.length - 1];
    if (failure !== undefined) throw failure;
    return 'done';
  };
  const run = (policy: RetryPolicy, more: { timeoutMs?: number; signal?: AbortSignal; chance?: number } = {}) => {
    const { timeoutMs, signal, chance = 1 } = more;
    const deadline = timeoutMs === undefined ? undefined : start + timeoutMs;
    const onRetry = (retry: Retry): void => void retries.push(retry);
    const seen: { value?: string; error?: unknown; at?: number } = {};
    withRetry(work, policy, { clock, random: () => chance, deadline, signal, onRetry }).then(
      (value) => Object.assign(seen, { value, at: clock.now() - start }),
      (error: unknown) => Object.assign(seen, { error, at: clock.now() - start }),
    );
    return seen;
  };
  return { clock, retries, run, tries };
}

describe('withRetry', () => {
  it('gives what the first attempt gives, and takes no timer', async () => {
    const { clock, run, tries } = rig([]);
    const seen = run({ attempts: 3 }, { timeoutMs: 500 });
    await clock.advance(0);
    expect(seen.value).toBe('done');
    expect(tries).toEqual([{ number: 1, timeoutMs: 500, at: 0 }]);
    expect(clock.pending).toBe(0);
  });

  it('pauses twice as long each time, up to the limit, and tells of each retry', async () => {
    const { clock, retries, run, tries } = rig([broken, broken, broken, broken]);
    const seen = run({ attempts: 5, baseMs: 100, maxMs: 300 });
    await clock.advance(1_000);
    expect(seen.value).toBe('done');
    expect(tries.map(({ at }) => at)).toEqual([0, 100, 300, 600, 900]);
    expect(retries[1]).toEqual({ attempt: 2, cause: broken, pauseMs: 200 });
  });

  it('tries again at once with a base of 0', async () => {
    const { clock, run, tries } = rig([broken, broken]);
    run({ attempts: 3, baseMs: 0 });
    await clock.advance(0);
    expect(tries).toHaveLength(3);
  });

  it('says how often it tried, with the class and code of the last failure', async () => {
    const { clock, run } = rig([broken, new TimeoutError('request-timeout', 'silence')], { forEver: true });
    const seen = run({ attempts: 2 });
    await clock.advance(100);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(seen.error).toMatchObject({
      code: 'request-timeout',
      message: 'silence (2 attempts in 100 ms)',
      attempts: 2,
      cause: { message: 'silence' },
    });
  });

  it.each([new ReplyError('busy', details), new OverloadError('too-many-requests', 'full')])(
    'keeps what the error of class $name knows',
    async (failure) => {
      const { clock, run } = rig([failure], { forEver: true });
      const seen = run({ attempts: 2, isRetryable: () => true });
      await clock.advance(100);
      expect(seen.error).toMatchObject({ ...Object.fromEntries(Object.entries(failure)), attempts: 2, cause: failure });
    },
  );

  it('passes an error of a foreign class as it is', async () => {
    const failure = new RangeError('not ours');
    const { clock, run, tries } = rig([failure], { forEver: true });
    const seen = run({ attempts: 2, isRetryable: () => true });
    await clock.advance(100);
    expect(seen.error).toBe(failure);
    expect(tries).toHaveLength(2);
  });

  it('passes what is not retryable at once, unchanged', async () => {
    const failure = new ReplyError('no', { ...details, retryable: false });
    const { clock, run } = rig([failure]);
    const seen = run({ attempts: 5 });
    await clock.advance(0);
    expect(seen.error).toBe(failure);
  });

  it('shares the time that is left among pauses and attempts', async () => {
    const { clock, run, tries } = rig([broken], { forEver: true });
    const seen = run({ attempts: 3, baseMs: 10_000, maxMs: 10_000 }, { timeoutMs: 900 });
    await clock.advance(900);
    expect(tries.map(({ at, timeoutMs }) => [at, timeoutMs])).toEqual([
      [0, 900],
      [300, 600],
      [600, 300],
    ]);
    expect(seen.at).toBe(600);
  });

  it('gives one attempt no more than its own time', async () => {
    const { clock, run, tries } = rig([broken], { forEver: true, takesMs: 10_000 });
    run({ attempts: 3, attemptTimeoutMs: 400, baseMs: 100 }, { timeoutMs: 1_000 });
    await clock.advance(1_000);
    expect(tries.map(({ at, timeoutMs }) => [at, timeoutMs])).toEqual([
      [0, 400],
      [500, 400],
      [950, 50],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('ends at once with the reason of a signal, before and during a pause', async () => {
    const reason = new Error('enough');
    const first = rig([]);
    const refused = first.run({ attempts: 2 }, { signal: AbortSignal.abort(reason) });
    const second = rig([broken], { forEver: true });
    const controller = new AbortController();
    const paused = second.run({ attempts: 9 }, { signal: controller.signal });
    await second.clock.advance(50);
    controller.abort(reason);
    await second.clock.advance(0);
    expect([refused.error, paused.error]).toEqual([reason, reason]);
    expect(first.tries).toEqual([]);
    expect(second.clock.pending).toBe(0);
  });

  it.each([
    ['attempts', { attempts: 0 }],
    ['baseMs', { attempts: 2, baseMs: -1 }],
    ['maxMs', { attempts: 2, maxMs: Number.NaN }],
    ['attemptTimeoutMs', { attempts: 2, attemptTimeoutMs: 0 }],
  ])('refuses a wrong %s before anything is done', async (name, policy) => {
    const { clock, run, tries } = rig([]);
    const seen = run(policy);
    await clock.advance(0);
    expect(seen.error).toMatchObject({ code: 'value-out-of-range', message: expect.stringContaining(`retry.${name}`) });
    expect(tries).toEqual([]);
  });

  it('never ends after its deadline, never tries more often than allowed, leaves no timer', async () => {
    const policies = fc.record({
      attempts: fc.integer({ min: 1, max: 10 }),
      baseMs: fc.integer({ min: 0, max: 2_000 }),
      maxMs: fc.integer({ min: 0, max: 2_000 }),
      attemptTimeoutMs: fc.integer({ min: 1, max: 2_000 }),
    });
    const times = fc.record({
      timeoutMs: fc.integer({ min: 1, max: 3_000 }),
      takesMs: fc.integer({ min: 0, max: 1_000 }),
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(policies, times, async (policy, { takesMs, ...more }) => {
        const { clock, run, tries } = rig([broken], { forEver: true, takesMs });
        const seen = run(policy, more);
        await clock.advance(more.timeoutMs);
        expect(seen.at).toBeLessThanOrEqual(more.timeoutMs);
        expect(tries.length).toBeLessThanOrEqual(policy.attempts);
        expect(tries.every(({ at }) => at < more.timeoutMs)).toBe(true);
        expect(clock.pending).toBe(0);
      }),
    );
  });
});

describe('isRetryable', () => {
  it.each([
    [true, 'a busy server', new ReplyError('busy', details)],
    [false, 'a server that never will', new ReplyError('no', { ...details, retryable: false })],
    [true, 'a broken connection', broken],
    [false, 'a closed client', new ConnectionError('client-closed', 'over')],
    [true, 'silence', new TimeoutError('request-timeout', 'silence')],
    [false, 'too much at a time', new OverloadError('too-many-requests', 'full')],
    [false, 'a bug', new TypeError('a bug')],
  ])('says %s of %s', (expected, _, cause) => {
    expect(isRetryable(cause)).toBe(expected);
  });
});
