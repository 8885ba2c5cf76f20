import { drain, FakeClock } from '@rmq/testkit';
import { Rounds } from '../../../src/rocketmq/consumer/rounds.ts';

function setUp(results: boolean[] = []): { clock: FakeClock; rounds: Rounds; at: number[] } {
  const clock = new FakeClock(0);
  const at: number[] = [];
  const rounds = new Rounds({
    clock,
    intervalMs: 20_000,
    run: () => {
      at.push(clock.now());
      return Promise.resolve(results.shift() ?? true);
    },
  });
  return { clock, rounds, at };
}

describe('rounds of rebalance', () => {
  it('run at once when asked, then every 20 s (8.3)', async () => {
    const { clock, rounds, at } = setUp();
    rounds.request();
    await clock.advance(60_000);
    expect(at).toEqual([0, 20_000, 40_000, 60_000]);
    await rounds.stop();
    expect(clock.pending).toBe(0);
  });

  it('make one of many notices, a second after the last round at the earliest (4: 40)', async () => {
    const { clock, rounds, at } = setUp();
    rounds.request();
    await drain();
    for (let notice = 0; notice < 50; notice += 1) rounds.request();
    await clock.advance(999);
    expect(at).toEqual([0]);
    await clock.advance(1);
    expect(at).toEqual([0, 1_000]);
    await rounds.stop();
  });

  it('run again if asked while one runs', async () => {
    const { clock, rounds, at } = setUp();
    rounds.request();
    rounds.request();
    await clock.advance(1_500);
    expect(at).toEqual([0, 1_000]);
    await rounds.stop();
  });

  it('are repeated after 1, 2, 4 … s while they fail, and every 20 s after a success', async () => {
    const { clock, rounds, at } = setUp([false, false, false, true]);
    rounds.request();
    await clock.advance(27_000);
    expect(at).toEqual([0, 1_000, 3_000, 7_000, 27_000]);
    await rounds.stop();
  });

  it('are held off when somebody says so, whoever asks for them', async () => {
    const { clock, rounds, at } = setUp();
    rounds.request();
    await clock.advance(19_000);
    rounds.holdOff(2_000);
    rounds.holdOff(500); // the longer one counts
    rounds.request();
    await clock.advance(1_999);
    expect(at).toEqual([0]);
    await clock.advance(1);
    expect(at).toEqual([0, 21_000]);
    await clock.advance(20_000);
    expect(at).toEqual([0, 21_000, 41_000]);
    await rounds.stop();
    expect(clock.pending).toBe(0);
  });

  it('never run after the stop', async () => {
    const { clock, rounds, at } = setUp();
    await rounds.stop();
    rounds.request();
    await clock.advance(60_000);
    expect([at, clock.pending]).toEqual([[], 0]);
  });
});
