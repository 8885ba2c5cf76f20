import { drain } from '@rmq/testkit';
import { sysFlags } from '@rmq/protocol/rocketmq/messages';
import type { ReceivedMessage } from '../../../src/rocketmq/consumer/received-message.ts';
import { key, rig } from './rig.ts';

const types = (events: readonly { readonly type: string }[]): string[] => events.map(({ type }) => type);

describe('joining', () => {
  it('says in the heartbeat what it subscribes to, the retry topic included (2.4, 8.1)', async () => {
    const { heartbeats, broker, join } = rig();
    broker.topic('T');
    await join({ subscribe: { T: 'new || paid' } });
    expect(heartbeats[0]).toMatchObject({
      groupName: 'G',
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      subscriptionDataSet: [
        { topic: 'T', subString: 'new || paid', tagsSet: ['new', 'paid'], expressionType: 'TAG' },
        { topic: '%RETRY%G', subString: '*', tagsSet: [] },
      ],
    });
  });

  it('sends a newer subscription version after its share changed, and pulls with what is confirmed (8.3)', async () => {
    const { heartbeats, broker, join } = rig();
    broker.topic('T');
    await join();
    const versions = heartbeats.map(({ subscriptionDataSet }) => subscriptionDataSet[0]?.subVersion ?? 0);
    expect(versions).toHaveLength(2);
    expect(versions[1]).toBeGreaterThan(versions[0] ?? 0);
    expect(Number(broker.of('pullMessage')[0]?.fields['subVersion'])).toBe(versions[1]);
  });

  it('does not fail when a topic has no route, and takes its queues as soon as it has (#433)', async () => {
    const { clock, broker, join } = rig();
    const consumer = await join();
    expect(consumer.assignment.map(key)).toEqual(['%RETRY%G/0']);
    broker.topic('T', 2);
    await clock.advance(1_000);
    expect(consumer.assignment.map(key)).toEqual(['%RETRY%G/0', 'T/0', 'T/1']);
  });

  it('asks for a round when a route changes or a broker is back', async () => {
    const { clock, broker, member, join } = rig();
    broker.topic('T', 1);
    const consumer = await join();
    await clock.advance(2_000);
    broker.topic('T', 2);
    member().routeChanged?.('T');
    await clock.advance(0);
    expect(consumer.assignment).toHaveLength(3);
    broker.topic('T', 3);
    member().brokerConnected?.('a:10911');
    await clock.advance(1_000);
    expect(consumer.assignment).toHaveLength(4);
  });

  it('keeps its queues and takes no others for 2 s when a broker is back, as the others are on their way', async () => {
    const { clock, broker, member, join } = rig();
    broker.topic('T', 1);
    const consumer = await join();
    await clock.advance(2_000);
    broker.topic('T', 2); // what it would take now
    member().brokerReached?.('a:10911');
    member().brokerConnected?.('a:10911');
    member().routeChanged?.('T');
    await clock.advance(1_999);
    expect(consumer.assignment).toHaveLength(2);
    await clock.advance(1);
    expect(consumer.assignment).toHaveLength(3);
  });
});

