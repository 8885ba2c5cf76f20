import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { startBroker } from '@rmq/broker/rocketmq';
import { connect, type Consumer, type ReceivedMessage, type RocketmqClient } from '@rmq/client/rocketmq';
import { dial, listen } from '@rmq/transport-node';
import { inFlight } from '../core/in-flight.ts';
import { progress } from '../core/progress.ts';
import { note, type Terminal } from '../core/terminal.ts';

const topic = 'demo';
const queueCount = 8;
const tags = ['new', 'paid', 'sent'] as const;
/** Messages under way at a time. */
const inFlightMessages = 64;

/** What one member of the group saw. */
export interface MemberResult {
  readonly name: string;
  readonly messages: number;
  readonly queues: number;
}

/** What the job measured. Rates in messages per second, latencies (from send to handler) in milliseconds. */
export interface DemoResult {
  readonly produced: number;
  readonly produceRate: number;
  readonly consumed: number;
  readonly consumeRate: number;
  readonly duplicates: number;
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  readonly members: readonly MemberResult[];
}

/** Counts what arrives, whoever of the group gets it. */
class Tally {
  readonly #seen = new Set<string>();
  readonly #latency: RecordableHistogram = createHistogram();
  readonly #expected: number;
  readonly #onProgress: (seen: number) => void;
  readonly all: Promise<void>;
  #settle: () => void = () => undefined;
  duplicates = 0;

  constructor(expected: number, onProgress: (seen: number) => void) {
    this.#expected = expected;
    this.#onProgress = onProgress;
    this.all = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  add(message: ReceivedMessage): void {
    const [key = ''] = message.keys;
    if (this.#seen.has(key)) this.duplicates += 1;
    this.#seen.add(key);
    this.#latency.record(Math.max(1, Math.round((performance.now() - Number(message.properties['sentAt'])) * 1_000)));
    this.#onProgress(this.#seen.size);
    if (this.#seen.size === this.#expected) this.#settle();
  }

  get consumed(): number {
    return this.#seen.size;
  }

  latencyMs(percentile: number): number {
    return this.#latency.percentile(percentile) / 1_000;
  }
}

/**
 * The main job of `npm start`: an embedded broker on free TCP ports, one topic, one producer, a group of two members.
 * Each member is a client of its own, as it would be in two processes.
 */
export async function runDemo(terminal: Terminal, { messages }: { readonly messages: number }): Promise<DemoResult> {
  await using broker = await startBroker({ listen });
  const nameServers = [`127.0.0.1:${broker.nameServer.port}`];
  note(terminal, `embedded broker ready, name server ${nameServers.join()}`);

  await using sender = await connect({ nameServers, dial });
  await sender.admin.createTopic({ topic, queues: queueCount });
  note(terminal, `topic ${topic} created, ${queueCount.toString()} queues`);

  await using first = await connect({ nameServers, dial });
  await using second = await connect({ nameServers, dial });
  const bar = progress(terminal, 'consumed', { total: messages, lines: true });
  const tally = new Tally(messages, (seen) => bar.update(seen));
  const members = [await join(first, 'member 1', tally), await join(second, 'member 2', tally)];
  await Promise.all(members.map(({ consumer }) => untilShared(consumer)));

  const started = performance.now();
  await produce(sender, messages);
  const produced = performance.now();
  await tally.all;
  const consumed = performance.now();
  bar.stop();
  const results = await Promise.all(members.map((member) => member.leave()));
  return {
    produced: messages,
    produceRate: messages / ((produced - started) / 1_000),
    consumed: tally.consumed,
    consumeRate: messages / ((consumed - started) / 1_000),
    duplicates: tally.duplicates,
    latencyP50Ms: tally.latencyMs(50),
    latencyP99Ms: tally.latencyMs(99),
    members: results,
  };
}

/** A member of the group and its running handlers. */
interface DemoMember {
  readonly consumer: Consumer;
  readonly leave: () => Promise<MemberResult>;
}

async function join(client: RocketmqClient, name: string, tally: Tally): Promise<DemoMember> {
  const consumer = await client.consumer({
    group: 'demo-group',
    subscribe: { [topic]: tags.join(' || ') },
    startFrom: 'first',
  });
  let messages = 0;
  const running = consumer.run((message) => {
    messages += 1;
    tally.add(message);
  });
  const leave = async (): Promise<MemberResult> => {
    const queues = consumer.assignment.filter((queue) => queue.topic === topic).length;
    await consumer.close();
    await running;
    return { name, messages, queues };
  };
  return { consumer, leave };
}

/** Waits until a member has its half of the queues. */
async function untilShared(consumer: Consumer): Promise<void> {
  while (consumer.assignment.filter((queue) => queue.topic === topic).length !== queueCount / 2) await delay(20);
}

async function produce(client: RocketmqClient, count: number): Promise<void> {
  const producer = await client.producer({ group: 'demo-producers' });
  await inFlight(inFlightMessages, numbers(count), async (number) => {
    await producer.send({
      topic,
      body: `message ${number.toString()}`,
      tags: tags[number % tags.length],
      keys: [number.toString()],
      properties: { sentAt: performance.now().toString() },
    });
  });
  await producer.close();
}

function* numbers(count: number): Generator<number> {
  for (let number = 0; number < count; number += 1) yield number;
}
