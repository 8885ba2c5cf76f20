import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { failure } from '../peer.ts';
import { AdminRig, type Answer } from './rig.ts';
import { route } from '../name-server-rig.ts';

const all = 'getAllSubscriptiongroupConfig';

function table(names: readonly string[], more: object = {}, counter = 1n): Uint8Array {
  const configs = names.map((groupName) => [groupName, { groupName, ...more }] as const);
  const dataVersion = { counter, stateVersion: 0n, timestamp: 5 };
  return encodeBody('SubscriptionGroupTable', { dataVersion, subscriptionGroupTable: Object.fromEntries(configs) });
}

describe('admin.groups', () => {
  it('puts the groups of all masters together, each once, by name', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', all, { code: 0, body: table(['shop', 'billing'], { retryMaxTimes: 3 }) });
    rig.answer('b:1', all, { code: 0, body: table(['shop', 'audit']) });
    const groups = await rig.admin.groups();
    expect(groups.map(({ groupName, retryMaxTimes }) => [groupName, retryMaxTimes])).toEqual([
      ['audit', 16],
      ['billing', 3],
      ['shop', 3],
    ]);
    expect(rig.requests(all)[0]?.fields).toEqual({ groupSeq: '0', maxGroupNum: '2000', dataVersion: '' });
    expect(rig.requests(all)).toHaveLength(2);
  });

  it('knows what was obtained when a broker fails', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', all, { code: 0, body: table(['shop']) });
    rig.answer('b:1', all, { code: 1, remark: 'starting' });
    expect(await failure(rig.admin.groups())).toMatchObject({
      code: 'partly-failed',
      succeeded: ['a:1'],
      results: [{ groupName: 'shop' }],
    });
  });

  it('asks a slave where there is no master: nothing of a broker may be missing unnoticed', async () => {
    await using rig = await AdminRig.start();
    rig.masterless = true;
    rig.answer('s:1', all, { code: 0, body: table(['shop']) });
    rig.answer('b:1', all, { code: 0, body: table([]) });
    expect(await rig.admin.groups()).toHaveLength(1);
    await rig.admin.createGroup({ groupName: 'billing' });
    expect(rig.requests('updateAndCreateSubscriptiongroup').map(({ at }) => at)).toEqual(['b:1']);
  });

  it('has none where there is no broker', async () => {
    await using rig = await AdminRig.start();
    rig.masters = [];
    expect(await rig.admin.groups()).toEqual([]);
  });

  it('takes a group for data whatever its name', async () => {
    await using rig = await AdminRig.start();
    rig.masters = ['a'];
    rig.answer('a:1', all, { code: 0, body: table(['__proto__']) });
    expect((await rig.admin.groups()).map(({ groupName }) => groupName)).toEqual(['__proto__']);
  });

  describe('of a broker that pages (5.5)', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const page =
      (counter: (call: number) => bigint, size = 2) =>
      ({ extFields }: RemotingCommand): Answer => {
        calls += 1;
        const from = Number(extFields['groupSeq']);
        const body = table(names.slice(from, from + size), {}, counter(calls));
        return { code: 0, extra: { totalGroupNum: names.length.toString() }, body };
      };
    let calls = 0;
    beforeEach(() => {
      calls = 0;
    });

    it('reads page by page, naming the state that the first page is of', async () => {
      await using rig = await AdminRig.start();
      rig.masters = ['a'];
      rig.answer(
        'a:1',
        all,
        page(() => 1n),
      );
      expect((await rig.admin.groups()).map(({ groupName }) => groupName)).toEqual(names);
      const version = '{"counter":1,"stateVersion":0,"timestamp":5}';
      expect(rig.requests(all).map(({ fields }) => [fields['groupSeq'], fields['dataVersion']])).toEqual([
        ['0', ''],
        ['2', version],
        ['4', version],
      ]);
    });

    it('begins anew when groups change meanwhile', async () => {
      await using rig = await AdminRig.start();
      rig.masters = ['a'];
      rig.answer(
        'a:1',
        all,
        page((call) => (call === 1 ? 1n : 2n)),
      );
      expect((await rig.admin.groups()).map(({ groupName }) => groupName)).toEqual(names);
      expect(rig.requests(all)).toHaveLength(5);
    });

    it('gives up when they never stop changing', async () => {
      await using rig = await AdminRig.start();
      rig.masters = ['a'];
      rig.answer('a:1', all, page(BigInt));
      expect(await failure(rig.admin.groups())).toMatchObject({ code: 'body-malformed' });
      expect(rig.requests(all)).toHaveLength(16);
    });

    it('believes no total that does not come true', async () => {
      await using rig = await AdminRig.start();
      rig.masters = ['a'];
      rig.answer('a:1', all, ({ extFields }) => ({
        code: 0,
        extra: { totalGroupNum: '9999999999' },
        body: table(extFields['groupSeq'] === '0' ? ['x'] : []),
      }));
      expect(await rig.admin.groups()).toHaveLength(1);
      expect(rig.requests(all)).toHaveLength(2);
    });
  });
});

