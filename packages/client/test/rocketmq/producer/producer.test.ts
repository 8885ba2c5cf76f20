import { decodeBatch, decodeProperties } from '@rmq/protocol/rocketmq/messages';
import { message, rig } from './rig.ts';

describe('a producer', () => {
  it('sends body, tags, keys and its own id, and says where the message went', async () => {
    const { broker, producer, queues } = rig();
    const result = await producer.send({ ...message, tags: 'a', keys: ['k1', 'k2'] }, { queue: queues[0] });
    const [sent] = broker.of('sendMessageV2');
    expect(decodeProperties(String(sent?.fields['properties']))).toEqual({
      KEYS: 'k1 k2',
      TAGS: 'a',
      UNIQ_KEY: result.messageId,
      WAIT: 'true',
    });
    expect(new TextDecoder().decode(sent?.body)).toBe('hello');
    expect(result).toMatchObject({ status: 'stored', queue: queues[0], offset: 0n });
  });

  it.each([
    ['body-empty', { topic: 'T', body: '' }],
    ['body-too-large', { topic: 'T', body: new Uint8Array(101) }],
    ['property-invalid', { topic: 'T', body: 'x', properties: { UNIQ_KEY: 'mine' } }],
    ['name-invalid', { topic: 'no spaces', body: 'x' }],
  ])('refuses with %s before anything is sent', async (code, bad) => {
    const { broker, producer } = rig({ maxMessageBytes: 100 });
    await expect(producer.send(bad)).rejects.toMatchObject({ code });
    expect(broker.of('sendMessageV2')).toEqual([]);
  });

  it('takes the queues in turn', async () => {
    const { broker, producer } = rig();
    for (let i = 0; i < 4; i += 1) await producer.send(message);
    expect(new Set(broker.of('sendMessageV2').map(({ fields }) => fields['queueId'])).size).toBe(4);
  });

  it('tries another broker with the same id', async () => {
    const { broker, clock, events, producer, stored } = rig();
    const names = ['broker-a', 'broker-b'];
    broker.routes.set(
      'T',
      names.map((brokerName) => ({ topic: 'T', brokerName, queueId: 0 })),
    );
    let calls = 0;
    broker.on('sendMessageV2', () => ((calls += 1) === 1 ? { code: 2, remark: 'busy' } : { fields: stored }));
    const sending = producer.send(message);
    await clock.advance(1_000);
    await sending;
    const sent = broker.of('sendMessageV2');
    expect(new Set(sent.map(({ fields }) => fields['brokerName'])).size).toBe(2);
    expect(new Set(sent.map(({ fields }) => fields['properties'])).size).toBe(1);
    expect(events).toContainEqual(expect.objectContaining({ type: 'send.retried', attempt: 1 }));
  });

  it('tries a queue that the caller named once only', async () => {
    const { broker, producer, queues } = rig();
    broker.on('sendMessageV2', () => ({ code: 2 }));
    await expect(producer.send(message, { queue: queues[1] })).rejects.toMatchObject({ responseCode: 2 });
    expect(broker.of('sendMessageV2')).toHaveLength(1);
  });

  it('does not try again what the broker refuses for good', async () => {
    const { broker, producer } = rig();
    broker.on('sendMessageV2', () => ({ code: 13 }));
    await expect(producer.send(message)).rejects.toMatchObject({ responseCode: 13 });
    expect(broker.of('sendMessageV2')).toHaveLength(1);
  });

  it('splits a batch by its encoded size and gives each message its own id and offset', async () => {
    const { broker, producer } = rig({ maxMessageBytes: 200 });
    const results = await producer.sendBatch(
      Array.from({ length: 7 }, (_, i) => ({ topic: 'T', body: `m${i.toString()}` })),
    );
    const parts = broker.of('sendBatchMessage').map(({ body }) => body ?? new Uint8Array());
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part.byteLength).toBeLessThanOrEqual(200);
    const bodies = parts.flatMap((part) => decodeBatch(part)).map(({ body }) => new TextDecoder().decode(body));
    expect(bodies).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6']);
    expect(new Set(results.map(({ messageId }) => messageId)).size).toBe(7);
    expect(results.slice(0, 2).map(({ offset }) => offset)).toEqual([7n, 8n]);
  });

  it('gives a batch no unique key, which brokers would put in the place of those of its messages', async () => {
    const { broker, producer, stored } = rig();
    broker.on('sendBatchMessage', () => ({ fields: stored }));
    const results = await producer.sendBatch([message, message]);
    const [sent] = broker.of('sendBatchMessage');
    expect(decodeProperties(String(sent?.fields['properties']))).toEqual({ WAIT: 'true' });
    const keys = decodeBatch(sent?.body ?? new Uint8Array()).map(
      ({ properties }) => decodeProperties(properties)['UNIQ_KEY'],
    );
    expect(keys).toEqual(results.map(({ messageId }) => messageId));
  });

  it('tells which messages of a batch are stored when a later part fails', async () => {
    const { broker, producer, stored } = rig({ maxMessageBytes: 200, retries: 0 });
    broker.on('sendBatchMessage', () => (broker.of('sendBatchMessage').length > 2 ? { code: 13 } : { fields: stored }));
    const messages = Array.from({ length: 9 }, (_, i) => ({ topic: 'T', body: `m${i.toString()}` }));
    const error: unknown = await producer.sendBatch(messages).catch((cause: unknown) => cause);
    const parts = broker.of('sendBatchMessage').slice(0, 2);
    const count = parts.reduce((sum, { body }) => sum + decodeBatch(body ?? new Uint8Array()).length, 0);
    expect(error).toMatchObject({ code: 'refused', responseCode: 13, stored: { length: count } });
    expect((error as Error).message).toContain(`(${count.toString()} of 9 messages are stored)`);
  });

  it('has nothing to tell of a batch whose first part fails', async () => {
    const { broker, producer } = rig({ retries: 0 });
    broker.on('sendBatchMessage', () => ({ code: 13 }));
    const error: unknown = await producer.sendBatch([message]).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'refused' });
    expect(error).not.toHaveProperty('stored');
  });

  it('takes nothing new once closed, and closes as often as asked', async () => {
    const { producer } = rig();
    await producer.close();
    await producer.close();
    await expect(producer.send(message)).rejects.toMatchObject({ code: 'producer-closed' });
  });

  it('leaves only after all parts of a batch under way are sent', async () => {
    const { broker, left, producer, stored } = rig({ maxMessageBytes: 200 });
    const leftAtSend: number[] = [];
    broker.on('sendBatchMessage', () => {
      leftAtSend.push(left.length);
      return { fields: stored };
    });
    const sending = producer.sendBatch(Array.from({ length: 9 }, () => message));
    await producer.close();
    await sending;
    expect(leftAtSend.length).toBeGreaterThan(1);
    expect(new Set(leftAtSend)).toEqual(new Set([0]));
    expect(left).toEqual(['G']);
  });
});
