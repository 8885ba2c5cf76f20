import { CacheBudget } from '../../../src/rocketmq/consumer/cache-budget.ts';
import type { QueueLimits, Slot } from '../../../src/rocketmq/consumer/process-queue.ts';
import { ProcessQueue } from '../../../src/rocketmq/consumer/process-queue.ts';
import { run, stored } from './messages.ts';

const queue = { topic: 'T', brokerName: 'broker-a', queueId: 0 };

function cache(start = 0, limits: Partial<QueueLimits> = {}, budget = new CacheBudget(1e9)): ProcessQueue {
  return new ProcessQueue(queue, { start, limits: { messages: 1_000, bytes: 1e9, span: 2_000, ...limits }, budget });
}
function takeAll(of: ProcessQueue): Slot[] {
  const slots: Slot[] = [];
  for (let slot = of.take(); slot !== undefined; slot = of.take()) slots.push(slot);
  return slots;
}

describe('process queue', () => {
  it('commits the oldest unfinished message (8.5)', () => {
    const it = cache(10);
    it.put(run(10, 3));
    const [first, second, third] = takeAll(it) as [Slot, Slot, Slot];
    it.finish(second);
    expect(it.progress).toBe(10);
    it.finish(first);
    expect(it.progress).toBe(12);
    it.finish(third);
    expect(it.progress).toBe(13);
  });

  it('commits one more than the largest offset when nothing is left', () => {
    const it = cache(5);
    it.put([stored({ offset: 7 }), stored({ offset: 9 })]);
    for (const slot of takeAll(it)) it.finish(slot);
    expect(it.progress).toBe(10);
  });

  it('leaves out offsets it has seen', () => {
    const it = cache(0);
    expect(it.put(run(0, 3))).toBe(3);
    for (const slot of takeAll(it)) it.finish(slot);
    expect(it.put(run(1, 3))).toBe(1);
    expect(takeAll(it).map(({ offset }) => offset)).toEqual([3]);
  });

  it('finishes a message once', () => {
    const it = cache(0);
    it.put(run(0, 2));
    const [first] = takeAll(it) as [Slot, Slot];
    expect(it.finish(first)).toBe(true);
    expect(it.finish(first)).toBe(false);
    expect(it.count).toBe(1);
  });

  it('moves on over what the broker skipped, only while nothing is cached (8.6: 19, 20)', () => {
    const it = cache(3);
    it.skipTo(8);
    expect(it.progress).toBe(8);
    it.put(run(8, 1));
    it.skipTo(20);
    expect(it.progress).toBe(8);
    it.skipTo(2);
    expect(it.progress).toBe(8);
  });

  it('counts messages, bytes and span, and is full above the limit', () => {
    const it = cache(0, { messages: 2 });
    it.put(run(0, 2));
    expect(it.full).toBeUndefined();
    it.put(run(2, 1));
    expect(it.full).toBe('messages');
    const heavy = cache(0, { bytes: 10 });
    heavy.put([stored({ offset: 0, text: '12345678901' })]);
    expect(heavy.full).toBe('bytes');
  });

  it('sees a stuck message in the span although all later ones are done (#1404)', () => {
    const it = cache(0, { span: 3 });
    it.put(run(0, 5));
    for (const slot of takeAll(it).slice(1)) it.finish(slot);
    expect(it.count).toBe(1);
    expect(it.full).toBe('span');
  });

  it('shares one budget with other queues and gives its bytes back', () => {
    const budget = new CacheBudget(20);
    const one = cache(0, {}, budget);
    const other = cache(0, {}, budget);
    one.put([stored({ offset: 0, text: 'x'.repeat(15) })]);
    other.put([stored({ offset: 0, text: 'x'.repeat(15) })]);
    expect([one.full, other.full]).toEqual(['budget', 'budget']);
    const woken: string[] = [];
    budget.whenRoom(() => woken.push('room'));
    for (const slot of takeAll(one)) one.finish(slot);
    expect([woken, budget.usedBytes]).toEqual([['room'], 15]);
    other.drop();
    expect(budget.usedBytes).toBe(0);
  });

  it('hands out what was put back before the rest', () => {
    const it = cache(0);
    it.put(run(0, 3));
    const first = it.take() as Slot;
    it.putBack(first);
    expect(takeAll(it).map(({ offset }) => offset)).toEqual([0, 1, 2]);
  });

  it('does not hand out what was acked after it was put back', () => {
    const it = cache(0);
    it.put(run(0, 2));
    const first = it.take() as Slot;
    it.putBack(first);
    it.finish(first);
    expect(takeAll(it).map(({ offset }) => offset)).toEqual([1]);
  });

  it('changes nothing any more once it was given up (#2732)', () => {
    const it = cache(0);
    it.put(run(0, 3));
    const [first] = takeAll(it) as [Slot, Slot, Slot];
    it.drop();
    expect(it.finish(first)).toBe(false);
    it.skipTo(50);
    expect([it.progress, it.put(run(3, 1)), it.take()]).toEqual([0, 0, undefined]);
  });

  it('keeps the broker’s correction against late handlers (8.6: 21)', () => {
    const it = cache(100);
    it.put(run(100, 2));
    const [first] = takeAll(it) as [Slot, Slot];
    it.drop(7);
    it.finish(first);
    expect(it.progress).toBe(7);
  });

  it('never lets a negative correction become an offset', () => {
    const it = cache(100);
    it.drop(-1);
    expect(it.progress).toBe(0);
  });
});
