import { FakeClock } from '@rmq/testkit';
import { every } from '../../src/core/clock.ts';
import { OffsetTable } from '../../src/core/offset-table.ts';
import { QueueLocks } from '../../src/core/queue-locks.ts';
import { RateMeter } from '../../src/core/rate-meter.ts';

describe('the offset table', () => {
  it('takes any number, also a lower one', () => {
    const table = new OffsetTable(10);
    for (const offset of [5n, 3n, -1n, 2n ** 62n]) {
      table.set('g', 't', { id: 7, offset });
      expect(table.get('g', 't', 7)).toBe(offset);
    }
  });

  it('is bounded, but changes what it has', () => {
    const table = new OffsetTable(2);
    const set = (id: number): boolean => table.set('g', 't', { id, offset: 1n });
    expect([set(1), set(2), set(3), set(2)]).toEqual([true, true, false, true]);
    expect(table.take('g', 't', 1)).toBe(1n);
    expect([set(3), table.get('g', 't', 1)]).toEqual([true, undefined]);
  });

  it('counts what it forgets', () => {
    const table = new OffsetTable(2);
    table.set('g', 't', { id: 1, offset: 1n });
    table.set('h', 't', { id: 1, offset: 1n });
    expect(table.groupsOf('t')).toEqual(['g', 'h']);
    table.removeTopic('t');
    table.set('g', 'u', { id: 1, offset: 1n });
    table.removeGroup('g');
    expect(table.topicsOf('g')).toEqual([]);
    expect([table.set('a', 't', { id: 1, offset: 1n }), table.set('a', 't', { id: 2, offset: 1n })]).toEqual([
      true,
      true,
    ]);
  });

  it('copies a group', () => {
    const table = new OffsetTable(10);
    table.set('g', 't', { id: 1, offset: 4n });
    expect(table.copy('g', 'h', 't')).toBe(true);
    expect(table.get('h', 't', 1)).toBe(4n);
  });
});

describe('queue locks', () => {
  it('have one owner, who may renew and give back', async () => {
    const clock = new FakeClock();
    const locks = new QueueLocks({ now: clock.now, validMs: 100 });
    expect([locks.lock('q', 'a'), locks.lock('q', 'b'), locks.lock('q', 'a')]).toEqual([true, false, true]);
    locks.unlock('q', 'b');
    expect(locks.lock('q', 'b')).toBe(false);
    locks.unlock('q', 'a');
    expect(locks.lock('q', 'b')).toBe(true);
  });

  it('end by themselves', async () => {
    const clock = new FakeClock();
    const locks = new QueueLocks({ now: clock.now, validMs: 100 });
    locks.lock('q', 'a');
    await clock.advance(99);
    expect(locks.lock('q', 'b')).toBe(false);
    await clock.advance(1);
    expect(locks.lock('q', 'b')).toBe(true);
    await clock.advance(100);
    locks.sweep();
    expect(locks.size).toBe(0);
  });
});

describe('the rate meter', () => {
  it('forgets what is older than its span', async () => {
    const clock = new FakeClock();
    const meter = new RateMeter(clock.now);
    meter.add(30);
    expect([meter.perSecond(10), meter.perSecond(60)]).toEqual([3, 0.5]);
    await clock.advance(10_000);
    expect([meter.perSecond(10), meter.perSecond(60)]).toEqual([0, 0.5]);
    await clock.advance(3_600_000);
    expect([meter.perSecond(60), meter.total]).toEqual([0, 30]);
  });
});

describe('every', () => {
  it('goes on until it is cancelled, also from within', async () => {
    const clock = new FakeClock();
    let count = 0;
    const cancel = every(clock, 10, () => {
      count += 1;
      if (count === 3) cancel();
    });
    await clock.advance(100);
    expect([count, clock.pending]).toEqual([3, 0]);
  });
});
