import { FakeClock } from '@rmq/testkit';
import { Budget } from '../../src/core/budget.ts';

function rig(limits = { count: 2, bytes: 100 }) {
  const clock = new FakeClock(0);
  const budget = new Budget(limits, clock);
  const entered: string[] = [];
  const enter = (name: string, bytes: number, signal?: AbortSignal): Promise<void> =>
    budget.enter(bytes, { timeoutMs: 1_000, signal }).then(() => void entered.push(name));
  return { clock, budget, entered, enter };
}

describe('Budget', () => {
  it('lets in at once what fits', () => {
    const { budget } = rig();
    expect(budget.tryEnter(60)).toBe(true);
    expect(budget.tryEnter(60)).toBe(false);
    expect(budget.tryEnter(40)).toBe(true);
    expect(budget.tryEnter(0)).toBe(false);
    expect(budget.count).toBe(2);
  });

  it('lets in what is larger than the limit when it is alone', () => {
    const { budget } = rig();
    expect(budget.tryEnter(1_000)).toBe(true);
    expect(budget.tryEnter(1)).toBe(false);
    budget.leave(1_000);
    expect(budget.tryEnter(1)).toBe(true);
  });

  it('lets in who waits first come, first served, and nobody past them', async () => {
    const { clock, budget, entered, enter } = rig();
    budget.tryEnter(90);
    const waiting = [enter('large', 50), enter('small', 5)];
    expect(budget.tryEnter(1)).toBe(false);
    budget.leave(90);
    await Promise.all(waiting);
    expect(entered).toEqual(['large', 'small']);
    expect(clock.pending).toBe(0);
  });

  it('gives up when the time is up, with an error that says what is under way', async () => {
    const { clock, budget, enter } = rig();
    budget.tryEnter(90);
    const refused = expect(enter('late', 50)).rejects.toMatchObject({ code: 'send-budget-exhausted' });
    await clock.advance(1_000);
    await refused;
    budget.leave(90);
    expect(budget.count).toBe(0);
  });

  it('gives up with the reason of the signal, and leaves no timer behind', async () => {
    const { clock, budget, enter } = rig();
    budget.tryEnter(90);
    const abort = new AbortController();
    const refused = expect(enter('gone', 50, abort.signal)).rejects.toThrow('enough');
    abort.abort(new Error('enough'));
    await refused;
    expect(clock.pending).toBe(0);
    await expect(enter('never', 1, abort.signal)).rejects.toThrow('enough');
  });

  it('lets in who fits once the large one before them has given up', async () => {
    const { clock, budget, entered, enter } = rig();
    budget.tryEnter(90);
    const abort = new AbortController();
    const refused = expect(enter('large', 50, abort.signal)).rejects.toThrow('enough');
    const small = enter('small', 5);
    abort.abort(new Error('enough'));
    await refused;
    await small;
    expect(entered).toEqual(['small']);
    expect(clock.pending).toBe(0);
  });
});
