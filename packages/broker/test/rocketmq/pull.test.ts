import { drain } from '@rmq/testkit';
import { subscription } from '@rmq/protocol/rocketmq/messages';
import { bodies, createTopic, heartbeat, pull, pullFields, send } from './raw-client.ts';
import { setUp } from './support.ts';

const bounds = (next: bigint, min: bigint, max: bigint): object => ({
  suggestWhichBrokerId: '0',
  nextBeginOffset: String(next),
  minOffset: String(min),
  maxOffset: String(max),
  topicSysFlag: '0',
  groupSysFlag: '0',
});

describe('a pull', () => {
  it('hands out what is there, as many as asked for', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    for (const body of ['a', 'b', 'c']) await send(client, { topic: 'T' }, body);
    const two = await pull(client, { topic: 'T', max: 2 });
    expect(two).toMatchObject({ code: 0, remark: 'FOUND', extFields: bounds(2n, 0n, 3n) });
    expect(bodies(two)).toEqual(['a', 'b']);
    expect(bodies(await pull(client, { topic: 'T', offset: 2n }))).toEqual(['c']);
  });

  it('hands out 32 messages and 256 KiB at most, but always one', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    for (let n = 0; n < 40; n += 1) await send(client, { topic: 'small' });
    expect(bodies(await pull(client, { topic: 'small', max: 1_000 }))).toHaveLength(32);
    for (let n = 0; n < 3; n += 1) await send(client, { topic: 'large' }, new Uint8Array(200_000));
    expect(bodies(await pull(client, { topic: 'large' }))).toHaveLength(1);
    await send(client, { topic: 'huge' }, new Uint8Array(2_000_000));
    expect((await pull(client, { topic: 'huge' })).body.length).toBeGreaterThan(2_000_000);
  });

  it('filters by the hash of the tag', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    // "Aa" and "BB" have the same hash: telling them apart is the client's business.
    for (const TAGS of ['Aa', 'X', 'BB', 'Y']) await send(client, { topic: 'T', properties: { TAGS } }, TAGS);
    await send(client, { topic: 'T' }, 'untagged');
    const found = await pull(client, { topic: 'T', expression: 'Aa || Y' });
    expect(bodies(found)).toEqual(['Aa', 'BB', 'Y']);
    expect(found.extFields).toMatchObject({ nextBeginOffset: '5' });
  });

  it.each([
    {
      what: 'an empty queue',
      topic: 'empty',
      offset: 0n,
      code: 19,
      remark: 'NO_MESSAGE_IN_QUEUE',
      at: bounds(0n, 0n, 0n),
    },
    {
      what: 'the end of a queue',
      topic: 'T',
      offset: 2n,
      code: 19,
      remark: 'OFFSET_OVERFLOW_ONE',
      at: bounds(2n, 0n, 2n),
    },
    {
      what: 'beyond the end',
      topic: 'T',
      offset: 9n,
      code: 21,
      remark: 'OFFSET_OVERFLOW_BADLY',
      at: bounds(2n, 0n, 2n),
    },
    {
      what: 'beyond the end of an empty queue',
      topic: 'empty',
      offset: 9n,
      code: 21,
      remark: 'OFFSET_OVERFLOW_BADLY',
      at: bounds(0n, 0n, 0n),
    },
    {
      what: 'before the beginning',
      topic: 'T',
      offset: -1n,
      code: 21,
      remark: 'OFFSET_TOO_SMALL',
      at: bounds(0n, 0n, 2n),
    },
  ])('of $what says where to go on: $code $remark', async ({ topic, offset, code, remark, at }) => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'empty');
    for (const body of ['a', 'b']) await send(client, { topic: 'T' }, body);
    expect(await pull(client, { topic, offset })).toMatchObject({ code, remark, extFields: at });
  });

  it('says at once that nothing matched', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T', properties: { TAGS: 'A' } });
    const answer = await pull(client, { topic: 'T', expression: 'B', suspendMs: 1_000 });
    expect(answer).toMatchObject({ code: 20, remark: 'NO_MATCHED_MESSAGE', extFields: bounds(1n, 0n, 1n) });
  });

  it('of a topic or queue that is not there is refused', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T', 2);
    expect((await pull(client, { topic: 'nobody' })).code).toBe(17);
    expect((await pull(client, { topic: 'T', queueId: 2 })).code).toBe(29);
    expect((await pull(client, { topic: 'T', queueId: -1 })).code).toBe(29);
    expect((await pull(client, { topic: 'T', group: 'no group!' })).code).toBe(26);
    expect((await pull(client, { topic: 'T', expression: ' || ' })).code).toBe(23);
  });

  it('without an expression needs a heartbeat, and one that is not older', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const own = { topic: 'T', expression: undefined };
    const registered = (subVersion: bigint): Promise<number> =>
      client.call('pullMessage', pullFields({ topic: own.topic, subVersion })).then(({ code }) => code);
    expect(await registered(1n)).toBe(24);
    await heartbeat(client, { clientId: 'c', group: 'CG', topics: ['other'] });
    expect(await registered(1n)).toBe(24);
    await heartbeat(client, { clientId: 'c', group: 'CG', topics: ['T'], version: 5 });
    expect(await registered(5n)).toBe(19);
    expect(await registered(6n)).toBe(25);
  });

  it('filters by what the heartbeat said', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    for (const TAGS of ['A', 'B']) await send(client, { topic: 'T', properties: { TAGS } }, TAGS);
    await heartbeat(client, { clientId: 'c', group: 'CG', subscriptions: [subscription('T', 'B', 1)] });
    expect(bodies(await client.call('pullMessage', pullFields({ topic: 'T' })))).toEqual(['B']);
    expect(bodies(await client.call('litePullMessage', pullFields({ topic: 'T', expression: '*' })))).toEqual([
      'A',
      'B',
    ]);
  });

  it('refuses a filter it does not have', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const fields = { ...pullFields({ topic: 'T', expression: 'a > 1' }), expressionType: 'SQL92' };
    expect(await client.call('pullMessage', fields)).toMatchObject({
      code: 1,
      remark: 'The broker does not support consumer to filter message by SQL92',
    });
  });

  it('may carry an offset', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T' });
    await pull(client, { topic: 'T', commit: 1n });
    const fields = { consumerGroup: 'CG', topic: 'T', queueId: 0, setZeroIfNotFound: false };
    expect((await client.call('queryConsumerOffset', fields)).extFields).toEqual({ offset: '1' });
  });
});