describe('where to begin (8.8)', () => {
  it('is the committed offset, if there is one', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.committed.set(key(queue as never), 7);
    await join({ startFrom: 'last' });
    expect(broker.of('pullMessage').find(({ fields }) => fields['topic'] === 'T')?.fields['queueOffset']).toBe(7n);
  });

  it('is the end for last, and stays chosen: it is committed', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 5);
    await join({ startFrom: 'last' });
    expect(broker.of('queryConsumerOffset')[0]?.fields['setZeroIfNotFound']).toBe(false);
    expect(broker.of('pullMessage').find(({ fields }) => fields['topic'] === 'T')?.fields['queueOffset']).toBe(5n);
    await clock.advance(5_000);
    expect(broker.committed.get('T/0')).toBe(5);
  });

  it('is what the broker finds for a timestamp, but 0 in the retry topic', async () => {
    const { broker, join } = rig();
    broker.topic('T');
    await join({ startFrom: { timestamp: 1_700_000_000_000 } });
    const starts = Object.fromEntries(
      broker.of('pullMessage').map(({ fields }) => [fields['topic'], Number(fields['queueOffset'])]),
    );
    expect(starts).toEqual({ T: 3, '%RETRY%G': 0 });
  });

  it('is asked again, never guessed, when the broker does not tell (#2705)', async () => {
    const { clock, broker, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.committed.set(key(queue as never), 9);
    const repair = broker.on('queryConsumerOffset', ({ fields }) =>
      fields['topic'] === 'T' ? { code: 1 } : undefined,
    );
    await join({ startFrom: 'first' });
    const pulls = (): unknown[] =>
      broker.of('pullMessage').filter(({ fields }) => fields['topic'] === 'T').map(({ fields }) => fields['queueOffset']); // prettier-ignore
    expect(pulls()).toEqual([]);
    expect(types(events)).toContain('rebalance.failed');
    repair();
    await clock.advance(1_000);
    expect(pulls()).toEqual([9n]);
  });

  it('never takes a negative offset of the store for one', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.committed.set(key(queue as never), -1);
    await join({ startFrom: 'first' });
    expect(broker.of('pullMessage').every(({ fields }) => Number(fields['queueOffset']) >= 0)).toBe(true);
  });
});

describe('for await', () => {
  it('gives messages in order; ack moves the commit', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const consumer = await join();
    const texts: string[] = [];
    for await (const message of consumer) {
      texts.push(message.text());
      await message.ack();
      if (texts.length === 3) break;
    }
    expect(texts).toEqual(['message 0', 'message 1', 'message 2']);
    await clock.advance(5_000);
    expect(broker.committed.get('T/0')).toBe(3);
  });

  it('shows what was sent', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.send(queue as never, { text: 'häuser', flag: 3, properties: { TAGS: 'new', KEYS: 'a b', color: 'red' } });
    const consumer = await join();
    for await (const message of consumer) {
      expect(message).toMatchObject({
        topic: 'T', tags: 'new', keys: ['a', 'b'], messageId: 'ID0', flag: 3, offset: 0n, reconsumeTimes: 0,
        offsetMessageId: '0A00000100002A9F0000000000000000', queue, bornTimestamp: 1_700_000_000_000,
      }); // prettier-ignore
      expect(message.text()).toBe('häuser');
      expect(message.properties['color']).toBe('red');
      break;
    }
  });

  it('copies the body once, to little memory, so that it does not pin the chunk it came in', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    const consumer = await join();
    for await (const message of consumer) {
      const { body } = message;
      expect((Reflect.get(body, 'buffer') as ArrayBuffer).byteLength).toBeLessThanOrEqual(16_384);
      expect(message.body).toBe(body);
      break;
    }
  });

  it('waits for messages to come', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    const consumer = await join();
    const next = consumer[Symbol.asyncIterator]().next();
    await clock.advance(3_000);
    broker.fill(queue as never, 1);
    const { value } = await next;
    expect(value?.text()).toBe('message 0');
  });

  it('puts the message of the broken loop back, and keeps earlier ones in flight', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const consumer = await join();
    const first: ReceivedMessage[] = [];
    for await (const message of consumer) {
      first.push(message);
      if (first.length === 2) break;
    }
    const second: string[] = [];
    for await (const message of consumer) {
      second.push(message.text());
      if (second.length === 2) break;
    }
    expect(second).toEqual(['message 1', 'message 2']);
    await first[0]?.ack();
  });

  it('has one reader at a time', async () => {
    const { broker, join } = rig();
    broker.topic('T');
    const consumer = await join();
    const loop = consumer[Symbol.asyncIterator]();
    expect(() => consumer[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'reader-taken' }));
    await expect(consumer.run(() => undefined)).rejects.toMatchObject({ code: 'reader-taken' });
    await loop.return?.();
    expect(() => consumer[Symbol.asyncIterator]()).not.toThrow();
  });

  it('filters by the exact tag, because brokers compare hashes only (8.2)', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.send(queue as never, { properties: { TAGS: 'BB' } }, { text: 'no tag' }, { properties: { TAGS: 'Aa' } });
    const consumer = await join({ subscribe: { T: 'Aa' } });
    for await (const message of consumer) {
      expect([message.tags, message.offset]).toEqual(['Aa', 2n]);
      break;
    }
  });

  it('decompresses, and sends back what it cannot open', async () => {
    const { broker, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.send(queue as never, { text: 'garbage', sysFlag: sysFlags.compressed }, { text: 'zip:hello', sysFlag: sysFlags.compressed }); // prettier-ignore
    const consumer = await join();
    for await (const message of consumer) {
      expect(message.text()).toBe('hello');
      break;
    }
    expect(broker.of('consumerSendMsgBack').map(({ fields }) => fields['offset'])).toEqual([0n]);
    expect(types(events)).toContain('message.unreadable');
  });

  it('ends when the consumer closes', async () => {
    const { clock, broker, join } = rig();
    broker.topic('T');
    const consumer = await join();
    const next = consumer[Symbol.asyncIterator]().next();
    void consumer.close();
    await clock.advance(0);
    await expect(next).resolves.toEqual({ done: true, value: undefined });
    expect(() => consumer[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'consumer-closed' }));
  });
});

