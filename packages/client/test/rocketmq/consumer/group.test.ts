import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import { commands } from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { drain } from '@rmq/testkit';
import { storedBytes } from './messages.ts';
import type { Reply, Rig } from './rig.ts';
import { key, rig, SELF } from './rig.ts';

const OTHER = '10.0.0.8@other';

function fromBroker(
  name: keyof typeof commands,
  extFields: Record<string, string>,
  body: Uint8Array = new Uint8Array(0),
): RemotingCommand {
  const flag = name === 'notifyConsumerIdsChanged' || name === 'resetConsumerClientOffset' ? 2 : 0;
  const { code } = commands[name];
  return {
    code,
    flag,
    opaque: 7,
    version: 479,
    language: 'JAVA',
    remark: undefined,
    extFields,
    body,
    serializeType: 'json',
  };
}

async function serve({ member, clock }: Rig, command: RemotingCommand): Promise<RemotingCommand | undefined> {
  const answer = member().serverRequest?.(command, 'a:10911');
  await clock.advance(0);
  return answer;
}

describe('rebalance (8.3)', () => {
  it('takes its share, and gives up at once what a new member gets, committing what is done', async () => {
    const at = rig();
    const { clock, broker, events, join } = at;
    const queues = broker.topic('T', 4);
    for (const queue of queues) broker.fill(queue, 2);
    const consumer = await join();
    void consumer.run(({ offset }) => (offset === 1n ? new Promise(() => undefined) : undefined));
    await clock.advance(1_000);
    broker.members = [OTHER, SELF];
    await serve(at, fromBroker('notifyConsumerIdsChanged', { consumerGroup: 'G' }));
    await clock.advance(1_000);
    // OTHER sorts before SELF, so it gets the first two.
    expect(consumer.assignment.filter(({ topic }) => topic === 'T').map(key)).toEqual(['T/2', 'T/3']);
    expect([broker.committed.get('T/0'), broker.committed.get('T/1')]).toEqual([1, 1]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'rebalance', topic: 'T', members: 2, lost: [queues[0], queues[1]] }),
    );
  });

  it('ignores what handlers finish of a queue it gave up (8.9)', async () => {
    const at = rig();
    const { clock, broker, join } = at;
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    const consumer = await join();
    let finish = (): void => undefined;
    void consumer.run(() => new Promise<void>((resolve) => (finish = resolve)));
    await drain();
    broker.members = [OTHER, SELF];
    await serve(at, fromBroker('notifyConsumerIdsChanged', { consumerGroup: 'G' }));
    await clock.advance(1_000);
    finish();
    await clock.advance(20_000);
    expect(broker.committed.get('T/0')).toBe(0);
    expect(broker.of('consumerSendMsgBack')).toEqual([]);
  });

  it('lets the last commit of other members arrive before it reads where to begin', async () => {
    const { clock, broker, join } = rig();
    broker.topic('T');
    broker.members = [SELF, 'z@other'];
    broker.committed.set('T/0', 5);
    const joining = join();
    await clock.advance(0);
    expect(broker.of('queryConsumerOffset')).toEqual([]);
    broker.committed.set('T/0', 9);
    await clock.advance(500);
    await joining;
    expect(broker.of('pullMessage').find(({ fields }) => fields['topic'] === 'T')?.fields['queueOffset']).toBe(9n);
  });

  it('is done every 20 s without any notice', async () => {
    const { clock, broker, join } = rig();
    broker.topic('T', 2);
    const consumer = await join();
    broker.members = [OTHER, SELF];
    await clock.advance(20_000);
    expect(consumer.assignment.filter(({ topic }) => topic === 'T').map(key)).toEqual(['T/1']);
  });

  it('changes nothing when the members cannot be told, and asks again soon', async () => {
    const { clock, broker, join } = rig();
    broker.topic('T', 2);
    const consumer = await join();
    const before = consumer.assignment;
    const repair = broker.on('getConsumerListByGroup', () => ({ code: 1, remark: 'no group' }));
    await clock.advance(20_000);
    expect(consumer.assignment).toEqual(before);
    const asked = broker.of('getConsumerListByGroup').length;
    repair();
    await clock.advance(1_000);
    expect(broker.of('getConsumerListByGroup').length).toBeGreaterThan(asked);
  });

  it('gives everything up when it is not in the list, and tells the brokers again', async () => {
    const { clock, broker, heartbeats, join } = rig();
    broker.topic('T', 2);
    const consumer = await join();
    const before = heartbeats.length;
    broker.members = [OTHER];
    await clock.advance(20_000);
    expect(consumer.assignment).toEqual([]);
    expect(heartbeats.length).toBeGreaterThan(before);
    broker.members = [OTHER, SELF];
    await clock.advance(3_000);
    expect(consumer.assignment).not.toEqual([]);
  });

  it('shares out with a function, but never takes a queue that does not exist', async () => {
    const { broker, join } = rig();
    broker.topic('T', 3);
    const consumer = await join({
      allocation: (queues) => [...queues.slice(-1), { topic: 'T', brokerName: 'nowhere', queueId: 9 }],
    });
    expect(consumer.assignment.map(key).sort()).toEqual(['%RETRY%G/0', 'T/2']);
  });

  it('survives a function that throws', async () => {
    const { broker, events, join } = rig();
    broker.topic('T', 3);
    const consumer = await join({
      allocation: () => {
        throw new Error('mine');
      },
    });
    expect(consumer.assignment).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'rebalance.failed', topic: 'T' }));
  });
});