describe('a held pull', () => {
  it('is answered by the next message, with all that came in one go', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const held = pull(client, { topic: 'T', suspendMs: 15_000 });
    await drain();
    expect(setup.broker.stats().heldPulls).toBe(1);
    const other = await setup.client();
    await send(other, { topic: 'T' }, 'hello');
    expect(bodies(await held)).toEqual(['hello']);
    expect(setup.broker.stats().heldPulls).toBe(0);
  });

  it('is answered 19 when its time is over', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const held = pull(client, { topic: 'T', suspendMs: 15_000 });
    await setup.clock.advance(14_999);
    expect(client.log).toEqual(['answer 0']);
    await setup.clock.advance(1);
    expect(await held).toMatchObject({ code: 19, remark: 'NO_MESSAGE_IN_QUEUE', extFields: bounds(0n, 0n, 0n) });
  });

  it('waits through messages it does not want, and is told to go on behind them', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const held = pull(client, { topic: 'T', suspendMs: 15_000, expression: 'A' });
    await drain();
    await send(client, { topic: 'T', properties: { TAGS: 'B' } });
    await send(client, { topic: 'T', queueId: 1, properties: { TAGS: 'A' } });
    expect(setup.broker.stats().heldPulls).toBe(1);
    await setup.clock.advance(15_000);
    expect(await held).toMatchObject({ code: 20, extFields: bounds(1n, 0n, 1n) });
  });

  it('is woken by the one message it wants among many it does not', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    const held = pull(client, { topic: 'T', suspendMs: 15_000, expression: 'A' });
    for (const TAGS of ['B', 'B', 'A', 'B']) await send(client, { topic: 'T', properties: { TAGS } }, TAGS);
    expect(bodies(await held)).toEqual(['A']);
  });

  it('is forgotten with its connection', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    void pull(client, { topic: 'T', suspendMs: 15_000 });
    await drain();
    client.end();
    await client.over;
    await drain();
    expect(setup.broker.stats().heldPulls).toBe(0);
  });

  it('is refused as overload when too many are held', async () => {
    await using setup = await setUp({ maxHeldPulls: 1 });
    const client = await setup.client();
    await createTopic(client, 'T');
    void pull(client, { topic: 'T', suspendMs: 15_000 });
    const answer = await pull(client, { topic: 'T', suspendMs: 15_000 });
    expect(answer).toMatchObject({ code: 2, remark: expect.stringMatching(/^\[OVERLOAD\]/u) });
    await setup.clock.advance(15_000);
  });
});
