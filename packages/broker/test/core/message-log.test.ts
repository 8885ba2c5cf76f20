import { MessageLog } from '../../src/core/message-log.ts';
import type { WhenFull } from '../../src/core/message-log.ts';

function logOf(
  maxBytes: number,
  whenFull: WhenFull = 'refuse',
): { log: MessageLog; put: (queue: string, size: number, storedAt?: number) => boolean } {
  const log = new MessageLog({ maxBytes, whenFull });
  return {
    log,
    put(queue, size, storedAt = 0) {
      if (!log.makeRoom(size)) return false;
      log.append(log.queue(queue), { bytes: new Uint8Array(size), storedAt, tag: 0 });
      return true;
    },
  };
}

describe('the message log', () => {
  it('numbers each queue by itself and the log as a whole by bytes', () => {
    const { log, put } = logOf(1_000);
    put('a', 10);
    put('b', 20);
    put('a', 30);
    expect([log.queue('a').begin, log.queue('a').end, log.queue('b').end]).toEqual([0, 2, 1]);
    expect(log.queue('a').at(1)).toMatchObject({ offset: 1, position: 30 });
    expect(log.end).toBe(60);
  });

  it('finds a record by where it begins, and by nothing else', () => {
    const { log, put } = logOf(1_000);
    put('a', 10);
    put('b', 20);
    expect(log.find(10)?.queue.key).toBe('b');
    expect([log.find(9), log.find(11), log.find(30), log.find(-1)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('finds the first record of a time', () => {
    const { log, put } = logOf(1_000);
    for (const time of [10, 10, 20, 30]) put('a', 1, time);
    const queue = log.queue('a');
    expect([0, 10, 11, 20, 30, 31].map((time) => queue.firstSince(time))).toEqual([0, 0, 2, 2, 3, 4]);
  });

  it('refuses what does not fit, and keeps what it has', () => {
    const { log, put } = logOf(30);
    expect([put('a', 20), put('a', 11), put('a', 10), put('a', 1)]).toEqual([true, false, true, false]);
    expect([log.bytes, log.length]).toEqual([30, 2]);
  });

  it('forgets the oldest of all queues when told to, and keeps on counting', () => {
    const { log, put } = logOf(30, 'evict');
    put('a', 10);
    put('b', 10);
    put('a', 10);
    expect(put('b', 15)).toBe(true);
    expect(log.bytes).toBe(25);
    expect([log.queue('a').begin, log.queue('a').end, log.queue('b').begin, log.queue('b').end]).toEqual([1, 2, 1, 2]);
    expect([log.queue('a').at(0), log.find(0), log.begin]).toEqual([undefined, undefined, 20]);
  });

  it('refuses what is larger than everything together, without forgetting anything', () => {
    const { log, put } = logOf(30, 'evict');
    put('a', 10);
    expect(put('a', 31)).toBe(false);
    expect(log.length).toBe(1);
  });

  it('gives the memory of removed queues back', () => {
    const { log, put } = logOf(30);
    put('a', 10);
    put('b', 20);
    log.remove(['a', 'nobody']);
    expect([log.bytes, log.length, log.find(0), log.find(10)?.queue.key]).toEqual([20, 1, undefined, 'b']);
    expect(put('c', 10)).toBe(true);
    expect(log.existing('a')).toBeUndefined();
  });

  it('keeps its order over many thousands of records', () => {
    const { log, put } = logOf(5_000, 'evict');
    for (let n = 0; n < 20_000; n += 1) put(`q${n % 3}`, 1);
    expect([log.length, log.begin, log.end]).toEqual([5_000, 15_000, 20_000]);
    expect(log.find(17_500)?.position).toBe(17_500);
    expect(log.queue('q0').at(log.queue('q0').begin)?.position).toBe(15_000);
  });
});
