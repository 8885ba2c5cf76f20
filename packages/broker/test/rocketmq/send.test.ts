import { encodeBatch, encodeProperties, parseOffsetMessageId } from '@rmq/protocol/rocketmq/messages';
import { bodies, createTopic, messages, octets, pull, send, sendFields } from './raw-client.ts';
import { setUp } from './support.ts';

describe('a send', () => {
  it('stores a message and says where', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const answer = await send(client, { topic: 'T', queueId: 2, properties: { UNIQ_KEY: 'K1', TAGS: 'A' } });
    expect(answer).toMatchObject({ code: 0, flag: 1, version: 479 });
    expect(answer.extFields).toMatchObject({
      queueId: '2',
      queueOffset: '0',
      transactionId: 'K1',
      MSG_REGION: 'DefaultRegion',
      TRACE_ON: 'true',
    });
    const id = parseOffsetMessageId(answer.extFields['msgId'] ?? '');
    expect(id).toEqual({ host: { host: '127.0.0.1', port: setup.broker.endpoint.port }, physicalOffset: 0n });
    const [message] = messages(await pull(client, { topic: 'T', queueId: 2 }));
    expect(message?.properties).toEqual({
      UNIQ_KEY: 'K1',
      TAGS: 'A',
      MSG_REGION: 'DefaultRegion',
      TRACE_ON: 'true',
      CLUSTER: 'DefaultCluster',
    });
    expect(message).toMatchObject({
      flag: 7,
      queueId: 2,
      bornTimestamp: 1_700_000_000_000,
      storeTimestamp: setup.clock.now(),
    });
  });

  it('gives a message without a unique key one', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const answer = await send(client, { topic: 'T' });
    const [message] = messages(await pull(client, { topic: 'T' }));
    expect(answer.extFields['transactionId']).toMatch(/^[0-9A-F]{32}$/u);
    expect(message?.property('UNIQ_KEY')).toBe(answer.extFields['transactionId']);
  });

  it('drops a receipt of another consumer, and replaces what an earlier broker added', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T', properties: { POP_CK: 'x', MSG_REGION: 'elsewhere', a: 'b' } });
    const [message] = messages(await pull(client, { topic: 'T' }));
    expect(message?.properties).toMatchObject({ MSG_REGION: 'DefaultRegion', a: 'b' });
    expect(message?.property('POP_CK')).toBeUndefined();
  });

  it('takes long field names and one-way requests too', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const { brokerName: _none, ...fields } = sendFields({ topic: 'T' });
    const answer = await client.call('sendMessage', fields, { body: octets('long') });
    expect(answer.extFields['queueOffset']).toBe('0');
    await client.oneway('sendMessageV2', sendFields({ topic: 'T' }), { body: octets('one way') });
    expect(bodies(await pull(client, { topic: 'T' }))).toEqual(['long', 'one way']);
    expect(client.log).toEqual(['answer 0', 'answer 0']);
  });

  it('tells a batch by its field, stores it in one go and numbers its messages', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const items = ['a', 'b', 'c'].map((body) => ({
      flag: 0,
      body: octets(body),
      properties: `UNIQ_KEY\u0001${body}\u0002`,
    }));
    const answer = await client.call(
      'sendBatchMessage',
      sendFields({ topic: 'T', batch: true, properties: { UNIQ_KEY: 'all' } }),
      {
        body: encodeBatch(items),
      },
    );
    expect(answer.extFields['msgId']?.split(',')).toHaveLength(3);
    expect(answer.extFields).toMatchObject({ queueOffset: '0', transactionId: 'all' });
    const stored = messages(await pull(client, { topic: 'T' }));
    expect(stored.map((message) => [message.property('UNIQ_KEY'), message.queueOffset])).toEqual([
      ['a', 0n],
      ['b', 1n],
      ['c', 2n],
    ]);
    const single = await client.call('sendBatchMessage', sendFields({ topic: 'T' }), { body: octets('not a batch') });
    expect(single.extFields['queueOffset']).toBe('3');
  });

  it('creates its topic after the template, with no more queues than that', async () => {
    await using setup = await setUp({ defaultQueueCount: 3 });
    const client = await setup.client();
    expect((await send(client, { topic: 'T', queueId: 2 })).code).toBe(0);
    expect((await send(client, { topic: 'T', queueId: 3 })).code).toBe(29);
    expect(setup.events).toContainEqual({ type: 'topic.created', level: 'info', topic: 'T', queues: 3 });
  });

  it('picks a queue when the sender leaves it open', async () => {
    await using setup = await setUp({ random: () => 0.99 });
    const client = await setup.client();
    expect((await send(client, { topic: 'T', queueId: -1 })).extFields['queueId']).toBe('3');
  });

  it.each([
    { what: 'an unknown topic with an unknown template', wish: { topic: 'T', defaultTopic: 'none' }, code: 17 },
    { what: 'a topic of the broker itself', wish: { topic: 'SCHEDULE_TOPIC_XXXX' }, code: 16 },
    { what: 'a name no topic can have', wish: { topic: 'no topic!' }, code: 29 },
    { what: 'half of a transaction', wish: { topic: 'T', sysFlag: 4 }, code: 16 },
    { what: 'a timer message', wish: { topic: 'T', properties: { TIMER_DELAY_SEC: '5' } }, code: 1 },
    { what: 'an inner batch', wish: { topic: 'T', properties: { INNER_NUM: '5' } }, code: 13 },
    { what: 'properties beyond 32767 bytes', wish: { topic: 'T', properties: { a: 'x'.repeat(32_767) } }, code: 13 },
    {
      what: 'properties that get too long here',
      wish: { topic: 'T', properties: { a: 'x'.repeat(32_760) } },
      code: 13,
    },
  ])('refuses $what, and the connection lives on', async ({ wish, code }) => {
    await using setup = await setUp();
    const client = await setup.client();
    const answer = await send(client, wish);
    expect(answer.code).toBe(code);
    expect(answer.remark).toBeTruthy();
    expect(answer.extFields).toEqual({ MSG_REGION: 'DefaultRegion', TRACE_ON: 'true' });
    expect((await send(client, { topic: 'fine' })).code).toBe(0);
  });

  it('takes a body of the limit, not one byte more, and not an empty one', async () => {
    await using setup = await setUp({ maxMessageBytes: 1_000 });
    const client = await setup.client();
    const codes = [1_000, 1_001, 0].map(
      async (size) => (await send(client, { topic: 'T' }, new Uint8Array(size))).code,
    );
    expect(await Promise.all(codes)).toEqual([0, 13, 1]);
  });

  it('does not create topics if that is switched off', async () => {
    await using setup = await setUp({ autoCreateTopics: false });
    const client = await setup.client();
    expect((await send(client, { topic: 'T' })).code).toBe(17);
    await createTopic(client, 'T');
    expect((await send(client, { topic: 'T' })).code).toBe(0);
  });

  it('survives a batch whose lengths lie', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const body = encodeBatch([{ flag: 0, body: octets('x'), properties: encodeProperties({ a: 'b' }) }]);
    body[3] = 0xff;
    expect((await client.call('sendBatchMessage', sendFields({ topic: 'T', batch: true }), { body })).code).toBe(1);
    expect((await send(client, { topic: 'T' })).code).toBe(0);
  });
});