describe('admin.createGroup', () => {
  const name = 'updateAndCreateSubscriptiongroup';

  it('gives the settings to every master, with the defaults of a new group', async () => {
    await using rig = await AdminRig.start();
    await rig.admin.createGroup({ groupName: 'billing', retryMaxTimes: 3 });
    expect(
      rig
        .requests(name)
        .map(({ at }) => at)
        .sort(),
    ).toEqual(['a:1', 'b:1']);
    for (const { body } of rig.requests(name)) {
      expect(decodeBody('SubscriptionGroupConfig', body)).toMatchObject({
        groupName: 'billing',
        retryMaxTimes: 3,
        retryQueueNums: 1,
        consumeEnable: true,
        consumeBroadcastEnable: true,
      });
    }
  });

  it('writes back what groups() said, but for one change', async () => {
    await using rig = await AdminRig.start();
    rig.masters = ['a'];
    rig.answer('a:1', all, { code: 0, body: table(['shop'], { consumeEnable: false, attributes: { k: 'v' } }) });
    const [shop] = await rig.admin.groups();
    if (shop === undefined) throw new Error('no group');
    await rig.admin.createGroup({ ...shop, retryMaxTimes: 1 });
    const [request] = rig.requests(name);
    const written = decodeBody('SubscriptionGroupConfig', request?.body ?? new Uint8Array(0));
    expect(written).toEqual({ ...shop, retryMaxTimes: 1 });
  });

  it('says where it failed; fails where there is no broker', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', name, { code: 29, remark: 'bad name' });
    const error = await failure(rig.admin.createGroup({ groupName: 'billing' }));
    expect(error).toMatchObject({ code: 'partly-failed', succeeded: ['b:1'], results: undefined });
    rig.masters = [];
    expect(await failure(rig.admin.createGroup({ groupName: 'billing' }))).toMatchObject({ code: 'route-not-found' });
  });
});

describe('admin.deleteGroup', () => {
  const name = 'deleteSubscriptiongroup';

  it('leaves offsets and topics, unless told otherwise', async () => {
    await using rig = await AdminRig.start();
    await rig.admin.deleteGroup('billing');
    expect(rig.requests(name).map(({ at, fields }) => [at, fields])).toEqual(
      expect.arrayContaining([
        ['a:1', { groupName: 'billing', cleanOffset: 'false' }],
        ['b:1', { groupName: 'billing', cleanOffset: 'false' }],
      ]),
    );
    expect(rig.requests('deleteTopicInBroker')).toEqual([]);
  });

  it('deletes offsets, and retry and dead-letter topics, when told', async () => {
    await using rig = await AdminRig.start();
    await rig.admin.deleteGroup('billing', { offsets: true, topics: true });
    expect(rig.requests(name)[0]?.fields).toEqual({ groupName: 'billing', cleanOffset: 'true' });
    const topics = new Set(rig.requests('deleteTopicInNamesrv').map(({ fields }) => fields['topic']));
    expect([...topics]).toEqual(['%RETRY%billing', '%DLQ%billing']);
  });

  it('says where it failed, and leaves the topics then', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', name, { code: 1 });
    const error = await failure(rig.admin.deleteGroup('billing', { topics: true }));
    expect(error).toMatchObject({ code: 'partly-failed', succeeded: ['b:1'] });
    expect(rig.requests('deleteTopicInBroker')).toEqual([]);
  });
});

