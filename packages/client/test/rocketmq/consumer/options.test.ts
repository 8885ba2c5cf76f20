import { resolveConsumerOptions } from '../../../src/rocketmq/consumer/options.ts';

const least = { group: 'G', subscribe: { T: '*' } };

describe('consumer options', () => {
  it('have the defaults of the reference (8)', () => {
    expect(resolveConsumerOptions(least)).toMatchObject({
      startFrom: 'last', maxReconsumeTimes: 16, pullMessages: 32, pullBytes: 262_144, pullSuspendMs: 15_000,
      pullTimeoutMs: 30_000, maxQueueMessages: 1_000, maxQueueBytes: 100 * 1024 * 1024, maxQueueSpan: 2_000,
      commitIntervalMs: 5_000, rebalanceIntervalMs: 20_000, consumeTimeoutMs: 900_000, zeroCopy: false,
    }); // prettier-ignore
    expect(resolveConsumerOptions({ ...least, pullMessages: undefined }).pullMessages).toBe(32);
  });

  it.each([
    [{ pullMessages: 0 }, 'value-out-of-range'],
    [{ pullMessages: 1.5 }, 'value-out-of-range'],
    [{ maxQueueSpan: 65_536 }, 'value-out-of-range'],
    [{ pullTimeoutMs: 15_000 }, 'value-out-of-range'],
    [{ startFrom: { timestamp: Number.NaN } }, 'value-out-of-range'],
    [{ startFrom: 'middle' as 'first' }, 'value-out-of-range'],
    [{ allocation: 'toString' as 'avg' }, 'value-out-of-range'],
    [{ group: 'no spaces' }, 'name-invalid'],
    [{ subscribe: {} }, 'field-missing'],
    [{ subscribe: { 'bad topic': '*' } }, 'name-invalid'],
    [{ subscribe: { T: '||' } }, 'name-invalid'],
  ] as const)('refuses %j with %s', (wrong, code) => {
    expect(() => resolveConsumerOptions({ ...least, ...wrong })).toThrow(expect.objectContaining({ code }));
  });

  it('takes a Date for a timestamp', () => {
    expect(resolveConsumerOptions({ ...least, startFrom: { timestamp: new Date(5) } }).startFrom).toEqual({
      timestamp: 5,
    });
  });
});
