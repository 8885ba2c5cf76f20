import { drain } from '@rmq/testkit';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import { createTopic, heartbeat, pull, send } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';
import { setUp } from './support.ts';

const at = { consumerGroup: 'CG', topic: 'T', queueId: 0 };
const query = (client: RawClient, setZeroIfNotFound?: boolean): Promise<RemotingCommand> =>
  client.call('queryConsumerOffset', { ...at, setZeroIfNotFound });
const update = (client: RawClient, commitOffset: bigint, more = {}): Promise<RemotingCommand> =>
  client.call('updateConsumerOffset', { ...at, commitOffset, ...more });

describe('consumer offsets', () => {
  it('are refused for a group or a topic nobody knows', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    expect(await update(client, 1n)).toMatchObject({ code: 17, remark: 'Topic T not exist!' });
    await createTopic(client, 'T');
    expect(await update(client, 1n)).toMatchObject({ code: 26, remark: 'Group CG not exist!' });
  });

  it('take any number: lower ones, beyond the end, of queues that are not there', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    for (const offset of [5n, 3n, 99_999n]) {
      expect((await update(client, offset)).code).toBe(0);
      expect((await query(client)).extFields).toEqual({ offset: String(offset) });
    }
    expect((await update(client, 7n, { queueId: 77 })).code).toBe(0);
  });

  it('start young queues at 0, unless the group minds', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    expect((await query(client)).code).toBe(22);
    await send(client, { topic: 'T' });
    expect((await query(client)).extFields).toEqual({ offset: '0' });
    expect((await query(client, false)).code).toBe(22);
  });

  it('do not start a queue at 0 that has lost its beginning', async () => {
    await using setup = await setUp({ maxStoreBytes: 500, whenFull: 'evict' });
    const client = await setup.client();
    for (let n = 0; n < 5; n += 1) await send(client, { topic: 'T' });
    expect((await query(client)).code).toBe(22);
  });

  it('begin anew after -1', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await send(client, { topic: 'T' });
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    await update(client, 1n);
    await update(client, -1n);
    expect((await query(client)).extFields).toEqual({ offset: '0' });
  });
});

describe('queue offsets', () => {
  it('are known by their ends and by time', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const start = setup.clock.now();
    for (let n = 0; n < 3; n += 1) {
      await send(client, { topic: 'T' });
      await setup.clock.advance(1_000);
    }
    const offset = async (answer: Promise<RemotingCommand>): Promise<string | undefined> =>
      (await answer).extFields['offset'];
    const where = { topic: 'T', queueId: 0 };
    expect(await offset(client.call('getMaxOffset', { ...where, committed: true }))).toBe('3');
    expect(await offset(client.call('getMinOffset', where))).toBe('0');
    const search = (ms: number, boundaryType: 'LOWER' | 'UPPER'): Promise<string | undefined> =>
      offset(client.call('searchOffsetByTimestamp', { ...where, timestamp: BigInt(start + ms), boundaryType }));
    expect(
      await Promise.all([search(-5, 'LOWER'), search(1_000, 'LOWER'), search(1_001, 'LOWER'), search(9_999, 'LOWER')]),
    ).toEqual(['0', '1', '2', '3']);
    expect(
      await Promise.all([search(-5, 'UPPER'), search(1_000, 'UPPER'), search(1_999, 'UPPER'), search(9_999, 'UPPER')]),
    ).toEqual(['0', '1', '1', '2']);
    const earliest = await client.call('getEarliestMsgStoretime', where);
    expect(earliest.extFields).toEqual({ timestamp: String(start) });
  });

  it('of what is not there are 0, its first time is -1', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const where = { topic: 'nobody', queueId: 3 };
    expect((await client.call('getMaxOffset', { ...where, committed: true })).extFields).toEqual({ offset: '0' });
    expect((await client.call('getMinOffset', where)).extFields).toEqual({ offset: '0' });
    expect((await client.call('getEarliestMsgStoretime', where)).extFields).toEqual({ timestamp: '-1' });
  });
});

describe('resetting a group', () => {
  const reset = (client: RawClient, more = {}): Promise<RemotingCommand> =>
    client.call('invokeBrokerToResetOffset', {
      topic: 'T',
      group: 'CG',
      timestamp: -1n,
      isForce: true,
      queueId: -1,
      offset: undefined,
      ...more,
    });

  it('answers held pulls with 21, and does not hear of old offsets until the next pull', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T', 2);
    for (let n = 0; n < 3; n += 1) await send(client, { topic: 'T' });
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    const held = pull(client, { topic: 'T', offset: 3n, suspendMs: 15_000 });
    await drain();
    const answer = await reset(client, { offset: 1n, queueId: 0 });
    expect(decodeBody('ResetOffset', answer.body).offsetTable).toEqual([
      { queue: { topic: 'T', brokerName: 'broker-a', queueId: 0 }, value: 1n },
    ]);
    expect(await held).toMatchObject({ code: 21, remark: 'OFFSET_RESET', extFields: { nextBeginOffset: '1' } });
    await update(client, 3n);
    expect((await query(client)).extFields).toEqual({ offset: '3' });
  });

  it('refuses to hear where a consumer is that has not pulled since', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    for (let n = 0; n < 3; n += 1) await send(client, { topic: 'T' });
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    await reset(client, { timestamp: 0n });
    expect(await update(client, 3n)).toMatchObject({ code: 0, remark: 'Offset has been previously reset' });
    expect((await query(client)).extFields).toEqual({ offset: '0' });
    expect(await pull(client, { topic: 'T', offset: 3n, commit: 3n })).toMatchObject({
      code: 21,
      extFields: { nextBeginOffset: '0' },
    });
    expect((await pull(client, { topic: 'T', offset: 0n })).code).toBe(0);
  });

  it('goes to the end, or to a time, of all queues', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const start = setup.clock.now();
    await send(client, { topic: 'T' });
    await setup.clock.advance(1_000);
    await send(client, { topic: 'T' });
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    const values = async (more: object): Promise<bigint[]> =>
      decodeBody('ResetOffset', (await reset(client, more)).body).offsetTable.map(({ value }) => value);
    expect(await values({})).toEqual([2n, 0n, 0n, 0n]);
    expect(await values({ timestamp: BigInt(start + 1) })).toEqual([1n, 0n, 0n, 0n]);
  });

  it('is refused for what is not there', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    expect((await reset(client)).code).toBe(17);
    await createTopic(client, 'T');
    expect((await reset(client)).code).toBe(26);
  });
});
