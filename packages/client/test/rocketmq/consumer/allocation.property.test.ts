import * as fc from 'fast-check';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { allocations, queueKey, sortMembers } from '../../../src/rocketmq/consumer/allocation.ts';

const queue: fc.Arbitrary<MessageQueue> = fc.record({
  topic: fc.constant('T'),
  brokerName: fc.constantFrom('broker-a', 'broker-b', 'broker-c'),
  queueId: fc.nat(40),
});
const world = fc.record({
  queues: fc.uniqueArray(queue, { selector: queueKey, maxLength: 60 }),
  members: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }).map(sortMembers),
});

describe.each(Object.entries(allocations))('allocation %s', (_, allocate) => {
  it('gives every queue to exactly one member', () => {
    fc.assert(
      fc.property(world, ({ queues, members }) => {
        const given = members.flatMap((self) => allocate(queues, members, self)).map(queueKey);
        expect(given.sort()).toEqual(queues.map(queueKey).sort());
      }),
    );
  });

  it('gives no member more than one queue above another, the first ones more', () => {
    fc.assert(
      fc.property(world, ({ queues, members }) => {
        const sizes = members.map((self) => allocate(queues, members, self).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect([...sizes].sort((left, right) => right - left)).toEqual(sizes);
      }),
    );
  });
});