describe('admin.consumers', () => {
  const name = 'getConsumerConnectionList';
  const offline = { code: 206, remark: 'not online' };
  const online = (topic: string, ...clients: readonly string[]): Answer => ({
    code: 0,
    body: encodeBody('ConsumerConnection', {
      connectionSet: clients.map((clientId) => ({ clientId, clientAddr: '1.2.3.4:5', language: 'JAVA', version: 479 })),
      subscriptionTable: { [topic]: { topic, subString: '*', subVersion: 1 } },
      consumeType: 'CONSUME_PASSIVELY',
    }),
  });

  it('knows each member once, and all subscriptions', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', name, online('T', 'one', 'two'));
    rig.answer('b:1', name, online('U', 'two', 'three'));
    const found = await rig.admin.consumers('G');
    expect(found?.connectionSet.map(({ clientId }) => clientId)).toEqual(['one', 'two', 'three']);
    expect(Object.keys(found?.subscriptionTable ?? {})).toEqual(['T', 'U']);
    expect(found?.consumeType).toBe('CONSUME_PASSIVELY');
    expect(rig.requests(name)[0]?.fields).toEqual({ consumerGroup: 'G' });
  });

  it('asks the brokers of its retry topic once there is one', async () => {
    await using rig = await AdminRig.start();
    rig.routes.set('%RETRY%G', route(['b']));
    rig.answer('b:1', name, online('T', 'one'));
    expect((await rig.admin.consumers('G'))?.connectionSet).toHaveLength(1);
    expect(rig.requests(name).map(({ at }) => at)).toEqual(['b:1']);
  });

  it('is undefined when nobody is there; one broker that knows somebody is enough', async () => {
    await using rig = await AdminRig.start();
    for (const at of ['a:1', 'b:1']) rig.answer(at, name, offline);
    expect(await rig.admin.consumers('G')).toBeUndefined();
    rig.answer('b:1', name, online('T', 'one'));
    expect((await rig.admin.consumers('G'))?.connectionSet).toHaveLength(1);
  });

  it('does not say that nobody is there while a broker did not answer', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', name, offline);
    rig.answer('b:1', name, { code: 1 });
    expect(await failure(rig.admin.consumers('G'))).toMatchObject({ code: 'partly-failed', results: undefined });
  });
});

describe('admin.progress', () => {
  const name = 'getConsumeStats';
  const stats = (brokerName: string): Answer => ({
    code: 0,
    body: encodeBody('ConsumeStats', {
      offsetTable: [
        {
          queue: { topic: 'T', brokerName, queueId: 0 },
          value: { brokerOffset: 9n, consumerOffset: 4n, lastTimestamp: 1 },
        },
      ],
    }),
  });

  it('puts the queues of all brokers together, of one topic or all', async () => {
    await using rig = await AdminRig.start();
    for (const broker of ['a', 'b']) rig.answer(`${broker}:1`, name, stats(broker));
    const all = await rig.admin.progress('G');
    expect(all.map(({ queue }) => queue.brokerName)).toEqual(['a', 'b']);
    expect(all[0]?.value).toMatchObject({ brokerOffset: 9n, consumerOffset: 4n });
    await rig.admin.progress('G', 'T');
    expect(rig.requests(name).map(({ fields }) => fields)).toEqual([
      { consumerGroup: 'G' },
      { consumerGroup: 'G' },
      { consumerGroup: 'G', topic: 'T' },
      { consumerGroup: 'G', topic: 'T' },
    ]);
  });

  it('keeps what was obtained when a broker fails', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', name, stats('a'));
    rig.answer('b:1', name, { code: 2, remark: 'busy' });
    expect(await failure(rig.admin.progress('G'))).toMatchObject({
      results: [{ queue: { brokerName: 'a' } }],
      failures: new Map([['b:1', expect.objectContaining({ responseName: 'systemBusy', retryable: true })]]),
    });
  });
});
