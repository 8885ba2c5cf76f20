import { FakeClock } from '@rmq/testkit';
import { ConnectionError } from '../../../src/core/errors.ts';
import { LatencyFaults } from '../../../src/rocketmq/producer/latency.ts';
import { message, rig, watched } from './rig.ts';

describe('LatencyFaults', () => {
  it.each([
    [0, false, 0],
    [549, false, 0],
    [550, false, 2_000],
    [1_799, false, 2_000],
    [1_800, false, 5_000],
    [3_000, false, 6_000],
    [5_000, false, 10_000],
    [15_000, false, 30_000],
    [0, true, 10_000],
    [20_000, true, 30_000],
  ])('passes a broker over after %i ms (failed: %s) for %i ms', async (latencyMs, failed, pauseMs) => {
    const clock = new FakeClock();
    const faults = new LatencyFaults(clock);
    faults.note('a', { latencyMs, failed });
    if (pauseMs > 0) {
      await clock.advance(pauseMs - 1);
      expect(faults.isAvailable('a')).toBe(false);
      await clock.advance(1);
    }
    expect(faults.isAvailable('a')).toBe(true);
    expect(faults.isAvailable('b')).toBe(true);
  });

  it('never shortens a window', async () => {
    const clock = new FakeClock();
    const faults = new LatencyFaults(clock);
    faults.note('a', { latencyMs: 15_000, failed: false });
    faults.note('a', { latencyMs: 550, failed: false });
    faults.note('a', { latencyMs: 1, failed: false });
    await clock.advance(29_999);
    expect(faults.isAvailable('a')).toBe(false);
  });
});

const noMaster = new ConnectionError('connect-failed', 'broker-a has no master now');

/** Two brokers, of which the first fails or is slow; says who gets the next messages. */
function pair(isTolerant: boolean) {
  const all = rig({ latencyFaultTolerance: isTolerant, selector: (queues) => queues[0] ?? all.queues[0] ?? none });
  const none = { topic: 'T', brokerName: 'none', queueId: 0 };
  all.spread('broker-a', 'broker-b');
  const next = async (): Promise<string | undefined> => {
    await all.producer.send(message);
    return all.sent().at(-1)?.address;
  };
  return { ...all, next };
}

describe('a producer with latency fault tolerance', () => {
  it.each([
    ['a broken connection', new ConnectionError('connection-closed', 'broke')],
    ['a connection that could not be made', new ConnectionError('connect-failed', 'refused')],
    ['a broker that is busy', { code: 2 }],
  ])('passes a broker over for 10 s after %s', async (_, reply) => {
    const { answer, clock, next } = pair(true);
    answer(reply, {});
    expect(await next()).toBe('broker-b:1');
    await clock.advance(9_999);
    expect(await next()).toBe('broker-b:1');
    await clock.advance(1);
    expect(await next()).toBe('broker-a:1');
  });

  it('does so when no address of it can be found', async () => {
    const masterAddress = (name: string): Promise<string> =>
      name === 'broker-a' ? Promise.reject(noMaster) : Promise.resolve(`${name}:1`);
    const routes = { brokerAddress: () => undefined, masterAddress };
    const { clock, producer, sent, spread } = rig({ latencyFaultTolerance: true }, { routes });
    spread('broker-a', 'broker-b');
    for (let i = 0; i < 4; i += 1) await producer.send(message);
    expect(sent().map(({ address }) => address)).toEqual(Array.from({ length: 4 }, () => 'broker-b:1'));
    expect(clock.pending).toBe(0);
  });

  it('passes a slow one over for as long as its latency asks', async () => {
    const { answer, clock, next, producer } = pair(true);
    answer(
      () =>
        new Promise((resolve) => {
          clock.after(600, () => {
            resolve({});
          });
        }),
      {},
    );
    const slow = producer.send(message);
    await clock.advance(600);
    await slow;
    expect(await next()).toBe('broker-b:1');
    await clock.advance(2_000);
    expect(await next()).toBe('broker-a:1');
  });

  it('blames no broker for a message that all would refuse, nor for an abort', async () => {
    const { answer, clock, next, producer } = pair(true);
    answer({ code: 13 }, () => new Promise(() => undefined), {});
    await expect(producer.send(message)).rejects.toMatchObject({ responseCode: 13 });
    const abort = new AbortController();
    const sending = watched(producer.send(message, { signal: abort.signal }));
    await clock.advance(1);
    abort.abort(noMaster);
    await clock.advance(0);
    expect(sending.error).toBe(noMaster);
    expect(await next()).toBe('broker-a:1');
  });

  it('uses those there are when all are passed over', async () => {
    const { answer, clock, producer, sent } = pair(true);
    answer({ code: 2 }, { code: 2 }, {});
    const sending = watched(producer.send(message));
    await clock.advance(1_000);
    expect(sending.value).toMatchObject({ status: 'stored' });
    expect(sent().map(({ address }) => address)).toEqual(['broker-a:1', 'broker-b:1', 'broker-a:1']);
  });

  it('is off unless asked for', async () => {
    const { answer, next } = pair(false);
    answer({ code: 2 }, {});
    expect(await next()).toBe('broker-b:1');
    expect(await next()).toBe('broker-a:1');
  });
});
