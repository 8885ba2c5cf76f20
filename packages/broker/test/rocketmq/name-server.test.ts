import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { createTopic, heartbeat, send } from './raw-client.ts';
import { setUp } from './support.ts';

const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('the name server', () => {
  it('writes routes as JSON for new clients, and as old ones know them for the rest', async () => {
    await using setup = await setUp();
    const [client, name] = [await setup.client(), await setup.nameClient()];
    await createTopic(client, 'T', 4);
    const route = async (version: number, acceptStandardJsonOnly?: boolean): Promise<string> =>
      asText((await name.call('getRouteinfoByTopic', { topic: 'T', acceptStandardJsonOnly }, { version })).body);
    const address = `127.0.0.1:${setup.broker.endpoint.port}`;
    expect(JSON.parse(await route(401))).toMatchObject({
      brokerDatas: [{ brokerName: 'broker-a', cluster: 'DefaultCluster', brokerAddrs: { '0': address } }],
      queueDatas: [{ brokerName: 'broker-a', perm: 6, readQueueNums: 4, writeQueueNums: 4, topicSysFlag: 0 }],
    });
    expect(await route(317)).toContain(`{0:"${address}"}`);
    expect(await route(317, true)).toBe(await route(401));
  });

  it('says 17 for a topic without a route', async () => {
    await using setup = await setUp();
    const name = await setup.nameClient();
    const answer = await name.call('getRouteinfoByTopic', { topic: 'T', acceptStandardJsonOnly: undefined });
    expect(answer).toMatchObject({ code: 17, remark: 'No topic route info in name server for the topic: T' });
  });

  it('knows a topic as soon as it is created, by whatever', async () => {
    await using setup = await setUp();
    const [client, name] = [await setup.client(), await setup.nameClient()];
    await send(client, { topic: 'sent' });
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    const topics = decodeBody('TopicList', (await name.call('getAllTopicListFromNameserver', {})).body).topicList;
    expect(topics).toEqual(expect.arrayContaining(['sent', '%RETRY%CG', 'TBW102']));
    const ofCluster = async (cluster: string): Promise<number> =>
      decodeBody('TopicList', (await name.call('getTopicsByCluster', { cluster })).body).topicList.length;
    expect([await ofCluster('DefaultCluster'), await ofCluster('other')]).toEqual([topics.length, 0]);
  });

  it('shows the cluster', async () => {
    await using setup = await setUp({ clusterName: 'C', brokerName: 'B', advertisedHost: 'example.org' });
    const name = await setup.nameClient();
    expect(decodeBody('ClusterInfo', (await name.call('getBrokerClusterInfo', {})).body)).toMatchObject({
      brokerAddrTable: {
        B: { brokerName: 'B', cluster: 'C', brokerAddrs: { 0: `example.org:${setup.broker.endpoint.port}` } },
      },
      clusterAddrTable: { C: ['B'] },
    });
    const system = decodeBody('TopicList', (await name.call('getSystemTopicListFromNs', {})).body);
    expect(system.topicList).toEqual(['C', 'B']);
  });

  it('forgets a topic, and takes the word of others for it', async () => {
    await using setup = await setUp();
    const [client, name] = [await setup.client(), await setup.nameClient()];
    await createTopic(client, 'T');
    const route = () => name.call('getRouteinfoByTopic', { topic: 'T', acceptStandardJsonOnly: true });
    const body = encodeBody('TopicRouteData', decodeBody('TopicRouteData', (await route()).body));
    await name.call('deleteTopicInNamesrv', { topic: 'T', clusterName: undefined });
    expect((await route()).code).toBe(17);
    await name.call('registerTopicInNamesrv', { topic: 'T' }, { body });
    expect((await route()).code).toBe(0);
    await client.call('deleteTopicInBroker', { topic: 'T' });
    expect((await route()).code).toBe(17);
  });

  it('takes the permission to write away and gives it back', async () => {
    await using setup = await setUp();
    const [client, name] = [await setup.client(), await setup.nameClient()];
    await createTopic(client, 'T');
    const perm = async (): Promise<number | undefined> =>
      decodeBody(
        'TopicRouteData',
        (await name.call('getRouteinfoByTopic', { topic: 'T', acceptStandardJsonOnly: true })).body,
      ).queueDatas[0]?.perm;
    const wiped = await name.call('wipeWritePermOfBroker', { brokerName: 'broker-a' });
    expect([Number(wiped.extFields['wipeTopicCount']) > 0, await perm()]).toEqual([true, 4]);
    await name.call('addWritePermOfBroker', { brokerName: 'broker-a' });
    expect(await perm()).toBe(6);
    expect((await name.call('wipeWritePermOfBroker', { brokerName: 'other' })).extFields).toEqual({
      wipeTopicCount: '0',
    });
  });

  it('keeps settings by namespace and key', async () => {
    await using setup = await setUp({ maxNames: 20 });
    const name = await setup.nameClient();
    const at = { namespace: 'N', key: 'k' };
    expect(await name.call('getKvConfig', at)).toMatchObject({
      code: 22,
      remark: 'No config item, Namespace: N Key: k',
    });
    await name.call('putKvConfig', { ...at, value: 'v' });
    expect((await name.call('getKvConfig', at)).extFields).toEqual({ value: 'v' });
    expect(decodeBody('KVTable', (await name.call('getKvlistByNamespace', { namespace: 'N' })).body).table).toEqual({
      k: 'v',
    });
    await name.call('deleteKvConfig', at);
    await name.call('deleteKvConfig', at);
    expect(await name.call('getKvlistByNamespace', { namespace: 'N' })).toMatchObject({ code: 22 });
    for (let n = 0; n < 20; n += 1) await name.call('putKvConfig', { ...at, key: `k${n}`, value: 'v' });
    expect((await name.call('putKvConfig', { ...at, key: 'one more', value: 'v' })).code).toBe(2);
  });

  it('is not the broker, nor the broker a name server', async () => {
    await using setup = await setUp();
    const [client, name] = [await setup.client(), await setup.nameClient()];
    const route = await client.call('getRouteinfoByTopic', { topic: 'T', acceptStandardJsonOnly: true });
    expect(route).toMatchObject({ code: 3, remark: ' request type 105 not supported' });
    expect((await name.call('getMaxOffset', { topic: 'T', queueId: 0, committed: true })).code).toBe(3);
  });
});
