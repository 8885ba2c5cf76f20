import { pullStatus } from '../../../src/rocketmq/consumer/pull-status.ts';
import type { Seen } from './rig.ts';
import { rig } from './rig.ts';

const ofTopic = (pulls: readonly Seen[]): Seen[] => pulls.filter(({ fields }) => fields['topic'] === 'T');
const offsets = (pulls: readonly Seen[]): number[] => ofTopic(pulls).map(({ fields }) => Number(fields['queueOffset']));

describe('pull', () => {
  it.each([
    [0, 'found'], [19, 'empty'], [20, 'empty'], [21, 'moved'], [215, 'busy'],
    [1, 'failed'], [14, 'failed'], [16, 'failed'], [24, 'failed'], [25, 'failed'], [26, 'failed'], [9_999, 'failed'],
  ] as const)('reads code %d as %s (8.6)', (code, status) => {
    expect(pullStatus(code)).toBe(status);
  }); // prettier-ignore

  it('sends what the broker needs for a long poll', async () => {
    const { broker, join } = rig();
    broker.topic('T');
    await join();
    const [first] = ofTopic(broker.of('pullMessage'));
    expect(first).toMatchObject({
      address: 'a:10911',
      fields: {
        consumerGroup: 'G', topic: 'T', queueId: 0, queueOffset: 0n, maxMsgNums: 32, sysFlag: 2, commitOffset: 0n,
        suspendTimeoutMillis: 15_000n, expressionType: 'TAG', maxMsgBytes: 262_144, bname: 'broker-a',
      },
    }); // prettier-ignore
  });

  it('has one pull under way per queue, and the next at once after an answer', async () => {
    const { clock, broker, join } = rig();
    broker.topic('T', 2);
    await join();
    expect(broker.held).toBe(3);
    await clock.advance(15_000);
    expect(broker.held).toBe(3);
    expect(ofTopic(broker.of('pullMessage'))).toHaveLength(4);
  });

  it('carries the commit along as soon as there is one (8.6)', async () => {
    const { broker, clock, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const consumer = await join();
    void consumer.run(() => undefined);
    await clock.advance(15_000);
    expect(ofTopic(broker.of('pullMessage')).at(-1)?.fields).toMatchObject({ sysFlag: 3, commitOffset: 3n });
  });

  it('goes to the broker that the last answer suggested, without a commit if that is a slave', async () => {
    const { broker, clock, join } = rig();
    const [queue] = broker.topic('T');
    broker.committed.set('T/0', 5);
    let suggested = 1;
    broker.on('pullMessage', ({ fields, address }) => {
      if (fields['topic'] !== 'T' || suggested === -1) return undefined;
      const id = suggested;
      suggested = address === 'slave:10911' ? -1 : 1;
      return { code: 20, fields: broker.header(Number(fields['queueOffset']) + 1, id === -1 ? 0 : id) };
    });
    expect(queue).toBeDefined();
    await join();
    await clock.advance(0);
    const pulls = ofTopic(broker.of('pullMessage'));
    expect(pulls.slice(0, 2).map(({ address }) => address)).toEqual(['a:10911', 'slave:10911']);
    expect(Number(pulls[0]?.fields['sysFlag']) & 1).toBe(1);
    expect(Number(pulls[1]?.fields['sysFlag']) & 1).toBe(0);
  });

  it('goes on behind what did not match, and commits that while nothing is cached (8.6: 20)', async () => {
    const { broker, clock, join } = rig();
    broker.topic('T');
    let once = true;
    broker.on('pullMessage', ({ fields }) => {
      if (fields['topic'] !== 'T' || !once) return undefined;
      once = false;
      return { code: 20, fields: broker.header(40) };
    });
    await join();
    await clock.advance(5_000);
    expect(offsets(broker.of('pullMessage'))).toEqual([0, 40]);
    expect(broker.committed.get('T/0')).toBe(40);
  });

  it.each([
    ['an error', 1_000, { code: 1, remark: 'no' }],
    ['a subscription the broker does not know yet', 1_000, { code: 24 }],
    ['throttling', 20, { code: 215 }],
    ['a broken connection', 1_000, new Error('closed')],
    ['an answer without its fields', 1_000, { code: 0, fields: {} }],
  ] as const)('asks for the same offset again after %s, in %d ms', async (_, delayMs, reply) => {
    const { broker, clock, events, join } = rig();
    broker.topic('T');
    const repair = broker.on('pullMessage', ({ fields }) => (fields['topic'] === 'T' ? reply : undefined));
    await join();
    await clock.advance(delayMs - 1);
    expect(offsets(broker.of('pullMessage'))).toEqual([0]);
    repair();
    await clock.advance(1);
    expect(offsets(broker.of('pullMessage'))).toEqual([0, 0]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'pull.failed', delayMs }));
  });

  it('does not ask a broker that does not hold pulls in a tight loop', async () => {
    const { broker, clock, join } = rig();
    broker.topic('T');
    broker.on('pullMessage', ({ fields }) => ({ code: 19, fields: broker.header(Number(fields['queueOffset'])) }));
    await join();
    await clock.advance(1_000);
    expect(ofTopic(broker.of('pullMessage')).length).toBeLessThan(60);
  });

  it('does not follow messages that lead nowhere', async () => {
    const { broker, clock, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    broker.on('pullMessage', ({ fields }) =>
      fields['topic'] === 'T' ? { code: 0, fields: broker.header(0) } : undefined,
    );
    await join();
    await clock.advance(3_000);
    expect(ofTopic(broker.of('pullMessage')).length).toBeLessThan(6);
  });

  it('skips bytes that are no message, says so, and goes on (one bad record)', async () => {
    const { broker, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const bad = broker.log(queue as never)[1]?.bytes;
    bad?.set([0, 0, 0, 0], 4);
    const consumer = await join();
    const seen: bigint[] = [];
    for await (const message of consumer) {
      seen.push(message.offset);
      await message.ack();
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([0n, 2n]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'message.malformed', queue }));
  });

  it('begins again where the broker says when its offset is illegal (8.6: 21), late handlers notwithstanding', async () => {
    const { broker, clock, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.committed.set('T/0', 100);
    broker.send(queue as never, { offset: 100 }, { offset: 101 });
    const consumer = await join();
    let finish = (): void => undefined;
    void consumer.run(() => new Promise<void>((resolve) => (finish = resolve)), { concurrency: 1 });
    let once = true;
    broker.on('pullMessage', ({ fields }) => {
      if (fields['topic'] !== 'T' || !once) return undefined;
      once = false;
      return { code: 21, remark: 'OFFSET_RESET', fields: broker.header(7) };
    });
    await clock.advance(15_000);
    finish();
    await clock.advance(1_000);
    const commits = broker.of('updateConsumerOffset').filter(({ fields }) => fields['topic'] === 'T');
    expect(commits.map(({ fields }) => fields['commitOffset'])).toEqual([7n, 7n, 100n]);
    expect(offsets(broker.of('pullMessage'))).toEqual([100, 102, 102, 7, 102]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'offset.moved', to: 7, reason: 'OFFSET_RESET' }));
  });

  it('never commits a negative offset, whatever the broker corrects to', async () => {
    const { broker, clock, join } = rig();
    broker.topic('T');
    let once = true;
    broker.on('pullMessage', ({ fields }) => {
      if (fields['topic'] !== 'T' || !once) return undefined;
      once = false;
      return { code: 21, fields: broker.header(-1) };
    });
    await join();
    await clock.advance(6_000);
    expect([...broker.committed.values()].every((offset) => offset >= 0)).toBe(true);
  });
});