describe('commits (8.7)', () => {
  it('are sent every 5 s, only for what changed', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    const consumer = await join();
    void consumer.run(() => undefined);
    const commits = (): number =>
      broker.of('updateConsumerOffset').filter(({ fields }) => fields['topic'] === 'T').length;
    await clock.advance(4_999);
    expect(commits()).toBe(1); // where it begins
    await clock.advance(1);
    expect(commits()).toBe(2);
    await clock.advance(30_000);
    expect(commits()).toBe(2);
  });

  it('begin with where a new group begins, before the first pull', async () => {
    const { broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 3);
    await join({ startFrom: 'last' });
    const names = broker.seen.filter(({ fields }) => fields['topic'] === 'T').map(({ name }) => name);
    expect(names).toEqual(['queryConsumerOffset', 'getMaxOffset', 'updateConsumerOffset', 'pullMessage']);
    expect(broker.committed.get('T/0')).toBe(3);
  });

  it('of a new group wait for the first of them: brokers lose one of two that come at the same time', async () => {
    const { broker, join } = rig();
    broker.topic('T', 4);
    const answers: ((reply: Reply) => void)[] = [];
    broker.on('updateConsumerOffset', ({ fields }) =>
      fields['topic'] === 'T' ? new Promise((resolve) => answers.push(resolve)) : undefined,
    );
    const joining = join();
    await drain();
    expect(answers).toHaveLength(1);
    answers[0]?.({});
    await drain();
    expect(answers).toHaveLength(4);
    for (const answer of answers) answer({});
    expect((await joining).assignment).toHaveLength(5); // the retry queue is one
  });

  it('of a new group fail together when the first does, and are tried again together', async () => {
    const { broker, clock, events, join } = rig();
    broker.topic('T', 4);
    const ofTopic = (): number =>
      broker.of('updateConsumerOffset').filter(({ fields }) => fields['topic'] === 'T').length;
    const repair = broker.on('updateConsumerOffset', ({ fields }) =>
      fields['topic'] === 'T' ? new Error('lost') : undefined,
    );
    await join();
    expect(ofTopic()).toBe(1);
    expect(events.filter(({ type }) => type === 'offset.commitFailed')).toHaveLength(4);
    repair();
    await clock.advance(5_000);
    expect(ofTopic()).toBe(5);
    expect([0, 1, 2, 3].map((queueId) => broker.committed.get(`T/${queueId}`))).toEqual([0, 0, 0, 0]);
  });

  it('are tried again when they fail, with an event', async () => {
    const { clock, broker, events, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 1);
    const consumer = await join({ pullSuspendMs: 20_000 });
    const repair = broker.on('updateConsumerOffset', () => ({ code: 26, remark: 'Group G not exist!' }));
    void consumer.run(() => undefined);
    await clock.advance(5_000);
    expect(events).toContainEqual(expect.objectContaining({ type: 'offset.commitFailed', offset: 1 }));
    repair();
    await clock.advance(5_000);
    expect(broker.committed.get('T/0')).toBe(1);
  });

  it('never overtake each other', async () => {
    const { clock, broker, join } = rig();
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 2);
    const consumer = await join();
    let answer = (): void => undefined;
    let stuck = true;
    broker.on('updateConsumerOffset', ({ fields }) => {
      if (!stuck || fields['topic'] !== 'T') return undefined;
      stuck = false;
      return new Promise((resolve) => {
        answer = (): void => resolve({});
      });
    });
    const loop = consumer[Symbol.asyncIterator]();
    await (await loop.next()).value?.ack();
    await clock.advance(5_000);
    await (await loop.next()).value?.ack();
    const closing = consumer.close();
    await drain();
    const commits = (): unknown[] =>
      broker.of('updateConsumerOffset').filter(({ fields }) => fields['topic'] === 'T').map(({ fields }) => fields['commitOffset']); // prettier-ignore
    expect(commits()).toEqual([0n, 1n]);
    answer();
    await closing;
    expect(commits()).toEqual([0n, 1n, 2n]);
  });
});

