import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { subscription } from '@rmq/protocol/rocketmq/messages';
import type { RemotingCommand, RequestFields } from '@rmq/protocol/rocketmq';
import { bodies, createTopic, heartbeat, messages, pull, send } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';
import { setUp } from './support.ts';

describe('topics', () => {
  const create = (client: RawClient, more: Partial<RequestFields<'updateAndCreateTopic'>>): Promise<RemotingCommand> =>
    client.call('updateAndCreateTopic', {
      topic: 'T',
      defaultTopic: 'TBW102',
      readQueueNums: 4,
      writeQueueNums: 4,
      perm: 6,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      order: false,
      attributes: undefined,
      force: undefined,
      ...more,
    });
  const config = async (client: RawClient): Promise<unknown> =>
    decodeBody('TopicConfig', (await client.call('getTopicConfig', { topic: 'T' })).body);

  it('are created, changed, shown and deleted', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    expect((await client.call('getTopicConfig', { topic: 'T' })).code).toBe(17);
    await create(client, { attributes: '+message.type=FIFO,+reserve.time=5' });
    await create(client, { readQueueNums: 8, attributes: '-reserve.time' });
    expect(await config(client)).toMatchObject({
      topicName: 'T',
      readQueueNums: 8,
      writeQueueNums: 4,
      attributes: { 'message.type': 'FIFO' },
    });
    const all = decodeBody('TopicConfigTable', (await client.call('getAllTopicConfig', { topicSeq: 0 })).body);
    expect(Object.keys(all.topicConfigTable)).toEqual(expect.arrayContaining(['T', 'TBW102', 'SCHEDULE_TOPIC_XXXX']));
    await send(client, { topic: 'T' });
    expect((await client.call('deleteTopicInBroker', { topic: 'T' })).code).toBe(0);
    expect((await client.call('deleteTopicInBroker', { topic: 'T' })).code).toBe(0);
    expect((await client.call('getTopicConfig', { topic: 'T' })).code).toBe(17);
    expect(setup.broker.stats()).toMatchObject({ messages: 0, storeBytes: 0 });
  });

  it('are created by the list, all or none', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const list = (...names: string[]): Promise<RemotingCommand> =>
      client.call(
        'updateAndCreateTopicList',
        {},
        { body: encodeBody('TopicConfigList', { topicConfigList: names.map((topicName) => ({ topicName })) }) },
      );
    expect((await list('A', 'no topic!')).code).toBe(29);
    expect((await client.call('getTopicConfig', { topic: 'A' })).code).toBe(17);
    expect((await list('A', 'B')).code).toBe(0);
    expect((await client.call('getTopicConfig', { topic: 'B' })).code).toBe(0);
  });

  it.each([
    { what: 'names no topic can have', more: { topic: 'bad topic!' }, code: 29 },
    { what: 'names of the broker itself', more: { topic: 'TBW102' }, code: 29 },
    { what: 'less than no queues', more: { readQueueNums: -1 }, code: 29 },
    { what: 'millions of queues', more: { writeQueueNums: 2_000_000 }, code: 29 },
    { what: 'batch queues', more: { attributes: '+queue.type=BatchCQ' }, code: 29 },
    { what: 'compaction', more: { attributes: '+cleanup.policy=COMPACTION' }, code: 29 },
    { what: 'attributes that say nothing', more: { attributes: 'what' }, code: 1 },
  ])('refuse $what', async ({ more, code }) => {
    await using setup = await setUp();
    const answer = await create(await setup.client(), more);
    expect(answer.code).toBe(code);
    expect(answer.remark).toBeTruthy();
  });

  it('of the broker itself are listed, and cannot be deleted', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const system = decodeBody('TopicList', (await client.call('getSystemTopicListFromBroker', {})).body).topicList;
    expect(system).toEqual(expect.arrayContaining(['TBW102', 'SCHEDULE_TOPIC_XXXX', 'DefaultCluster_REPLY_TOPIC']));
    expect((await client.call('deleteTopicInBroker', { topic: 'TBW102' })).code).toBe(29);
  });

  it('are bounded in number', async () => {
    await using setup = await setUp({ maxNames: 8 });
    const client = await setup.client();
    const codes = ['A', 'B', 'C', 'D'].map(async (topic) => (await createTopic(client, topic)).code);
    expect(await Promise.all(codes)).toEqual([0, 0, 2, 2]);
    expect((await send(client, { topic: 'A' })).code).toBe(0);
  });
});

