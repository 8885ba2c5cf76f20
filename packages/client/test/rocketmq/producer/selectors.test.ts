import { javaHash, type MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { seededRandom } from '@rmq/testkit';
import { hashByKey, random, roundRobin } from '../../../src/rocketmq/producer/selectors.ts';
import { message, rig } from './rig.ts';

const queuesOf = (topic: string, count: number): MessageQueue[] =>
  Array.from({ length: count }, (_, queueId) => ({ topic, brokerName: 'a', queueId }));
const ids = (count: number, choose: () => MessageQueue): number[] =>
  Array.from({ length: count }, () => choose().queueId);

describe('roundRobin', () => {
  it.each([
    [0, [0, 1, 2, 0, 1, 2]],
    [0.5, [1, 2, 0, 1, 2, 0]],
    [0.99, [2, 0, 1, 2, 0, 1]],
  ])('starts where chance (%d) says, then takes all in turn', (chance, expected) => {
    const select = roundRobin(() => chance);
    const queues = queuesOf('T', 3);
    expect(ids(6, () => select(queues, message))).toEqual(expected);
  });

  it('counts for each topic alone', () => {
    const chances = [0, 0.5];
    const select = roundRobin(() => chances.shift() ?? 0);
    const [of, other] = [queuesOf('T', 4), queuesOf('U', 4)];
    const taken = [0, 1, 2].map(() => [select(of, message).queueId, select(other, { topic: 'U', body: '' }).queueId]);
    expect(taken).toEqual([
      [0, 2],
      [1, 3],
      [2, 0],
    ]);
  });

  it('goes on in turn when the number of queues changes', () => {
    const select = roundRobin(() => 0);
    expect(ids(4, () => select(queuesOf('T', 4), message))).toEqual([0, 1, 2, 3]);
    expect(ids(3, () => select(queuesOf('T', 2), message))).toEqual([0, 1, 0]);
    expect(ids(4, () => select(queuesOf('T', 6), message))).toEqual([1, 2, 3, 4]);
  });

  it('starts by the chance of the client and gives all queues the same number', async () => {
    const { producer, sent } = rig({}, { random: () => 0.6 });
    for (let i = 0; i < 8; i += 1) await producer.send(message);
    expect(sent().map(({ fields }) => fields['queueId'])).toEqual([2, 3, 0, 1, 2, 3, 0, 1]);
  });

  it('does not come back to a broker that is gone with every other message', async () => {
    const { answer, producer, sent, spread } = rig();
    spread('broker-a', 'broker-b');
    answer(({ address }) => (address === 'broker-a:1' ? { code: 2 } : {}));
    for (let i = 0; i < 10; i += 1) await producer.send(message);
    expect(sent().length).toBeLessThanOrEqual(16);
  });
});

describe('random', () => {
  it('takes the queue that chance says, and every one sooner or later', () => {
    const queues = queuesOf('T', 4);
    expect(random(() => 0.25)(queues, message)).toBe(queues[1]);
    expect(random(() => 0.999)(queues, message)).toBe(queues[3]);
    const select = random(seededRandom(1));
    expect(new Set(ids(100, () => select(queues, message))).size).toBe(4);
  });
});

describe('hashByKey', () => {
  it('takes the queue that Java takes for the same key, also for negative hashes', () => {
    const select = hashByKey();
    const queues = queuesOf('T', 3);
    // The remainder keeps the sign of the hash, then counts without it.
    expect(javaHash('polygenelubricants')).toBe(-2_147_483_648);
    expect(select(queues, { ...message, shardingKey: 'polygenelubricants' }).queueId).toBe(2);
    expect(select(queues, { ...message, shardingKey: 'order-42' }).queueId).toBe(1_234_255_197 % 3);
    expect(select(queues, { ...message, shardingKey: 'ORDER_CREATED_V2_INTERNATIONAL' }).queueId).toBe(
      1_648_380_269 % 3,
    );
  });

  it('takes whatever key the caller says', () => {
    const select = hashByKey(({ tags }) => tags);
    expect(select(queuesOf('T', 4), { ...message, tags: 'a' }).queueId).toBe(97 % 4);
  });

  it('refuses a message without a key, and nothing is sent', async () => {
    const { producer, sent } = rig({ selector: hashByKey() });
    await expect(producer.send(message)).rejects.toMatchObject({ code: 'sharding-key-missing' });
    await producer.send({ ...message, shardingKey: 'a' });
    expect(sent().map(({ fields }) => fields['queueId'])).toEqual([1]);
  });
});

describe('a selector of the caller', () => {
  it('gets all queues and the message, and decides', async () => {
    const { producer, queues, sent } = rig();
    const seen: unknown[] = [];
    const queue = (given: readonly MessageQueue[], about: unknown): MessageQueue => {
      seen.push(given, about);
      return given[3] ?? { topic: 'T', brokerName: 'none', queueId: 0 };
    };
    await producer.send(message, { queue });
    expect(seen).toEqual([queues, message]);
    expect(sent()[0]?.fields['queueId']).toBe(3);
  });

  it('makes the send fail with what it throws', async () => {
    const { producer, sent } = rig();
    const fault = new Error('cannot decide');
    const queue = (): never => {
      throw fault;
    };
    await expect(producer.send(message, { queue })).rejects.toBe(fault);
    await expect(producer.sendOneway(message, { queue })).rejects.toBe(fault);
    await expect(producer.sendBatch([message], { queue })).rejects.toBe(fault);
    expect(sent()).toEqual([]);
  });

  it('may not make up a queue', async () => {
    const { producer, sent } = rig({ selector: () => ({ topic: 'T', brokerName: 'broker-a', queueId: 0 }) });
    await expect(producer.send(message)).rejects.toMatchObject({ code: 'queue-unknown' });
    expect(sent()).toEqual([]);
  });

  it('is asked once: there is one attempt', async () => {
    const { answer, producer, queues, sent } = rig();
    answer({ code: 2 });
    let asked = 0;
    const queue = (): MessageQueue => {
      asked += 1;
      return queues[0] ?? { topic: 'T', brokerName: 'none', queueId: 0 };
    };
    await expect(producer.send(message, { queue })).rejects.toMatchObject({ responseCode: 2 });
    expect([asked, sent().length]).toEqual([1, 1]);
  });
});
