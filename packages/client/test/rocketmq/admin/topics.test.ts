import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { failure } from '../peer.ts';
import { AdminRig } from './rig.ts';

describe('admin.createTopic', () => {
  it('asks every master, with what was given and defaults for the rest', async () => {
    await using rig = await AdminRig.start();
    await rig.admin.createTopic({ topic: 'orders' });
    await rig.admin.createTopic({ topic: 'orders', queues: 3, permission: 4 });
    const [first, second, third] = rig.requests('updateAndCreateTopic');
    expect([first?.at, second?.at].sort()).toEqual(['a:1', 'b:1']);
    expect(first?.fields).toEqual({
      topic: 'orders',
      defaultTopic: 'TBW102',
      readQueueNums: '8',
      writeQueueNums: '8',
      perm: '6',
      topicFilterType: 'SINGLE_TAG',
      order: 'false',
    });
    expect(third?.fields).toMatchObject({ readQueueNums: '3', writeQueueNums: '3', perm: '4' });
  });

  it('says where it failed, and where not; the message tells as well', async () => {
    await using rig = await AdminRig.start();
    rig.answer('b:1', 'updateAndCreateTopic', { code: 16, remark: 'not you' });
    const error = await failure(rig.admin.createTopic({ topic: 'orders' }));
    expect(error).toMatchObject({
      code: 'partly-failed',
      message: 'creating topic orders failed at b:1 (b:1 answered noPermission (16): not you)',
      succeeded: ['a:1'],
      failures: new Map([['b:1', expect.objectContaining({ code: 'refused', responseName: 'noPermission' })]]),
    });
  });

  it('fails when no broker has registered', async () => {
    await using rig = await AdminRig.start();
    rig.masters = [];
    expect(await failure(rig.admin.createTopic({ topic: 'orders' }))).toMatchObject({ code: 'route-not-found' });
  });
});

describe('admin.deleteTopic', () => {
  it('asks masters and slaves, then every name server', async () => {
    await using rig = await AdminRig.start();
    await rig.admin.deleteTopic('T');
    expect(
      rig
        .requests('deleteTopicInBroker')
        .map(({ at }) => at)
        .sort(),
    ).toEqual(['a:1', 'b:1', 's:1']);
    expect(
      rig
        .requests('deleteTopicInNamesrv')
        .map(({ at }) => at)
        .sort(),
    ).toEqual(['m:1', 'n:1']);
    for (const { fields } of rig.asked.slice(1)) expect(fields).toEqual({ topic: 'T' });
    expect(rig.asked.map(({ name }) => name).lastIndexOf('deleteTopicInBroker')).toBe(3);
  });

  it('leaves it in the name servers while a broker still has it', async () => {
    await using rig = await AdminRig.start();
    rig.answer('s:1', 'deleteTopicInBroker', { code: 1 });
    const error = await failure(rig.admin.deleteTopic('T'));
    expect(error).toMatchObject({ code: 'partly-failed', succeeded: ['a:1', 'b:1'] });
    expect(rig.requests('deleteTopicInNamesrv')).toEqual([]);
  });

  it('says which name server failed', async () => {
    await using rig = await AdminRig.start();
    rig.answer('m:1', 'deleteTopicInNamesrv', { code: 1 });
    expect([
      ...((await failure(rig.admin.deleteTopic('T'))) as { failures: Map<string, Error> }).failures.keys(),
    ]).toEqual(['m:1']);
  });
});

describe('admin.topics, admin.route and admin.cluster', () => {
  it('give what a name server knows', async () => {
    await using rig = await AdminRig.start();
    const body = encodeBody('TopicList', { topicList: ['T', 'SELF_TEST_TOPIC'] });
    for (const at of ['n:1', 'm:1']) rig.answer(at, 'getAllTopicListFromNameserver', { code: 0, body });
    expect(await rig.admin.topics()).toEqual(['T', 'SELF_TEST_TOPIC']);
    expect((await rig.admin.route('T'))?.queueDatas).toHaveLength(2);
    expect(rig.requests('getRouteinfoByTopic')[0]?.fields).toEqual({ topic: 'T', acceptStandardJsonOnly: 'true' });
    expect(Object.keys((await rig.admin.cluster()).brokerAddrTable)).toEqual(['a', 'b']);
  });

  it('have no route for a topic that does not exist', async () => {
    await using rig = await AdminRig.start();
    expect(await rig.admin.route('none')).toBeUndefined();
  });
});

describe('admin.topicStats', () => {
  const stats = (brokerName: string): Uint8Array =>
    encodeBody('TopicStatsTable', {
      offsetTable: [
        {
          queue: { topic: 'T', brokerName, queueId: 0 },
          value: { minOffset: 1n, maxOffset: 5n, lastUpdateTimestamp: 9 },
        },
      ],
    });

  it('puts the queues of all masters together, in the order of the brokers', async () => {
    await using rig = await AdminRig.start();
    for (const name of ['a', 'b']) rig.answer(`${name}:1`, 'getTopicStatsInfo', { code: 0, body: stats(name) });
    const found = await rig.admin.topicStats('T');
    expect(found?.map(({ queue }) => queue.brokerName)).toEqual(['a', 'b']);
    expect(found?.[0]?.value).toEqual({ minOffset: 1n, maxOffset: 5n, lastUpdateTimestamp: 9 });
    expect(rig.requests('getTopicStatsInfo').map(({ fields }) => fields)).toEqual([{ topic: 'T' }, { topic: 'T' }]);
  });

  it('keeps what was obtained when a broker fails', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', 'getTopicStatsInfo', { code: 0, body: stats('a') });
    rig.answer('b:1', 'getTopicStatsInfo', { code: 1, remark: 'store is closed' });
    expect(await failure(rig.admin.topicStats('T'))).toMatchObject({
      code: 'partly-failed',
      succeeded: ['a:1'],
      results: [{ queue: { brokerName: 'a' } }],
    });
  });

  it('has none of a topic that does not exist', async () => {
    await using rig = await AdminRig.start();
    expect(await rig.admin.topicStats('none')).toBeUndefined();
    expect(rig.requests('getTopicStatsInfo')).toEqual([]);
  });
});