describe('groups', () => {
  it('are created, shown and deleted, with their offsets if asked to', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const body = encodeBody('SubscriptionGroupConfig', { groupName: 'CG', retryMaxTimes: 3 });
    await client.call('updateAndCreateSubscriptiongroup', {}, { body });
    const get = async (group: string): Promise<unknown> =>
      decodeBody('SubscriptionGroupConfig', (await client.call('getSubscriptiongroupConfig', { group })).body);
    expect(await get('CG')).toMatchObject({ groupName: 'CG', retryMaxTimes: 3 });
    expect(await get('asked-for')).toMatchObject({ retryMaxTimes: 16 });
    const list = encodeBody('SubscriptionGroupList', { groupConfigList: [{ groupName: 'L1' }, { groupName: 'L2' }] });
    await client.call('updateAndCreateSubscriptiongroupList', {}, { body: list });
    await createTopic(client, 'T');
    const at = { consumerGroup: 'CG', topic: 'T', queueId: 0 };
    await client.call('updateConsumerOffset', { ...at, commitOffset: 5n });
    await client.call('deleteSubscriptiongroup', { groupName: 'CG', cleanOffset: true });
    const table = decodeBody(
      'SubscriptionGroupTable',
      (await client.call('getAllSubscriptiongroupConfig', { groupSeq: 0 })).body,
    );
    expect(Object.keys(table.subscriptionGroupTable).sort()).toEqual(['L1', 'L2', 'asked-for'].sort());
    expect((await client.call('queryConsumerOffset', { ...at, setZeroIfNotFound: undefined })).code).toBe(22);
  });

  it('with a limit of their own make dead letters earlier', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const body = encodeBody('SubscriptionGroupConfig', { groupName: 'CG', retryMaxTimes: 0 });
    await client.call('updateAndCreateSubscriptiongroup', {}, { body });
    await send(client, { topic: 'T' }, 'once');
    const [message] = messages(await pull(client, { topic: 'T' }));
    await client.call('consumerSendMsgBack', {
      group: 'CG',
      offset: message?.physicalOffset ?? -1n,
      delayLevel: 0,
      originMsgId: undefined,
      originTopic: undefined,
      unitMode: false,
      maxReconsumeTimes: undefined,
    });
    expect(bodies(await pull(client, { topic: '%DLQ%CG' }))).toEqual(['once']);
  });

  it('that are switched off cannot pull', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const body = encodeBody('SubscriptionGroupConfig', { groupName: 'CG', consumeEnable: false });
    await client.call('updateAndCreateSubscriptiongroup', {}, { body });
    expect((await pull(client, { topic: 'T' })).code).toBe(16);
  });
});