describe('run', () => {
  it('acks what the handler returns from, and sends back what it throws at (8.9)', async () => {
    const { clock, broker, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 4);
    const consumer = await join();
    void consumer.run(async (message) => {
      if (message.offset === 1n) throw new Error('no');
    });
    await clock.advance(5_000);
    expect(broker.committed.get('T/0')).toBe(4);
    expect(broker.of('consumerSendMsgBack').map(({ fields }) => fields)).toEqual([
      expect.objectContaining({
        offset: 1_000n, group: 'G', delayLevel: 0, originMsgId: 'ID1', originTopic: 'T', maxReconsumeTimes: 16, bname: 'broker-a',
      }), // prettier-ignore
    ]);
    expect(types(events)).toEqual(expect.arrayContaining(['handler.failed', 'message.retried']));
  });

  it('takes synchronous handlers, and their throws', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const consumer = await join();
    const seen: bigint[] = [];
    void consumer.run(({ offset }) => {
      seen.push(offset);
      if (offset === 2n) throw new Error('no');
    });
    await clock.advance(5_000);
    expect(seen).toEqual([0n, 1n, 2n]);
    expect(broker.committed.get('T/0')).toBe(3);
    expect(broker.of('consumerSendMsgBack')).toHaveLength(1);
  });

  it('runs no more handlers at a time than it may', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 9);
    const consumer = await join();
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    void consumer.run(
      () => {
        running += 1;
        most = Math.max(most, running);
        return new Promise<void>((resolve) => release.push(resolve)).then(() => (running -= 1));
      },
      { concurrency: 3 },
    );
    for (let turn = 0; turn < 9; turn += 1) {
      await drain();
      release.shift()?.();
    }
    await drain();
    expect([most, running]).toEqual([3, 0]);
  });

  it('takes nothing more after the abort, waits for its handlers and frees the place', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const consumer = await join();
    const abort = new AbortController();
    let finish = (): void => undefined;
    let over = false;
    const running = consumer
      .run(() => new Promise<void>((resolve) => (finish = resolve)), { concurrency: 1, signal: abort.signal })
      .then(() => (over = true));
    await drain();
    abort.abort();
    await drain();
    expect(over).toBe(false);
    finish();
    await running;
    for await (const message of consumer) {
      expect(message.offset).toBe(1n);
      break;
    }
  });

  it('takes the message from a handler that runs too long; its late result does not count (8.9)', async () => {
    const { clock, broker, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    const consumer = await join({ consumeTimeoutMs: 60_000 });
    let fail: (error: Error) => void = () => undefined;
    void consumer.run(() => new Promise<void>((_, reject) => (fail = reject)));
    await clock.advance(65_000);
    expect(types(events)).toContain('handler.timeout');
    expect(broker.of('consumerSendMsgBack').map(({ fields }) => fields['delayLevel'])).toEqual([3]);
    fail(new Error('late'));
    await clock.advance(5_000);
    expect(broker.of('consumerSendMsgBack')).toHaveLength(1);
    expect(broker.committed.get('T/0')).toBe(1);
  });

  it('refuses a concurrency out of range', async () => {
    const { join } = rig();
    const consumer = await join();
    await expect(consumer.run(() => undefined, { concurrency: 0 })).rejects.toMatchObject({
      code: 'value-out-of-range',
    });
  });
});

