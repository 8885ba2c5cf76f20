import { FakeClock } from '../src/fake-clock.ts';

describe('FakeClock', () => {
  it('stands still until it is advanced', async () => {
    const clock = new FakeClock(1_000);
    expect(clock.now()).toBe(1_000);
    await clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it('runs due timers in order of time, then of creation, each at its own time', async () => {
    const clock = new FakeClock(0);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.now().toString()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.after(31, note('never'));
    await clock.advance(30);
    expect(seen).toEqual(['first@10', 'second@10', 'late@20']);
    expect(clock.pending).toBe(1);
    expect(clock.untilNext).toBe(1);
  });

  it('runs timers that promise callbacks set on the way', async () => {
    const clock = new FakeClock(0);
    const seen: number[] = [];
    const again = async (): Promise<void> => {
      seen.push(clock.now());
      await Promise.resolve();
      clock.after(10, () => void again());
    };
    clock.after(10, () => void again());
    await clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
  });

  it('forgets cancelled timers and refuses delays that are not one', async () => {
    const clock = new FakeClock(0);
    const cancel = clock.after(5, () => fail('cancelled'));
    cancel();
    cancel();
    await clock.advance(5);
    expect(clock.pending).toBe(0);
    expect(() => clock.after(Number.NaN, () => undefined)).toThrow(RangeError);
  });
});

function fail(what: string): never {
  throw new TypeError(`ran although ${what}`);
}