describe('progress', () => {
  it('of topics and groups is told per queue', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T', 2);
    for (let n = 0; n < 3; n += 1) await send(client, { topic: 'T' });
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    await pull(client, { topic: 'T', max: 2, commit: 1n });
    const topic = decodeBody(
      'TopicStatsTable',
      (await client.call('getTopicStatsInfo', { topic: 'T' })).body,
    ).offsetTable;
    expect(topic.map(({ queue, value }) => [queue.queueId, value.minOffset, value.maxOffset])).toEqual([
      [0, 0n, 3n],
      [1, 0n, 0n],
    ]);
    const stats = (more: object): Promise<RemotingCommand> =>
      client.call('getConsumeStats', { consumerGroup: 'CG', topic: undefined, topicList: undefined, ...more });
    const [first] = decodeBody('ConsumeStats', (await stats({})).body).offsetTable;
    expect(first).toMatchObject({
      queue: { topic: 'T', brokerName: 'broker-a', queueId: 0 },
      value: { brokerOffset: 3n, consumerOffset: 1n, pullOffset: 2n, lastTimestamp: setup.clock.now() },
    });
    expect(decodeBody('ConsumeStats', (await stats({ consumerGroup: 'none' })).body).offsetTable).toEqual([]);
    expect((await client.call('getTopicStatsInfo', { topic: 'none' })).code).toBe(17);
  });

  it('can be copied to another group', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T' });
    await pull(client, { topic: 'T', commit: 1n });
    await client.call('cloneGroupOffset', { srcGroup: 'CG', destGroup: 'other', topic: 'T', offline: true });
    const at = { consumerGroup: 'other', topic: 'T', queueId: 0, setZeroIfNotFound: false };
    expect((await client.call('queryConsumerOffset', at)).extFields).toEqual({ offset: '1' });
  });

  it('says who reads a topic, what a group reads, and how', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T' });
    await pull(client, { topic: 'T', group: 'offline', commit: 1n });
    await heartbeat(client, { clientId: 'c', group: 'CG', subscriptions: [subscription('T', 'A', 1)] });
    const who = decodeBody('GroupList', (await client.call('queryTopicConsumeByWho', { topic: 'T' })).body).groupList;
    expect([...who].sort()).toEqual(['CG', 'offline']);
    const what = decodeBody(
      'TopicList',
      (await client.call('queryTopicsByConsumer', { group: 'offline' })).body,
    ).topicList;
    expect(what).toEqual(['T']);
    const how = decodeBody(
      'QuerySubscription',
      (await client.call('querySubscriptionByConsumer', { group: 'CG', topic: 'T' })).body,
    );
    expect(how.subscriptionData?.subString).toBe('A');
  });
});

describe('single messages', () => {
  it('are found by id and by key', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T', queueId: 1, properties: { KEYS: 'a b', UNIQ_KEY: 'U1' } }, 'first');
    await send(client, { topic: 'T', properties: { KEYS: 'b', UNIQ_KEY: 'U2' } }, 'second');
    const query = (key: string, unique: boolean, more = {}): Promise<RemotingCommand> =>
      client.call(
        'queryMessage',
        { topic: 'T', key, maxNum: 32, beginTimestamp: 0n, endTimestamp: 2n ** 63n - 1n, ...more },
        { extra: { _UNIQUE_KEY_QUERY: String(unique) } },
      );
    expect(bodies(await query('a', false))).toEqual(['first']);
    expect(bodies(await query('b', false)).sort()).toEqual(['first', 'second']);
    expect(bodies(await query('U2', true))).toEqual(['second']);
    expect(await query('b', true)).toMatchObject({ code: 22 });
    expect(await query('a', false, { endTimestamp: 5n })).toMatchObject({ code: 22 });
    const [message] = messages(await query('a', false));
    const view = await client.call('viewMessageById', { offset: message?.physicalOffset ?? -1n, topic: 'T' });
    expect(bodies(view)).toEqual(['first']);
    expect(await client.call('viewMessageById', { offset: 7n, topic: undefined })).toMatchObject({
      code: 1,
      remark: 'can not find message by the offset, 7',
    });
  });
});

describe('the broker', () => {
  it('tells figures that tools can read', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    for (let n = 0; n < 20; n += 1) await send(client, { topic: 'T' });
    await pull(client, { topic: 'T' });
    const { table } = decodeBody('KVTable', (await client.call('getBrokerRuntimeInfo', {})).body);
    expect(table).toMatchObject({
      brokerVersionDesc: 'V5_3_3',
      putTps: '2.00 0.33 0.33',
      getTransferredTps: '2.00 0.33 0.33',
      msgPutTotalTodayNow: '20',
    });
    const config = new TextDecoder().decode((await client.call('getBrokerConfig', {})).body);
    expect(config).toContain('brokerName=broker-a\n');
    expect(config).toContain('messageDelayLevel=1s 5s');
  });

  it('says which filters it has', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const check = async (expressionType: string): Promise<number> => {
      const subscriptionData = { ...subscription('T', 'A', 1), expressionType };
      return (
        await client.call(
          'checkClientConfig',
          {},
          { body: encodeBody('CheckClientConfig', { clientId: 'c', group: 'CG', subscriptionData }) },
        )
      ).code;
    };
    expect([await check('TAG'), await check('SQL92')]).toEqual([0, 1]);
  });
});
