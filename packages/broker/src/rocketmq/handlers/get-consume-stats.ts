import type { OffsetWrapper, QueueEntry } from '@rmq/protocol/rocketmq/bodies';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Broker } from '../broker.ts';
import type { Handler } from '../call.ts';

/** GET_CONSUME_STATS (208): how far a group is with each queue. Rates are of the whole broker only, so here 0. */
export const getConsumeStats: Handler<'getConsumeStats'> = ({ broker, fields }) => {
  const { consumerGroup, topic } = fields;
  const topics = topic === undefined || topic === '' ? broker.offsets.topicsOf(consumerGroup) : [topic];
  const offsetTable = topics.flatMap((each) => progress(broker, consumerGroup, each));
  return { body: encodeBody('ConsumeStats', { offsetTable }, { strict: false }) };
};

function progress(broker: Broker, group: string, topic: string): readonly QueueEntry<OffsetWrapper>[] {
  const { brokerName } = broker.options;
  return Array.from({ length: broker.topics.get(topic)?.readQueueNums ?? 0 }, (_, queueId) => {
    const queue = broker.store.queue(topic, queueId);
    const offset = broker.offsets.get(group, topic, queueId) ?? 0n;
    const consumerOffset = offset < 0n ? 0n : offset; // the Go client commits -1 where it has read nothing yet
    const last = consumerOffset > 0n ? queue.at(Number(consumerOffset) - 1) : undefined;
    return {
      queue: { topic, brokerName, queueId },
      value: {
        brokerOffset: BigInt(queue.end),
        consumerOffset,
        pullOffset: broker.pulled.get(group, topic, queueId) ?? 0n,
        lastTimestamp: last?.storedAt ?? 0,
      },
    };
  });
}
