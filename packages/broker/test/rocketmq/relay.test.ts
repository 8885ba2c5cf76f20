import { encodeFrame } from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { decodeMessages } from '@rmq/protocol/rocketmq/messages';
import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import { heartbeat, octets, response, send } from './raw-client.ts';
import { setUp } from './support.ts';

describe('asking a consumer through the broker', () => {
  const info = { consumerGroup: 'CG', clientId: 'c', jstackEnable: false };

  it('hands the answer on as it is', async () => {
    await using setup = await setUp();
    const [admin, consumer] = [await setup.client(), await setup.client()];
    await heartbeat(consumer, { clientId: 'c', group: 'CG' });
    consumer.onRequest = (command) =>
      response(command, { code: 5, remark: 'mine', body: octets('{"x":1}'), language: 'GO', version: 400 });
    const answer = await admin.call('getConsumerRunningInfo', info);
    expect(answer).toMatchObject({ code: 5, remark: 'mine', language: 'GO', version: 400 });
    expect(new TextDecoder().decode(answer.body)).toBe('{"x":1}');
    expect(consumer.requests.at(-1)).toMatchObject({
      code: 307,
      flag: 0,
      extFields: { consumerGroup: 'CG', clientId: 'c' },
    });
  });

  it('gives up on a consumer that does not answer, and does not mind a late answer', async () => {
    await using setup = await setUp();
    const [admin, consumer] = [await setup.client(), await setup.client()];
    await heartbeat(consumer, { clientId: 'c', group: 'CG' });
    let asked: RemotingCommand | undefined;
    consumer.onRequest = (command) => {
      asked = command;
      return undefined;
    };
    const answer = admin.call('getConsumerRunningInfo', info);
    await setup.clock.advance(10_000);
    expect(await answer).toMatchObject({ code: 207, remark: expect.stringContaining('Timeout') });
    consumer.onRequest = undefined;
    if (asked !== undefined) await consumer.bytes(encode(asked));
    expect((await heartbeat(consumer, { clientId: 'c', group: 'CG' })).code).toBe(0);
  });

  it('says so when the consumer is not there, too old, or goes away', async () => {
    await using setup = await setUp();
    const [admin, consumer] = [await setup.client(), await setup.client()];
    expect(await admin.call('getConsumerRunningInfo', info)).toMatchObject({
      code: 1,
      remark: 'The Consumer <CG> <c> not online',
    });
    await heartbeat(consumer, { clientId: 'c', group: 'CG' });
    const answer = admin.call('getConsumerRunningInfo', info);
    consumer.end();
    expect((await answer).code).toBe(207);
  });

  it('gives one message to one consumer', async () => {
    await using setup = await setUp();
    const [admin, consumer] = [await setup.client(), await setup.client()];
    await heartbeat(consumer, { clientId: 'c', group: 'CG' });
    const sent = await send(admin, { topic: 'T' }, 'for you');
    consumer.onRequest = (command) => response(command, { code: 0, body: octets('{"consumeResult":"CR_SUCCESS"}') });
    const fields = {
      consumerGroup: 'CG',
      clientId: 'c',
      brokerName: undefined,
      topic: 'T',
      topicSysFlag: undefined,
      groupSysFlag: undefined,
    };
    const answer = await admin.call('consumeMessageDirectly', { ...fields, msgId: sent.extFields['msgId'] });
    expect(answer.code).toBe(0);
    const asked = consumer.requests.at(-1);
    expect(asked?.extFields).toMatchObject({ brokerName: 'broker-a', consumerGroup: 'CG' });
    const [message] = decodeMessages(asked?.body ?? new Uint8Array());
    expect(new TextDecoder().decode(message?.body)).toBe('for you');
    expect((await admin.call('consumeMessageDirectly', { ...fields, msgId: 'not an id' })).code).toBe(1);
    expect(
      (await admin.call('consumeMessageDirectly', { ...fields, msgId: '7F00000100002A9F00000000000003E7' })).code,
    ).toBe(1);
  });

  it('collects how far all members are', async () => {
    await using setup = await setUp();
    const [admin, first, second, silent] = [
      await setup.client(),
      await setup.client(),
      await setup.client(),
      await setup.client(),
    ];
    const queue = (queueId: number): { topic: string; brokerName: string; queueId: number } => ({
      topic: 'T',
      brokerName: 'broker-a',
      queueId,
    });
    for (const [n, client] of [first, second, silent].entries()) {
      await heartbeat(client, { clientId: `c${n}`, group: 'CG' });
      if (client === silent) continue;
      client.onRequest = (command) =>
        command.code === 221
          ? response(command, {
              code: 0,
              body: encodeBody('ConsumerStatus', { messageQueueTable: [{ queue: queue(n), value: 5n }] }),
            })
          : undefined;
    }
    const answer = admin.call('invokeBrokerToGetConsumerStatus', { topic: 'T', group: 'CG', clientAddr: undefined });
    await setup.clock.advance(5_000);
    expect(decodeBody('ConsumerStatus', (await answer).body).consumerTable).toEqual({
      c0: [{ queue: queue(0), value: 5n }],
      c1: [{ queue: queue(1), value: 5n }],
    });
    expect(
      (await admin.call('invokeBrokerToGetConsumerStatus', { topic: 'T', group: 'none', clientAddr: undefined })).code,
    ).toBe(1);
  });
});

function encode(command: RemotingCommand): Uint8Array {
  return encodeFrame(response(command, { code: 0 }));
}
