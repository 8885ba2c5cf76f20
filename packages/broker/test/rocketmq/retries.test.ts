import { delayOfLevel, parseDelayLevels } from '@rmq/protocol/rocketmq/messages';
import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { bodies, createTopic, heartbeat, messages, pull, send } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';
import { setUp } from './support.ts';

const sendBack = (
  client: RawClient,
  message: StoredMessage,
  more: { delayLevel?: number; max?: number; group?: string; version?: number } = {},
): Promise<RemotingCommand> =>
  client.call(
    'consumerSendMsgBack',
    {
      group: more.group ?? 'CG',
      offset: message.physicalOffset,
      delayLevel: more.delayLevel ?? 0,
      originMsgId: undefined,
      originTopic: message.topic,
      unitMode: false,
      maxReconsumeTimes: more.max,
    },
    { version: more.version ?? 479 },
  );

describe('a delayed message', () => {
  it('comes to its own topic and queue when its level is over, not before', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const sent = await send(client, { topic: 'T', queueId: 2, properties: { DELAY: '3', TAGS: 'A' } });
    expect(sent.extFields).toMatchObject({ queueId: '2', queueOffset: '0' });
    await setup.clock.advance(9_999);
    expect((await pull(client, { topic: 'T', queueId: 2 })).code).toBe(19);
    await setup.clock.advance(1);
    const [message] = messages(await pull(client, { topic: 'T', queueId: 2, expression: 'A' }));
    expect(message).toMatchObject({ topic: 'T', queueId: 2, flag: 7, bornTimestamp: 1_700_000_000_000 });
    expect(message?.properties).toMatchObject({ REAL_TOPIC: 'T', REAL_QID: '2', DELAY: '3', TAGS: 'A' });
  });

  it('wakes a held pull', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const held = pull(client, { topic: 'T', suspendMs: 15_000 });
    await send(client, { topic: 'T', properties: { DELAY: '1' } }, 'late');
    await setup.clock.advance(1_000);
    expect(bodies(await held)).toEqual(['late']);
  });

  it('keeps the order of its level, and goes before those of longer ones', async () => {
    await using setup = await setUp({ delayLevels: '1s 5s' });
    const client = await setup.client();
    await createTopic(client, 'T');
    for (const [body, DELAY] of [
      ['long', '2'],
      ['a', '1'],
      ['b', '1'],
      ['too high', '99'],
    ]) {
      await send(client, { topic: 'T', properties: { DELAY: DELAY ?? '' } }, body);
      await setup.clock.advance(100);
    }
    await send(client, { topic: 'T' }, 'now');
    await setup.clock.advance(10_000);
    expect(bodies(await pull(client, { topic: 'T' }))).toEqual(['now', 'a', 'b', 'long', 'too high']);
  });

  it('waits on when the store is full', async () => {
    await using setup = await setUp({ maxStoreBytes: 700, delayLevels: '1s' });
    const client = await setup.client();
    await createTopic(client, 'T');
    await send(client, { topic: 'T', properties: { DELAY: '1' } }, new Uint8Array(100));
    await send(client, { topic: 'filler' }, new Uint8Array(100));
    await setup.clock.advance(1_000);
    expect(setup.events).toContainEqual({ type: 'delayed.undeliverable', level: 'warn', topic: 'T', willRetry: true });
    await client.call('deleteTopicInBroker', { topic: 'filler' });
    await setup.clock.advance(1_000);
    expect((await pull(client, { topic: 'T' })).code).toBe(0);
  });

  it('of a topic that was deleted meanwhile is dropped, with an event', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    await send(client, { topic: 'T', properties: { DELAY: '1' } });
    await client.call('deleteTopicInBroker', { topic: 'T' });
    await setup.clock.advance(1_000);
    expect(setup.events).toContainEqual({ type: 'delayed.undeliverable', level: 'warn', topic: 'T', willRetry: false });
  });
});

describe('a message that is sent back', () => {
  it('comes again later, level by level, and ends as a dead letter', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const levels = parseDelayLevels();
    await heartbeat(client, { clientId: 'c', group: 'CG', topics: ['T'] });
    const first = await send(client, { topic: 'T', properties: { TAGS: 'A', KEYS: 'k' } }, 'difficult');
    let [message] = messages(await pull(client, { topic: 'T' }));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(message?.reconsumeTimes).toBe(attempt);
      if (message === undefined) return;
      expect((await sendBack(client, message, { max: 3 })).code).toBe(0);
      const wait = delayOfLevel(3 + attempt, levels);
      await setup.clock.advance(wait - 1);
      expect((await pull(client, { topic: '%RETRY%CG', offset: BigInt(attempt) })).code).toBe(19);
      await setup.clock.advance(1);
      [message] = messages(await pull(client, { topic: '%RETRY%CG', offset: BigInt(attempt) }));
    }
    expect(message).toMatchObject({ topic: '%RETRY%CG', reconsumeTimes: 3 });
    expect(message?.properties).toMatchObject({
      RETRY_TOPIC: 'T',
      ORIGIN_MESSAGE_ID: first.extFields['msgId'],
      TAGS: 'A',
      KEYS: 'k',
      WAIT: 'false',
    });
    if (message !== undefined) await sendBack(client, message, { max: 3 });
    const [dead] = messages(await pull(client, { topic: '%DLQ%CG' }));
    expect(dead).toMatchObject({ topic: '%DLQ%CG', reconsumeTimes: 4 });
    expect(dead?.properties).toMatchObject({ RETRY_TOPIC: 'T', ORIGIN_MESSAGE_ID: first.extFields['msgId'] });
  });

  it('becomes a dead letter at once with a level below 0', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T' }, 'hopeless');
    const [message] = messages(await pull(client, { topic: 'T' }));
    if (message !== undefined) await sendBack(client, message, { delayLevel: -1 });
    expect(bodies(await pull(client, { topic: '%DLQ%CG' }))).toEqual(['hopeless']);
  });

  it('is judged by the rule of its group when the consumer is too old to have a say', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T' });
    const [message] = messages(await pull(client, { topic: 'T' }));
    if (message !== undefined) await sendBack(client, message, { max: 0, version: 120 });
    expect((await pull(client, { topic: '%DLQ%CG' })).code).toBe(17);
    if (message !== undefined) await sendBack(client, message, { max: 0, version: 121 });
    expect((await pull(client, { topic: '%DLQ%CG' })).code).toBe(0);
    await setup.clock.advance(10_000);
  });

  it('creates its group, but cannot be one that is not there', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T' });
    const [message] = messages(await pull(client, { topic: 'T' }));
    if (message === undefined) return;
    expect((await sendBack(client, message, { group: 'fresh' })).code).toBe(0);
    const missing = { ...message, physicalOffset: 99_999n, topic: 'T' };
    expect(await sendBack(client, missing)).toMatchObject({ code: 1, remark: 'look message by offset failed, 99999' });
  });

  it('may be sent to the retry topic instead, with the same end', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    const wish = { topic: '%RETRY%CG', properties: { DELAY: '3' }, maxReconsumeTimes: 2 };
    await send(client, { ...wish, reconsumeTimes: 2 }, 'again');
    await send(client, { ...wish, reconsumeTimes: 3 }, 'dead');
    expect(bodies(await pull(client, { topic: '%DLQ%CG' }))).toEqual(['dead']);
    await setup.clock.advance(10_000);
    expect(bodies(await pull(client, { topic: '%RETRY%CG' }))).toEqual(['again']);
  });
});
