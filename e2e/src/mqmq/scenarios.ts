import { connect, type ConnectOptions, type MqmqClient, type MqmqMessage } from '@rmq/client/mqmq';
import type { Dial } from '@rmq/transport';
import { sameBytes } from '../scenarios/assert.ts';

/** What a scenario needs of its surroundings: any server of mqmq. */
export interface Surroundings {
  /** `host:port`. */
  readonly address: string;
  /** The way there. */
  readonly dial: Dial;
  /** A name that no other scenario uses. */
  readonly unique: (name: string) => string;
}

/** One thing users do, run alike against every server. Rejects when it does not work. */
export interface Scenario {
  readonly name: string;
  readonly run: (around: Surroundings) => Promise<void>;
}

type Body = (client: MqmqClient, around: Surroundings) => Promise<void>;

function scenario(name: string, body: Body, options: Partial<ConnectOptions> = {}): Scenario {
  return {
    name,
    async run(around) {
      const { address, dial } = around;
      const client = await connect({ address, dial, requestTimeoutMs: 10_000, ...options });
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

async function code(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return undefined;
}

const waitMs = 10_000;
const texts = (messages: readonly MqmqMessage[]): string[] => messages.map((message) => message.text());
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `message ${index.toString()}`);

const order: Body = async (client, { unique }) => {
  const queue = unique('order');
  for (const message of numbers(10)) await client.put(queue, message);
  const received: MqmqMessage[] = [];
  for (let each = 0; each < 10; each += 1) received.push(await client.get(queue, { timeoutMs: waitMs }));
  same(texts(received), numbers(10), 'messages');
};

const producerAndConsumer: Body = async (producer, { address, dial, unique }) => {
  const queue = unique('loop');
  await using consumer = await connect({ address, dial });
  const received: MqmqMessage[] = [];
  const consuming = (async () => {
    for await (const message of consumer.messages(queue)) if (received.push(message) === 10) break;
  })();
  for (const message of numbers(10)) await producer.put(queue, message);
  await consuming;
  same(texts(received), numbers(10), 'messages');
};

const anyBytes: Body = async (client, { unique }) => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const prefix = new TextEncoder().encode(unique(''));
  const named = new Uint8Array([...prefix, ...all]);
  await client.put(named, all);
  same([...(await client.get(named, { timeoutMs: waitMs })).body], [...all], 'the body');
  await client.put(unique('empty'), '');
  same((await client.get(unique('empty'), { timeoutMs: waitMs })).body.byteLength, 0, 'length of an empty message');
  const longest = unique('longest').padEnd(1_024, 'n');
  await client.put(longest, 'm');
  same((await client.get(longest, { timeoutMs: waitMs })).text(), 'm', 'a message of the longest name');
};

const largest: Body = async (client, { unique }) => {
  const queue = unique('large');
  const body = new Uint8Array(33_555_456 - new TextEncoder().encode(queue).byteLength).fill(7);
  body[0] = 1;
  await client.put(queue, body, { timeoutMs: 60_000 });
  const { body: received } = await client.get(queue, { timeoutMs: 60_000 });
  sameBytes(received, body, 'the largest message');
  same(await code(client.put(queue, new Uint8Array(body.byteLength + 1))), 'value-out-of-range', 'one byte more');
};

const noMessage: Body = async (client, { unique }) => {
  const queue = unique('nothing');
  same(await code(client.get(queue)), 'no-message', 'a get that does not wait');
  const since = performance.now();
  same(await code(client.get(queue, { timeoutMs: 200 })), 'no-message', 'a get that waits');
  const tookMs = performance.now() - since;
  if (tookMs < 190) throw new Error(`it waited ${tookMs.toString()} ms instead of 200`);
};

const waiting: Body = async (client, { unique }) => {
  const queue = unique('waiting');
  const gets: Promise<MqmqMessage>[] = [];
  for (let each = 0; each < 5; each += 1) {
    gets.push(client.get(queue, { timeoutMs: waitMs }));
    await client.info(); // they begin to wait one after the other, as each has a connection of its own
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const message of numbers(5)) await client.put(queue, message);
  same(texts(await Promise.all(gets)), numbers(5), 'who waited longest is served first');
};

const together: Body = async (client, { unique }) => {
  const queue = unique('together');
  const sent = numbers(5_000);
  await Promise.all(sent.map((message) => client.put(queue, message)));
  const received = await Promise.all(sent.map(() => client.get(queue, { timeoutMs: 1_000 })));
  same(texts(received).sort(), [...sent].sort(), 'each message once');
  await Promise.all(sent.map((message) => client.put(queue, message)));
  const polled: MqmqMessage[] = [];
  // A get that does not wait can miss a message on the original: there the hand-over and its timer race.
  while (polled.length < sent.length) {
    const more = await Promise.allSettled(Array.from({ length: 500 }, () => client.get(queue)));
    for (const outcome of more) if (outcome.status === 'fulfilled') polled.push(outcome.value);
  }
  same(texts(polled), sent, 'gets on one connection are answered in order');
};

const info: Body = async (client, { address, dial, unique }) => {
  const [one, two] = [unique('one'), unique('two <&> \u2028')];
  await client.put(one, 'a');
  await client.put(one, 'b');
  await client.put(two, 'c');
  await client.get(two, { timeoutMs: waitMs });
  const before = await client.info();
  same([before.Queues[one], before.Queues[two]], [{ NumMessages: 2 }, { NumMessages: 0 }], 'queues');
  const other = await connect({ address, dial });
  same((await other.info()).NumConnections, before.NumConnections + 1, 'connections');
  await other.close();
  await fallTo(client, before.NumConnections);
};

/** Waits until the server counts so many connections, and no more. */
async function fallTo(client: MqmqClient, connections: number): Promise<void> {
  for (let tries = 0; (await client.info()).NumConnections > connections; tries += 1) {
    if (tries > 200) throw new Error('a client that is gone is still counted');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const given: Body = async (client, { unique }) => {
  const queue = unique('given up');
  const before = (await client.info()).NumConnections;
  const controller = new AbortController();
  const get = code(client.get(queue, { timeoutMs: 60_000, signal: controller.signal }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  controller.abort();
  await get;
  // On their way, say through a proxy, what comes on another connection may overtake the end of that one. The original
  // notices only when it sends.
  await fallTo(client, before).catch(() => undefined);
  await client.put(queue, 'kept');
  same(
    (await client.get(queue, { timeoutMs: waitMs })).text(),
    'kept',
    'a message that came after the get was given up',
  );
};

/** What mqmq users do. */
export const scenarios: readonly Scenario[] = [
  scenario('gives messages back in the order they were put', order),
  scenario('lets a producer and a consumer that loops meet, as in the README of the original', producerAndConsumer),
  scenario('takes any bytes as names and messages, none at all and the longest name', anyBytes),
  scenario('takes the largest message, and the client refuses one byte more', largest),
  scenario('tells when no message came, after as long as it was asked to wait', noMessage),
  scenario('serves gets that wait in the order they came, and puts are not held up', waiting),
  scenario('serves thousands of calls at a time, each message once', together),
  scenario('tells what it has: connections, queues and messages', info),
  scenario('keeps a message for others when the get that waited for it was given up', given),
];