describe('flow control (8.6)', () => {
  it('stops pulling a queue with too many messages, and goes on when one is finished', async () => {
    const { broker, clock, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 200);
    const consumer = await join({ maxQueueMessages: 60 });
    await clock.advance(60_000);
    expect(offsets(broker.of('pullMessage'))).toEqual([0, 32]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'queue.full', limit: 'messages' }));
    let taken = 0;
    for await (const message of consumer) {
      await message.ack();
      taken += 1;
      if (taken === 4) break;
    }
    expect(offsets(broker.of('pullMessage'))).toEqual([0, 32, 64]);
  });

  it('stops pulling a queue with too many bytes', async () => {
    const { broker, clock, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.send(queue as never, ...Array.from({ length: 64 }, () => ({ text: 'x'.repeat(100) })));
    await join({ maxQueueBytes: 3_000 });
    await clock.advance(60_000);
    expect(offsets(broker.of('pullMessage'))).toEqual([0]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'queue.full', limit: 'bytes' }));
  });

  it('stops pulling a queue whose oldest message is stuck, although the later ones are done', async () => {
    const { broker, clock, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 300);
    const consumer = await join({ maxQueueSpan: 100 });
    let finish = (): void => undefined;
    void consumer.run(({ offset }) => (offset === 0n ? new Promise<void>((resolve) => (finish = resolve)) : undefined));
    await clock.advance(60_000);
    expect(offsets(broker.of('pullMessage'))).toEqual([0, 32, 64, 96]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'queue.full', limit: 'span' }));
    finish();
    await clock.advance(0);
    expect(offsets(broker.of('pullMessage')).at(-1)).toBe(300);
  });

  it('stops all queues when together they hold too many bytes (#5262)', async () => {
    const { broker, clock, events, join } = rig();
    const queues = broker.topic('T', 2);
    for (const queue of queues) broker.send(queue, ...Array.from({ length: 64 }, () => ({ text: 'x'.repeat(100) })));
    const consumer = await join({ maxCachedBytes: 5_000 });
    await clock.advance(60_000);
    expect(offsets(broker.of('pullMessage')).length).toBeLessThan(4);
    expect(events).toContainEqual(expect.objectContaining({ type: 'queue.full', limit: 'budget' }));
    const seen = new Set<string>();
    void consumer.run(({ queue, offset }) => void seen.add(`${queue.queueId}/${offset}`));
    await clock.advance(0);
    expect(seen.size).toBe(128);
  });
});
