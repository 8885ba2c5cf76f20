import { connect, type Consumer, type ReceivedMessage, type RocketmqClient } from '@rmq/client/rocketmq';
import type { Dial } from '@rmq/transport';
import { sameBytes } from './assert.ts';

/** What a scenario needs of its surroundings: any cluster whose delay levels begin with 1, 2 and 3 seconds. */
export interface Surroundings {
  /** `host:port` of a name server. */
  readonly nameServer: string;
  /** The way there. */
  readonly dial: Dial;
  /** A name that no other scenario uses. */
  readonly unique: (name: string) => string;
}

/** One thing users do, run alike against every cluster. Rejects when it does not work. */
export interface Scenario {
  readonly name: string;
  readonly run: (around: Surroundings) => Promise<void>;
}

/** Scenarios run side by side: Chromium lets WebSockets that a page opens all at once wait for seconds. Milliseconds. */
const patience = { requestTimeoutMs: 20_000, connectTimeoutMs: 15_000 };

function scenario(name: string, body: (client: RocketmqClient, around: Surroundings) => Promise<void>): Scenario {
  return {
    name,
    async run(around) {
      const { nameServer, dial } = around;
      const client = await connect({ nameServers: [nameServer], dial, ...patience });
      try {
        await body(client, around);
      } finally {
        await client.close();
      }
    },
  };
}

