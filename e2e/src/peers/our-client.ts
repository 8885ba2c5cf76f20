import { createHash } from 'node:crypto';
import { connect, type ReceivedMessage, type RocketmqClient, type SendResult } from '@rmq/client/rocketmq';
import { dial } from '@rmq/transport-node';
import type { PeerProducerOptions } from './client-peer.ts';
import { PeerConsumer, type PeerConsumerOptions } from './consumer.ts';
import type { PeerReceived, PeerSendResult } from './messages.ts';
import type { Party, PartyConsumer, PartyProducer } from './party.ts';

/** Our client, as it meets foreign ones. Each producer and consumer is a client of its own, as theirs are. */
export const ourClient: Party = { producer: startProducer, consumer: startConsumer };

const statuses = {
  stored: 'SEND_OK',
  'flush-disk-timeout': 'FLUSH_DISK_TIMEOUT',
  'flush-slave-timeout': 'FLUSH_SLAVE_TIMEOUT',
  'slave-not-available': 'SLAVE_NOT_AVAILABLE',
} as const satisfies Record<SendResult['status'], PeerSendResult['status']>;

async function startProducer({ nameServer, timeoutMs, ...options }: PeerProducerOptions): Promise<PartyProducer> {
  const client = await connect({ nameServers: [nameServer], dial });
  const producer = await client.producer({ ...options, sendTimeoutMs: timeoutMs });
  return {
    send: async (message) => toSendResult([await producer.send(message)]),
    sendOneway: (message) => producer.sendOneway(message),
    sendBatch: async (messages) => toSendResult(await producer.sendBatch(messages)),
    stop: () => client.close(),
  };
}

async function startConsumer(options: PeerConsumerOptions): Promise<PartyConsumer> {
  const { nameServer, group, topic, expression = '*', from = 'first', retries = 0, maxReconsumeTimes } = options;
  const client = await connect({ nameServers: [nameServer], dial });
  const consumer = await client.consumer({
    group,
    subscribe: { [topic]: expression },
    startFrom: from,
    maxReconsumeTimes,
  });
  const received = new PeerConsumer(`our consumer of ${group}`, () => leave(client, running));
  const running = consumer.run((message) => {
    received.deliver(toReceived(message));
    if (message.reconsumeTimes < retries) throw new Error('asks for it again');
  });
  return received;
}

async function leave(client: RocketmqClient, running: Promise<void>): Promise<void> {
  await client.close();
  await running;
}

function toSendResult(results: readonly SendResult[]): PeerSendResult {
  const [first] = results;
  if (first === undefined) throw new Error('a send without a result');
  const { brokerName, queueId } = first.queue;
  const ids = (of: (result: SendResult) => string): string => results.map(of).join(',');
  return {
    status: statuses[first.status],
    messageId: ids(({ messageId }) => messageId),
    offsetMessageId: ids(({ offsetMessageId }) => offsetMessageId),
    brokerName,
    queueId,
    queueOffset: first.offset,
  };
}

function toReceived(message: ReceivedMessage): PeerReceived {
  const { body, queue, offset, tags = '', keys } = message;
  const { topic, messageId, offsetMessageId, properties, flag, reconsumeTimes } = message;
  const { bornTimestamp, storeTimestamp } = message;
  return {
    ...{ topic, messageId, offsetMessageId, properties, flag, reconsumeTimes, bornTimestamp, storeTimestamp },
    brokerName: queue.brokerName,
    queueId: queue.queueId,
    queueOffset: offset,
    tags,
    keys: keys.join(' '),
    bodyBytes: body.byteLength,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    body,
  };
}