describe('requests of the broker (4)', () => {
  it('leaves those of other groups and unknown ones to others', async () => {
    const { member, join } = rig();
    await join();
    const other = fromBroker('notifyConsumerIdsChanged', { consumerGroup: 'other' });
    expect(member().serverRequest?.(other, 'a:10911')).toBeUndefined();
    expect(member().serverRequest?.({ ...other, code: 9_999 }, 'a:10911')).toBeUndefined();
    const tricky = fromBroker('getConsumerRunningInfo', JSON.parse('{"__proto__":"G"}') as Record<string, string>);
    expect(member().serverRequest?.(tricky, 'a:10911')).toBeUndefined();
  });

  it('40: rounds are a second apart, however many notices come', async () => {
    const at = rig();
    at.broker.topic('T');
    await at.join();
    const asked = (): number => at.broker.of('getConsumerListByGroup').length;
    const before = asked();
    for (let notice = 0; notice < 20; notice += 1) {
      await serve(at, fromBroker('notifyConsumerIdsChanged', { consumerGroup: 'G' }));
    }
    expect(asked()).toBe(before);
    await at.clock.advance(1_000);
    expect(asked()).toBe(before + 2);
  });

  it('220: begins again at the offset that an operator set, up or down (4.2)', async () => {
    const at = rig();
    const { clock, broker, join } = at;
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 10);
    const consumer = await join();
    const seen: bigint[] = [];
    void consumer.run(({ offset }) => void seen.push(offset));
    await clock.advance(1_000);
    const body = encodeBody('ResetOffset', { offsetTable: [{ queue: queue as never, value: 8n }] });
    await serve(
      at,
      fromBroker('resetConsumerClientOffset', { topic: 'T', group: 'G', timestamp: '0', isForce: 'true' }, body),
    );
    await clock.advance(1_000);
    expect(seen.slice(10)).toEqual([8n, 9n]);
  });

  it('220: survives a body that is none', async () => {
    const at = rig();
    at.broker.topic('T');
    const consumer = await at.join();
    const body = new TextEncoder().encode('{"offsetTable":');
    const command = fromBroker(
      'resetConsumerClientOffset',
      { topic: 'T', group: 'G', timestamp: '0', isForce: 'true' },
      body,
    );
    await expect(serve(at, command)).resolves.toBeUndefined();
    expect(consumer.assignment).toHaveLength(2);
  });

  it('221: tells how far it is in a topic', async () => {
    const at = rig();
    const [queue] = at.broker.topic('T');
    at.broker.committed.set('T/0', 12);
    await at.join();
    const answer = await serve(at, fromBroker('getConsumerStatusFromClient', { topic: 'T', group: 'G' }));
    expect(answer).toMatchObject({ code: 0, opaque: 7 });
    expect(decodeBody('ConsumerStatus', answer?.body ?? new Uint8Array(0)).messageQueueTable).toEqual([
      { queue, value: 12n },
    ]);
  });

  it('307: tells operators what it is doing (4.3)', async () => {
    const at = rig();
    const { broker, clock, join } = at;
    const [queue] = broker.topic('T');
    broker.fill(queue as never, 5);
    const consumer = await join();
    void consumer.run(({ offset }) => (offset === 3n ? new Promise(() => undefined) : undefined), { concurrency: 4 });
    await clock.advance(10_000);
    const fields = { consumerGroup: 'G', clientId: SELF, jstackEnable: 'false' };
    const answer = await serve(at, fromBroker('getConsumerRunningInfo', fields));
    const info = decodeBody('ConsumerRunningInfo', answer?.body ?? new Uint8Array(0));
    expect(info.properties).toMatchObject({
      PROP_NAMESERVER_ADDR: 'n:9876;',
      PROP_CONSUME_TYPE: 'CONSUME_PASSIVELY',
      PROP_CONSUMEORDERLY: 'false',
      PROP_THREADPOOL_CORE_SIZE: '4',
      maxQueueMessages: '1000',
    });
    const [entry] = info.mqTable.filter((each) => each.queue.topic === 'T');
    expect(entry?.value).toMatchObject({
      cachedMsgCount: 1,
      cachedMsgMinOffset: 3n,
      cachedMsgMaxOffset: 4n,
      droped: false,
    });
    expect(info.statusTable['T']).toMatchObject({ consumeOKTPS: 0.4, pullTPS: 0.5 });
    expect(info.subscriptionSet.map(({ topic }) => topic)).toEqual(['T', '%RETRY%G']);
  });

  it('309: handles one message for an operator, and commits nothing', async () => {
    const at = rig();
    at.broker.topic('T');
    const consumer = await at.join();
    const fields = { consumerGroup: 'G', clientId: SELF, msgId: 'x', brokerName: 'broker-a' };
    const ask = fromBroker('consumeMessageDirectly', fields, storedBytes({ offset: 40, text: 'look' }));
    await expect(serve(at, ask)).resolves.toMatchObject({ code: 1 });
    const seen: string[] = [];
    void consumer.run((message) => {
      seen.push(message.text());
      void message.ack();
      if (seen.length === 2) throw new Error('second');
    });
    const results = [await serve(at, ask), await serve(at, ask)].map((answer) =>
      decodeBody('ConsumeMessageDirectlyResult', answer?.body ?? new Uint8Array(0)),
    );
    expect(results).toMatchObject([
      { consumeResult: 'CR_SUCCESS' },
      { consumeResult: 'CR_THROW_EXCEPTION', remark: expect.stringContaining('second') as string },
    ]);
    expect([seen, at.broker.of('consumerSendMsgBack')]).toEqual([['look', 'look'], []]);
  });
});
