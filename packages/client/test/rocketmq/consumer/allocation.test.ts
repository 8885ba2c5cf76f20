import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { allocateAverage, allocateInCircle, queueKey, sortMembers } from '../../../src/rocketmq/consumer/allocation.ts';

const queues = (count: number): MessageQueue[] =>
  Array.from({ length: count }, (_, queueId) => ({ topic: 'T', brokerName: 'broker-a', queueId }));
const members = (count: number): string[] => Array.from({ length: count }, (_, index) => `c${index}`);

const table = [
  { n: 4, m: 2, avg: [[0, 1], [2, 3]], circle: [[0, 2], [1, 3]] },
  { n: 4, m: 3, avg: [[0, 1], [2], [3]], circle: [[0, 3], [1], [2]] },
  { n: 8, m: 3, avg: [[0, 1, 2], [3, 4, 5], [6, 7]], circle: [[0, 3, 6], [1, 4, 7], [2, 5]] },
  { n: 10, m: 4, avg: [[0, 1, 2], [3, 4, 5], [6, 7], [8, 9]], circle: [[0, 4, 8], [1, 5, 9], [2, 6], [3, 7]] },
  { n: 3, m: 5, avg: [[0], [1], [2], [], []], circle: [[0], [1], [2], [], []] },
] as const; // prettier-ignore

describe('allocation', () => {
  it.each(table)('shares $n queues among $m members as Java does (8.4)', ({ n, m, avg, circle }) => {
    const share = (allocate: typeof allocateAverage): number[][] =>
      members(m).map((self) => allocate(queues(n), members(m), self).map(({ queueId }) => queueId));
    expect(share(allocateAverage)).toEqual(avg);
    expect(share(allocateInCircle)).toEqual(circle);
  });

  it('gives nothing to who is not a member', () => {
    expect(allocateAverage(queues(4), members(2), 'stranger')).toEqual([]);
    expect(allocateInCircle(queues(4), members(2), 'stranger')).toEqual([]);
  });

  it('sorts members by UTF-16 units, each once', () => {
    expect(sortMembers(['b@1', 'B@1', 'a@10', 'a@9', 'b@1', 'ä'])).toEqual(['B@1', 'a@10', 'a@9', 'b@1', 'ä']);
  });

  it('keeps queues apart that read alike', () => {
    const one = queueKey({ topic: 'T', brokerName: 'b@1', queueId: 2 });
    const other = queueKey({ topic: 'T', brokerName: 'b', queueId: 12 });
    expect(one).not.toBe(other);
  });
});
