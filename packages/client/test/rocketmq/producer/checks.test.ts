import { batchItemBytes } from '@rmq/protocol/rocketmq/messages';
import type { OutgoingMessage } from '../../../src/rocketmq/producer/outgoing-message.ts';
import type { SendOptions } from '../../../src/rocketmq/producer/producer.ts';
import { message, rig } from './rig.ts';

const MAX_INT32 = 2 ** 31 - 1;

describe('before anything is sent', () => {
  it.each<[string, Partial<OutgoingMessage>]>([
    ['delayLevel', { delayLevel: 0 }],
    ['delayLevel', { delayLevel: 1.5 }],
    ['delayLevel', { delayLevel: MAX_INT32 + 1 }],
    ['delayLevel', { delayLevel: Number.NaN }],
    ['flag', { flag: MAX_INT32 + 1 }],
    ['flag', { flag: -MAX_INT32 - 2 }],
    ['flag', { flag: 0.5 }],
  ])('%s must be a whole number in range: %j', async (name, bad) => {
    const { producer, sent } = rig();
    const code = 'value-out-of-range';
    await expect(producer.send({ ...message, ...bad })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(name) as unknown,
    });
    await expect(producer.sendOneway({ ...message, ...bad })).rejects.toMatchObject({ code });
    expect(sent()).toEqual([]);
  });

  it.each<[string, Partial<OutgoingMessage>, Record<string, unknown>]>([
    ['the lowest flag', { flag: -MAX_INT32 - 1 }, { flag: -MAX_INT32 - 1 }],
    ['the highest flag', { flag: MAX_INT32 }, { flag: MAX_INT32 }],
    ['the first delay level', { delayLevel: 1 }, { properties: expect.stringContaining('DELAY\u00011\u0002') }],
    ['a level of another broker', { delayLevel: 40 }, { properties: expect.stringContaining('DELAY\u000140\u0002') }],
  ])('%s is taken', async (_, good, fields) => {
    const { producer, sent } = rig();
    await producer.send({ ...message, ...good });
    expect(sent()[0]?.fields).toMatchObject(fields);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_INT32 + 1])(
    'timeoutMs must be a time that a timer can take, not %d',
    async (timeoutMs) => {
      const { broker, producer } = rig();
      const error = { code: 'value-out-of-range', message: expect.stringContaining('timeoutMs') as unknown };
      await expect(producer.send(message, { timeoutMs })).rejects.toMatchObject(error);
      await expect(producer.sendOneway(message, { timeoutMs })).rejects.toMatchObject(error);
      await expect(producer.sendBatch([message], { timeoutMs })).rejects.toMatchObject(error);
      expect(broker.seen).toEqual([]);
    },
  );

  it('properties must fit into 32767 bytes of UTF-8', async () => {
    const { producer, sent } = rig();
    const with1 = (length: number): OutgoingMessage => ({ ...message, properties: { a: 'é'.repeat(length) } });
    await producer.send(with1(1));
    const others = new TextEncoder().encode(String(sent()[0]?.fields['properties'])).byteLength - 2;
    const most = Math.floor((32_767 - others) / 2);
    await producer.send(with1(most));
    await expect(producer.send(with1(most + 1))).rejects.toMatchObject({
      code: 'properties-too-large',
      message: expect.stringMatching(/take 3276[89] bytes, the limit is 32767/) as unknown,
    });
    expect(sent()).toHaveLength(2);
  });

  it.each<[string, Partial<OutgoingMessage>]>([
    ['name-invalid', { topic: 'SCHEDULE_TOPIC_XXXX' }],
    ['name-invalid', { topic: '' }],
    ['property-invalid', { keys: ['two words'] }],
    ['property-invalid', { keys: [''] }],
    ['property-invalid', { tags: '' }],
    ['property-invalid', { properties: { a: '\u0001' } }],
    ['property-invalid', { properties: { DELAY: '3' } }],
  ])('what brokers would refuse or lose is refused: %s, %j', async (code, bad) => {
    const { broker, producer } = rig();
    await expect(producer.send({ ...message, ...bad })).rejects.toMatchObject({ code });
    expect(broker.seen).toEqual([]);
  });

  it('a queue must be one of the topic', async () => {
    const { producer, sent } = rig();
    const options: SendOptions = { queue: { topic: 'U', brokerName: 'broker-a', queueId: 0 } };
    await expect(producer.send(message, options)).rejects.toMatchObject({ code: 'queue-unknown' });
    expect(sent()).toEqual([]);
  });
});

describe('before any part of a batch is sent', () => {
  it('each message must fit with its properties: the error names it, and how large it is', async () => {
    const { broker, producer } = rig({ maxMessageBytes: 200 });
    const bad = { topic: 'T', body: new Uint8Array(180) };
    const size = batchItemBytes({ flag: 0, body: bad.body, properties: { UNIQ_KEY: 'KEY-3', WAIT: 'true' } });
    expect(size).toBeGreaterThan(200);
    await expect(producer.sendBatch([message, message, bad])).rejects.toMatchObject({
      code: 'body-too-large',
      message: expect.stringContaining(`message 2 of the batch takes ${size.toString()} bytes`) as unknown,
    });
    expect(broker.seen).toEqual([]);
  });

  it.each<[string, OutgoingMessage]>([
    ['another topic', { topic: 'U', body: 'x' }],
    ['a delay', { topic: 'T', body: 'x', delayLevel: 1 }],
    ['another waitStored', { topic: 'T', body: 'x', waitStored: false }],
  ])('no message may have %s', async (_, bad) => {
    const { broker, producer } = rig();
    await expect(producer.sendBatch([message, bad])).rejects.toMatchObject({
      code: 'batch-invalid',
      message: expect.stringContaining('message 1') as unknown,
    });
    expect(broker.seen).toEqual([]);
  });

  it('waitStored that is true by default equals one that says so', async () => {
    const { producer } = rig();
    await expect(producer.sendBatch([message, { ...message, waitStored: true }])).resolves.toHaveLength(2);
  });

  it('its topic may not be a retry topic', async () => {
    const { producer } = rig();
    const retried = { topic: '%RETRY%G', body: 'x' };
    await expect(producer.sendBatch([retried])).rejects.toMatchObject({ code: 'batch-invalid' });
  });

  it('no messages are no request', async () => {
    const { broker, producer } = rig();
    await expect(producer.sendBatch([])).resolves.toEqual([]);
    expect(broker.seen).toEqual([]);
  });
});