describe('retry', () => {
  it('asks for the delay it was given, -1 for the dead-letter topic', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 2);
    const consumer = await join();
    const levels = [5, -1];
    for await (const message of consumer) {
      await message.retry({ delayLevel: levels.shift() });
      await message.ack();
      await message.retry();
      if (levels.length === 0) break;
    }
    expect(broker.of('consumerSendMsgBack').map(({ fields }) => fields['delayLevel'])).toEqual([5, -1]);
  });

  it('restores the topic of a message that was tried before (8.1)', async () => {
    const { broker, join } = rig();
    broker.topic('T');
    const [retryQueue] = broker.topic('%RETRY%G');
    broker.send(retryQueue as never, { reconsumeTimes: 2, properties: { RETRY_TOPIC: 'T', TAGS: 'other' } });
    const consumer = await join({ subscribe: { T: 'new' } });
    for await (const message of consumer) {
      expect([message.topic, message.queue.topic, message.reconsumeTimes]).toEqual(['T', '%RETRY%G', 2]);
      await message.retry();
      break;
    }
    expect(broker.of('consumerSendMsgBack')[0]?.fields['originTopic']).toBe('T');
  });

  it('sends a copy to the retry topic when the broker does not take the message back (8.9)', async () => {
    const { broker, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.send(queue as never, { text: 'again', reconsumeTimes: 1, properties: { TAGS: 'x', TRAN_MSG: 'true' } });
    broker.on('consumerSendMsgBack', () => ({ code: 1, remark: 'no' }));
    const consumer = await join();
    for await (const message of consumer) {
      await message.retry();
      break;
    }
    const [copy] = broker.of('sendMessageV2');
    expect(copy?.fields).toMatchObject({ topic: '%RETRY%G', reconsumeTimes: 2, maxReconsumeTimes: 16, batch: false });
    const properties = String(copy?.fields['properties']);
    expect(properties).toContain('RETRY_TOPIC\u0001T\u0002');
    expect(properties).toContain('ORIGIN_MESSAGE_ID\u0001ID0\u0002');
    expect(properties).toContain('DELAY\u00014\u0002');
    expect(properties).not.toContain('TRAN_MSG');
    expect(new TextDecoder().decode(copy?.body)).toBe('again');
    expect(events).toContainEqual(expect.objectContaining({ type: 'message.retried', by: 'copy' }));
  });

  it('keeps the message and hands it out again after 5 s when no broker takes it', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    const repair = [
      broker.on('consumerSendMsgBack', () => new Error('gone')),
      broker.on('sendMessageV2', () => new Error('gone')),
    ];
    const consumer = await join();
    const seen: number[] = [];
    void consumer.run(({ reconsumeTimes }) => {
      seen.push(reconsumeTimes);
      if (seen.length < 2) throw new Error('no');
    });
    await drain();
    for (const each of repair) each();
    await clock.advance(4_999);
    expect([seen, broker.committed.get('T/0') ?? 0]).toEqual([[0], 0]);
    await clock.advance(5_001);
    expect([seen, broker.committed.get('T/0')]).toEqual([[0, 1], 1]);
  });

  it('refuses a level that is none', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    const consumer = await join();
    for await (const message of consumer) {
      await expect(message.retry({ delayLevel: -2 })).rejects.toMatchObject({ code: 'value-out-of-range' });
      break;
    }
  });
});

