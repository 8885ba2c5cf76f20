import { drain } from '@rmq/testkit';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { heartbeat } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';
import { setUp } from './support.ts';

const members = async (client: RawClient, consumerGroup = 'CG'): Promise<readonly string[]> =>
  decodeBody('ConsumerList', (await client.call('getConsumerListByGroup', { consumerGroup })).body).consumerIdList;

describe('a heartbeat', () => {
  it('is answered with what newer clients want to know', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const answer = await heartbeat(client, { clientId: 'c', group: 'CG' });
    expect(answer).toMatchObject({
      code: 0,
      version: 479,
      extFields: { IS_SUPPORT_HEART_BEAT_V2: 'true', IS_SUB_CHANGE: 'true' },
    });
  });

  it('tells all members of a new one, before it is answered', async () => {
    await using setup = await setUp();
    const [first, second] = [await setup.client(), await setup.client()];
    await heartbeat(first, { clientId: 'a', group: 'CG' });
    expect(first.log).toEqual(['request 40', 'answer 0']);
    await heartbeat(second, { clientId: 'b', group: 'CG' });
    expect(second.log).toEqual(['request 40', 'answer 0']);
    await drain();
    expect(first.log).toEqual(['request 40', 'answer 0', 'request 40']);
    expect(first.requests[1]).toMatchObject({ code: 40, flag: 2, extFields: { consumerGroup: 'CG' } });
    expect([...(await members(first))].sort()).toEqual(['a', 'b']);
  });

  it('tells nobody when nothing but a version changed, and all when a topic did', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await heartbeat(client, { clientId: 'a', group: 'CG', version: 1 });
    await heartbeat(client, { clientId: 'a', group: 'CG', version: 2 });
    expect(client.requests).toHaveLength(1);
    await heartbeat(client, { clientId: 'a', group: 'CG', topics: ['T', 'U'] });
    await heartbeat(client, { clientId: 'a', group: 'CG', topics: ['T'] });
    expect(client.requests).toHaveLength(3);
  });

  it('does not trouble members of a broadcasting group', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await heartbeat(client, { clientId: 'a', group: 'CG', broadcasting: true });
    expect(client.log).toEqual(['answer 0']);
  });

  it('creates the retry topic of its group', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await heartbeat(client, { clientId: 'a', group: 'CG' });
    const name = await setup.nameClient();
    const route = await name.call('getRouteinfoByTopic', { topic: '%RETRY%CG', acceptStandardJsonOnly: true });
    expect(route.code).toBe(0);
  });

  it('that makes no sense is refused, and the connection lives on', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const bad = await client.call('heartBeat', {}, { body: new TextEncoder().encode('not json') });
    expect(bad.code).toBe(1);
    expect((await client.call('heartBeat', {})).code).toBe(1);
    expect((await heartbeat(client, { clientId: 'a', group: 'CG' })).code).toBe(0);
  });
});

describe('members', () => {
  it('leave by their connection, whatever id they give', async () => {
    await using setup = await setUp();
    const [first, second] = [await setup.client(), await setup.client()];
    await heartbeat(first, { clientId: 'a', group: 'CG' });
    await second.call('unregisterClient', { clientID: 'a', consumerGroup: 'CG', producerGroup: undefined });
    expect(await members(first)).toEqual(['a']);
    await first.call('unregisterClient', { clientID: 'whatever', consumerGroup: 'CG', producerGroup: undefined });
    expect(await first.call('getConsumerListByGroup', { consumerGroup: 'CG' })).toMatchObject({
      code: 1,
      remark: 'no consumer for this group, CG',
    });
  });

  it('that leave, or whose connection ends, are missed by the others at once', async () => {
    await using setup = await setUp();
    const [first, second, third] = [await setup.client(), await setup.client(), await setup.client()];
    for (const [id, client] of Object.entries({ a: first, b: second, c: third }))
      await heartbeat(client, { clientId: id, group: 'CG' });
    first.requests.length = 0;
    await second.call('unregisterClient', { clientID: 'b', consumerGroup: 'CG', producerGroup: undefined });
    third.end();
    await third.over;
    await drain();
    expect(first.requests.map(({ code }) => code)).toEqual([40, 40]);
    expect(await members(first)).toEqual(['a']);
    expect(setup.events).toContainEqual({ type: 'consumers.changed', level: 'info', group: 'CG', members: ['a'] });
  });

  it('that say nothing for two minutes are gone', async () => {
    await using setup = await setUp();
    const [first, second] = [await setup.client(), await setup.client()];
    await heartbeat(first, { clientId: 'a', group: 'CG' });
    await heartbeat(second, { clientId: 'b', group: 'CG' });
    for (let n = 0; n < 5; n += 1) {
      await setup.clock.advance(30_000);
      await heartbeat(first, { clientId: 'a', group: 'CG' });
      void second.call('getMinOffset', { topic: 'T', queueId: 0 }); // alive, but no member any more
    }
    expect(await second.over).toBeInstanceOf(Error);
    expect(await members(first)).toEqual(['a']);
  });

  it('are listed with where they come from, and what they want', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await heartbeat(client, { clientId: 'a', group: 'CG', topics: ['T'], producers: [{ groupName: 'PG' }] });
    const consumers = decodeBody(
      'ConsumerConnection',
      (await client.call('getConsumerConnectionList', { consumerGroup: 'CG' })).body,
    );
    expect(consumers).toMatchObject({
      connectionSet: [{ clientId: 'a', language: 'NODE_JS', version: 479 }],
      messageModel: 'CLUSTERING',
      consumeType: 'CONSUME_PASSIVELY',
      subscriptionTable: { T: { topic: 'T', subString: '*' } },
    });
    const producers = decodeBody(
      'ProducerConnection',
      (await client.call('getProducerConnectionList', { producerGroup: 'PG' })).body,
    );
    expect(producers.connectionSet.map(({ clientId }) => clientId)).toEqual(['a']);
    const all = decodeBody('ProducerTable', (await client.call('getAllProducerInfo', {})).body);
    expect(all.data['PG']).toMatchObject([{ clientId: 'a', lastUpdateTimestamp: setup.clock.now() }]);
    expect((await client.call('getConsumerConnectionList', { consumerGroup: 'none' })).code).toBe(206);
    expect((await client.call('getProducerConnectionList', { producerGroup: 'none' })).code).toBe(1);
  });
});

describe('queue locks', () => {
  it('are given to one client of a group, until it gives them back or stops renewing', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const mqSet = [{ topic: 'T', brokerName: 'broker-a', queueId: 1 }];
    const body = (clientId: string): { body: Uint8Array } => ({
      body: encodeBody('LockBatchRequest', { clientId, consumerGroup: 'CG', mqSet, onlyThisBroker: false }),
    });
    const lock = async (clientId: string): Promise<number> =>
      decodeBody('LockBatchResponse', (await client.call('lockBatchMq', {}, body(clientId))).body).lockOKMQSet.length;
    expect([await lock('a'), await lock('b'), await lock('a')]).toEqual([1, 0, 1]);
    await client.call('unlockBatchMq', {}, body('b'));
    expect(await lock('b')).toBe(0);
    await client.call('unlockBatchMq', {}, body('a'));
    expect(await lock('b')).toBe(1);
    await setup.clock.advance(60_000);
    expect(await lock('a')).toBe(1);
  });
});
