import type { AmqpVectors } from './amqp.ts';
import type { MqmqVectors } from './mqmq.ts';
import type { RocketmqVectors } from './rocketmq.ts';

/** Reads one of the files beside the codec's tests, by its path in `packages/protocol/test/`. */
export type ReadVectors = (path: string) => Promise<string>;

/** One line each. What they hold is up to the file, and to who names it. */
function records(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

/** What the laws of the RocketMQ codec are judged by. */
export async function rocketmqVectors(read: ReadVectors): Promise<RocketmqVectors> {
  const [java, bodies] = await Promise.all([
    read('rocketmq/java.vectors.jsonl'),
    read('rocketmq/bodies.captures.jsonl'),
  ]);
  return { java: records(java), bodies: records(bodies) } as RocketmqVectors;
}

/** What the laws of the AMQP codec are judged by. The first line of the file tells its origin. */
export async function amqpVectors(read: ReadVectors): Promise<AmqpVectors> {
  return records(await read('amqp/frames.captures.jsonl')).slice(1) as AmqpVectors;
}

/** What the laws of the mqmq codec are judged by. The first line of the file tells its origin. */
export async function mqmqVectors(read: ReadVectors): Promise<MqmqVectors> {
  return records(await read('mqmq/exchanges.jsonl')).slice(1) as MqmqVectors;
}
