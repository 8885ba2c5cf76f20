import { connect } from '@rmq/client/rocketmq';
import type { ReceivedMessage, RocketmqClient, RocketmqEvent, SendResult } from '@rmq/client/rocketmq';
import type { Dial } from '@rmq/transport';

/** What both pages do: one producer and one consumer of one topic. They differ in `dial` alone. */
export interface SessionOptions {
  readonly dial: Dial;
  readonly nameServer: string;
  readonly topic: string;
  readonly onEvent: (event: RocketmqEvent) => void;
  readonly onMessage: (message: ReceivedMessage) => void;
}

/** A client that sends to a topic and reads it. */
export interface Session {
  readonly client: RocketmqClient;
  readonly send: (body: string) => Promise<SendResult>;
  readonly close: () => Promise<void>;
}

/** The group that the pages consume as: several of them share the messages. */
export const consumerGroup = 'browser-example';

/** Connects, creates the topic if need be, and starts to consume. */
export async function openSession({ dial, nameServer, topic, onEvent, onMessage }: SessionOptions): Promise<Session> {
  const client = await connect({ nameServers: [nameServer], dial, onEvent });
  try {
    if ((await client.admin.route(topic)) === undefined) await client.admin.createTopic({ topic, queues: 4 });
    const producer = await client.producer({ group: 'browser-example-producer' });
    const subscribe = { [topic]: '*' };
    const consumer = await client.consumer({ group: consumerGroup, subscribe, commitIntervalMs: 500 });
    const consuming = consumer.run(onMessage, { concurrency: 16 });
    return {
      client,
      send: (body) => producer.send({ topic, body }),
      async close() {
        await client.close({ timeoutMs: 2_000 });
        await consuming;
      },
    };
  } catch (error) {
    await client.close({ timeoutMs: 0 });
    throw error;
  }
}
