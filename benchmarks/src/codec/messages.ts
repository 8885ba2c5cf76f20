/** What it costs to read the body of a pull answer, per message: 32 messages of 1 KiB, as a broker stores them. */
import { decodeMessages, encodeMessage, messageFields } from '@rmq/protocol/rocketmq';

const COUNT = 32;
const ROUNDS = 20_000;
const WARM_UP = 5_000;

function pullBody(): Uint8Array {
  const one = encodeMessage({
    topic: 'BenchmarkTopic',
    queueId: 3,
    queueOffset: 42n,
    physicalOffset: 123_456_789n,
    bornTimestamp: 1_700_000_000_000,
    bornHost: { host: '10.0.0.1', port: 51_234 },
    storeTimestamp: 1_700_000_000_005,
    storeHost: { host: '192.168.1.2', port: 10_911 },
    body: new Uint8Array(1_024).fill(0x61),
    // What a Java producer and a broker put on a plain message with a tag and a key.
    properties: {
      KEYS: 'order-4711',
      MSG_REGION: 'DefaultRegion',
      UNIQ_KEY: '7F0000010001000000000000A1B20001',
      CLUSTER: 'DefaultCluster',
      WAIT: 'true',
      TAGS: 'TagA',
      TRACE_ON: 'true',
    },
  });
  const body = new Uint8Array(one.length * COUNT);
  for (let index = 0; index < COUNT; index += 1) body.set(one, index * one.length);
  return body;
}

/** Sums up what was read, so that no reading can be left out. */
let sink = 0;

function measure(name: string, read: () => number): void {
  for (let round = 0; round < WARM_UP; round += 1) sink += read();
  const start = process.hrtime.bigint();
  for (let round = 0; round < ROUNDS; round += 1) sink += read();
  const nanoseconds = Number(process.hrtime.bigint() - start) / ROUNDS / COUNT;
  process.stdout.write(`${name.padEnd(44)} ${nanoseconds.toFixed(0).padStart(6)} ns per message\n`);
}

const body = pullBody();

function sum(value: (message: ReturnType<typeof decodeMessages>[number]) => number): () => number {
  return () => {
    let total = 0;
    for (const message of decodeMessages(body)) total += value(message);
    return total;
  };
}

measure(
  'decoded, nothing read',
  sum(() => 1),
);
measure(
  'body, topic',
  sum((message) => message.body.length + message.topic.length),
);
measure(
  'body, topic, queue offset',
  sum((message) => message.body.length + message.topic.length + Number(message.queueOffset)),
);
measure(
  'the same and TAGS',
  sum(
    (message) =>
      message.body.length +
      message.topic.length +
      Number(message.queueOffset) +
      (message.property('TAGS')?.length ?? 0),
  ),
);
measure(
  'the same and all properties',
  sum(
    (message) =>
      message.body.length +
      message.topic.length +
      Number(message.queueOffset) +
      (message.properties['UNIQ_KEY']?.length ?? 0),
  ),
);
measure(
  'every member',
  sum((message) => messageFields(message).body.length),
);

if (sink === 0) throw new Error('nothing was read');