function same(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${what}: expected ${String(b)}, found ${String(a)}`);
}

/** Reads messages until there are `count`, acknowledging each, and leaves the group. */
async function read(consumer: Consumer, count: number): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  for await (const message of consumer) {
    messages.push(message);
    await message.ack();
    if (messages.length === count) break;
  }
  return messages;
}

async function code(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return undefined;
}

const bodies = (messages: readonly ReceivedMessage[]): string[] => messages.map((message) => message.text()).sort();

/** What RocketMQ users do. */
export const scenarios: readonly Scenario[] = [
  scenario('carries tags, keys, properties and unicode', async (client, { unique }) => {
    const topic = unique('all');
    await client.admin.createTopic({ topic, queues: 2 });
    const producer = await client.producer({ group: unique('producers') });
    const properties = { color: 'grün', emoji: '🚀' };
    const sent = await producer.send({
      topic,
      body: 'héllo 世界',
      tags: 'new',
      keys: ['k1', 'k2'],
      properties,
      flag: 7,
    });
    same(sent.status, 'stored', 'status');
    const consumer = await client.consumer({ group: unique('group'), subscribe: { [topic]: '*' }, startFrom: 'first' });
    const [message] = await read(consumer, 1);
    if (message === undefined) throw new Error('nothing came');
    same([message.text(), message.tags, message.keys, message.flag], ['héllo 世界', 'new', ['k1', 'k2'], 7], 'message');
    same([message.properties['color'], message.properties['emoji']], ['grün', '🚀'], 'properties');
    same(
      [message.messageId, message.queue, message.offset.toString()],
      [sent.messageId, sent.queue, sent.offset.toString()],
      'place',
    );
  }),

  scenario('filters by tag', async (client, { unique }) => {
    const topic = unique('tags');
    await client.admin.createTopic({ topic, queues: 2 });
    const producer = await client.producer({ group: unique('producers') });
    for (const tags of ['new', 'paid', 'lost', 'new']) await producer.send({ topic, body: tags, tags });
    const consumer = await client.consumer({
      group: unique('group'),
      subscribe: { [topic]: 'new || paid' },
      startFrom: 'first',
    });
    same(bodies(await read(consumer, 3)), ['new', 'new', 'paid'], 'bodies');
  }),

  scenario('sends batches, oneway, one byte, 4 MiB and compressed bodies', async (client, { unique }) => {
    const topic = unique('sizes');
    await client.admin.createTopic({ topic, queues: 1 });
    const producer = await client.producer({ group: unique('producers'), sendTimeoutMs: 20_000 });
    const batch = await producer.sendBatch(['b1', 'b2', 'b3'].map((body) => ({ topic, body })));
    same(batch.length, 3, 'results of the batch');
    await producer.sendOneway({ topic, body: 'oneway' });
    await producer.send({ topic, body: new Uint8Array([1]) });
    const large = new Uint8Array(4_194_304).map((_, index) => (index * 2_654_435_761) >>> 24);
    await producer.send({ topic, body: large });
    await producer.send({ topic, body: 'z'.repeat(100_000) });
    same(await code(producer.send({ topic, body: '' })), 'body-empty', 'an empty body');
    same(await code(producer.send({ topic, body: new Uint8Array(4_194_305) })), 'body-too-large', 'a body too large');
    const consumer = await client.consumer({ group: unique('group'), subscribe: { [topic]: '*' }, startFrom: 'first' });
    const messages = await read(consumer, 7);
    const sizes = messages.map(({ body }) => body.byteLength).sort((a, b) => a - b);
    same(sizes, [1, 2, 2, 2, 6, 100_000, 4_194_304], 'sizes');
    const received = messages.find(({ body }) => body.byteLength === large.byteLength);
    sameBytes(received?.body ?? new Uint8Array(), large, 'the large body');
  }),

  scenario('delivers delayed messages later', async (client, { unique }) => {
    const topic = unique('delay');
    await client.admin.createTopic({ topic, queues: 1 });
    const producer = await client.producer({ group: unique('producers') });
    const since = Date.now();
    await producer.send({ topic, body: 'later', delayLevel: 2 });
    const consumer = await client.consumer({ group: unique('group'), subscribe: { [topic]: '*' }, startFrom: 'first' });
    same(bodies(await read(consumer, 1)), ['later'], 'bodies');
    same(Date.now() - since >= 1_900, true, 'it took its two seconds');
  }),

  scenario('delivers a failed message again, then puts it into the dead-letter topic', async (client, { unique }) => {
    const topic = unique('retry');
    const group = unique('group');
    await client.admin.createTopic({ topic, queues: 1 });
    const producer = await client.producer({ group: unique('producers') });
    await producer.send({ topic, body: 'poison' });
    const options = { group, subscribe: { [topic]: '*' }, startFrom: 'first', maxReconsumeTimes: 1 } as const;
    const consumer = await client.consumer(options);
    const attempts: number[] = [];
    const stop = new AbortController();
    await consumer.run(
      (message) => {
        same(message.topic, topic, 'a retried message shows its own topic');
        attempts.push(message.reconsumeTimes);
        if (attempts.length === 2) stop.abort();
        throw new Error('not today');
      },
      { signal: stop.signal },
    );
    same(attempts, [0, 1], 'attempts');
    await consumer.close();
    const dead = await client.consumer({
      group: unique('dead'),
      subscribe: { [`%DLQ%${group}`]: '*' },
      startFrom: 'first',
    });
    same(bodies(await read(dead, 1)), ['poison'], 'dead letters');
  }),

  scenario('shares queues between members and loses nothing when one leaves', async (client, around) => {
    const { unique, nameServer, dial } = around;
    const topic = unique('shared');
    const group = unique('group');
    await client.admin.createTopic({ topic, queues: 4 });
    const second = await connect({ nameServers: [nameServer], dial, ...patience });
    const seen = new Set<string>();
    const total = 200;
    let finish = (): void => undefined;
    const all = new Promise<void>((resolve) => (finish = resolve));
    const handle = (message: ReceivedMessage): void => {
      seen.add(message.text());
      if (seen.size === total) finish();
    };
    const options = { group, subscribe: { [topic]: '*' }, startFrom: 'first' } as const;
    const consumers = [await client.consumer(options), await second.consumer(options)];
    const running = consumers.map((consumer) => consumer.run(handle));
    const producer = await client.producer({ group: unique('producers') });
    for (let number = 0; number < total; number += 1) {
      await producer.send({ topic, body: number.toString() });
      if (number === total / 2) await second.close();
    }
    await all;
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await Promise.all(running);
    same(seen.size, total, 'messages');
  }),

  scenario('goes on after a restart where it was', async (client, { unique }) => {
    const topic = unique('restart');
    const group = unique('group');
    await client.admin.createTopic({ topic, queues: 1 });
    const producer = await client.producer({ group: unique('producers') });
    const options = { group, subscribe: { [topic]: '*' }, startFrom: 'first' } as const;
    for (const body of ['1', '2', '3']) await producer.send({ topic, body });
    const first = await client.consumer(options);
    same(bodies(await read(first, 3)), ['1', '2', '3'], 'first life');
    await first.close();
    for (const body of ['4', '5']) await producer.send({ topic, body });
    const again = await client.consumer(options);
    same(bodies(await read(again, 2)), ['4', '5'], 'second life');
  }),

  scenario('answers what administrators ask', async (client, { unique }) => {
    const topic = unique('admin');
    const group = unique('group');
    const { admin } = client;
    await admin.createTopic({ topic, queues: 2 });
    const producer = await client.producer({ group: unique('producers') });
    const sent = await producer.send({ topic, body: 'find me', keys: ['needle'] });
    same((await admin.topics()).includes(topic), true, 'topics');
    same((await admin.route(topic))?.queueDatas[0]?.writeQueueNums, 2, 'route');
    same(Object.keys((await admin.cluster()).brokerAddrTable).length, 1, 'cluster');
    same((await admin.maxOffset(sent.queue)) - (await admin.minOffset(sent.queue)) === 1n, true, 'min and max offset');
    same((await admin.offsetAt(sent.queue, 0)).toString(), sent.offset.toString(), 'offset by time');
    same(new TextDecoder().decode((await admin.viewById(sent.offsetMessageId)).body), 'find me', 'view by id');
    await found(() => admin.queryByKey({ topic, key: 'needle' }));
    await found(() => admin.queryByKey({ topic, key: sent.messageId, unique: true }));
    const consumer = await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first' });
    await read(consumer, 1);
    same((await admin.consumers(group))?.connectionSet[0]?.clientId, client.clientId, 'consumers');
    await consumer.close();
    same((await admin.consumerOffset(group, sent.queue))?.toString(), (sent.offset + 1n).toString(), 'committed');
    await admin.setConsumerOffset(group, { queue: sent.queue, offset: sent.offset });
    same((await admin.consumerOffset(group, sent.queue))?.toString(), sent.offset.toString(), 'set');
    same((await admin.topicStats(topic))?.length, 2, 'topic stats');
    same((await admin.progress(group, topic)).length, 2, 'progress');
    await administerGroups(admin, { group, made: unique('made') });
    await admin.deleteTopic(topic);
    same(await admin.route(topic), undefined, 'deleted');
    same(await admin.topicStats(topic), undefined, 'stats of a deleted topic');
  }),
];

/** @param names - a group that has consumed, and one that there is not yet */
async function administerGroups(
  admin: RocketmqClient['admin'],
  { group, made }: { readonly group: string; readonly made: string },
): Promise<void> {
  const settings = async (name: string): Promise<readonly unknown[]> =>
    (await admin.groups()).filter(({ groupName }) => groupName === name).map((each) => each.retryMaxTimes);
  same(await settings(group), [16], 'a group that consumed');
  same(await settings(made), [], 'no group yet');
  await admin.createGroup({ groupName: made, retryMaxTimes: 3 });
  same(await settings(made), [3], 'a group that was made');
  same(await admin.consumers(made), undefined, 'its members');
  await admin.deleteGroup(made, { offsets: true });
  same(await settings(made), [], 'a group that was deleted');
  await admin.deleteGroup(group, { offsets: true, topics: true });
  same(await settings(group), [], 'a group that was deleted with its topics');
  same(await admin.route(`%RETRY%${group}`), undefined, 'its retry topic');
}

/** A broker builds its index a moment after it has stored a message. */
async function found(query: () => Promise<readonly { readonly body: Uint8Array }[]>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const [message] = await query();
    if (message !== undefined) {
      same(new TextDecoder().decode(message.body), 'find me', 'query by key');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('query by key found nothing');
}