describe('pause', () => {
  it('pulls and hands out nothing until resume', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 2);
    const consumer = await join();
    consumer.pause();
    const seen: bigint[] = [];
    void consumer.run(({ offset }) => void seen.push(offset));
    await clock.advance(60_000);
    const pulls = broker.of('pullMessage').length;
    await clock.advance(60_000);
    expect([seen, broker.of('pullMessage').length]).toEqual([[], pulls]);
    consumer.resume();
    await clock.advance(0);
    expect(seen).toEqual([0n, 1n]);
    expect(broker.of('pullMessage').length).toBeGreaterThan(pulls);
  });
});

describe('closing (2.7)', () => {
  it('waits for running handlers, commits, then leaves the group', async () => {
    const { clock, broker, left, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const consumer = await join();
    let finish = (): void => undefined;
    const running = consumer.run(() => new Promise<void>((resolve) => (finish = resolve)), { concurrency: 1 });
    await drain();
    const closing = consumer.close();
    await drain();
    expect([consumer.state, left, broker.held]).toEqual(['draining', [], expect.any(Number)]);
    const order: string[] = [];
    broker.on('updateConsumerOffset', ({ fields }) => {
      if (fields['topic'] === 'T') order.push(`commit ${String(fields['commitOffset'])}, left ${left.length}`);
      return undefined;
    });
    finish();
    await Promise.all([running, closing]);
    expect(order).toEqual(['commit 1, left 0']);
    expect([consumer.state, left, consumer.assignment]).toEqual(['closed', ['G'], []]);
    const pulls = broker.of('pullMessage').length;
    await clock.advance(120_000);
    expect(broker.of('pullMessage')).toHaveLength(pulls);
  });

  it('does not wait for ever: after drainTimeoutMs the message stays uncommitted', async () => {
    const { clock, broker, events, left, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 2);
    const consumer = await join({ drainTimeoutMs: 4_000 });
    void consumer.run(({ offset }) => (offset === 0n ? new Promise(() => undefined) : undefined));
    await drain();
    const closing = consumer.close();
    await clock.advance(4_000);
    await closing;
    expect(events).toContainEqual(expect.objectContaining({ type: 'consumer.drainTimeout', running: 1 }));
    expect([broker.committed.get('T/0') ?? 0, left]).toEqual([0, ['G']]);
  });

  it('waits for the body of a loop to settle its message', async () => {
    const { broker, left, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    const consumer = await join();
    const loop = consumer[Symbol.asyncIterator]();
    const { value } = await loop.next();
    const closing = consumer.close();
    await drain();
    expect(left).toEqual([]);
    await value?.ack();
    await closing;
    expect([left, broker.committed.get('T/0')]).toEqual([['G'], 1]);
  });

  it('is done once, however often it is asked for, and leaves no timer behind (#617)', async () => {
    const { clock, broker, left, join } = rig();
    broker.topic('T', 4);
    const consumer = await join();
    await Promise.all([consumer.close(), consumer.close(), consumer[Symbol.asyncDispose]()]);
    expect(left).toEqual(['G']);
    // The broker's own timers of held pulls run out; none of ours is among those that remain.
    await clock.advance(15_000);
    expect(clock.pending).toBe(0);
  });

  it('does not fail when the broker is gone', async () => {
    const { broker, join } = rig();
    broker.topic('T');
    const consumer = await join();
    broker.on('updateConsumerOffset', () => new Error('gone'));
    await expect(consumer.close()).resolves.toBeUndefined();
  });

  it('restarts where it stopped: nothing lost, nothing twice', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 50);
    const seen: bigint[] = [];
    const first = await join();
    for await (const message of first) {
      seen.push(message.offset);
      await message.ack();
      if (seen.length === 20) break;
    }
    await first.close();
    const second = await join();
    void second.run(({ offset }) => void seen.push(offset));
    await clock.advance(5_000);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, offset) => BigInt(offset)));
  });
});
