import { drain, FakeClock } from '@rmq/testkit';
import { HeldRequests } from '../../src/core/held-requests.ts';
import type { HeldRequest } from '../../src/core/held-requests.ts';

function setUp(max = 10): {
  clock: FakeClock;
  held: HeldRequests;
  woken: string[];
  hold: (more?: Partial<HeldRequest>) => boolean;
} {
  const clock = new FakeClock();
  const held = new HeldRequests(clock, max);
  const woken: string[] = [];
  const hold = (more: Partial<HeldRequest> = {}): boolean =>
    held.hold({
      owner: held,
      queue: 'q',
      group: 'g',
      ms: 100,
      isDue: () => true,
      wake: (reason) => woken.push(reason),
      ...more,
    });
  return { clock, held, woken, hold };
}

describe('held requests', () => {
  it('wake when something arrives that they want', async () => {
    const { clock, held, woken, hold } = setUp();
    hold();
    held.arrived('q');
    await drain();
    expect(woken).toEqual(['arrived']);
    expect([held.size, clock.pending]).toEqual([0, 0]);
  });

  it('stay when what arrives is not what they want', async () => {
    const { held, woken, hold } = setUp();
    hold({ isDue: () => false });
    hold({ queue: 'other' });
    held.arrived('q');
    await drain();
    expect([woken.length, held.size]).toEqual([0, 2]);
  });

  it('wake when their time is over, once', async () => {
    const { clock, held, woken, hold } = setUp();
    hold();
    await clock.advance(99);
    expect(woken).toEqual([]);
    await clock.advance(1);
    held.arrived('q');
    await drain();
    expect(woken).toEqual(['timeout']);
  });

  it('look once at what arrives in one go', async () => {
    const { held, hold } = setUp();
    let looks = 0;
    hold({ isDue: () => (looks += 1) > 99 });
    for (let n = 0; n < 5; n += 1) held.arrived('q');
    await drain();
    expect(looks).toBe(1);
  });

  it('are forgotten with their owner, without being woken', async () => {
    const { clock, held, woken, hold } = setUp();
    hold();
    hold({ owner: clock });
    held.drop(held);
    held.arrived('q');
    await drain();
    expect([woken, held.size]).toEqual([['arrived'], 0]);
  });

  it('are bounded in number', () => {
    const { held, hold } = setUp(2);
    expect([hold(), hold(), hold(), held.size]).toEqual([true, true, false, 2]);
  });

  it('leave no timer behind', () => {
    const { clock, held, hold } = setUp();
    hold();
    hold();
    held.clear();
    expect([clock.pending, held.size]).toEqual([0, 0]);
  });
});
