import { responseCodes } from '@rmq/protocol/rocketmq';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/**
 * QUERY_CONSUMER_OFFSET (14): where a group goes on. A group without an offset starts young queues (nothing was ever
 * dropped from them) at 0, whatever start it wants, unless it says that it minds.
 */
export const queryConsumerOffset: Handler<'queryConsumerOffset'> = ({ broker, fields }) => {
  const { consumerGroup, topic, queueId, setZeroIfNotFound } = fields;
  const offset = broker.offsets.get(consumerGroup, topic, queueId);
  if (offset !== undefined && offset >= 0n) return { fields: { offset } };
  if (setZeroIfNotFound === false) {
    throw new Refusal(responseCodes.queryNotFound, 'Not found, do not set to zero, maybe this group boot first');
  }
  const { begin, end } = broker.store.bounds(topic, queueId);
  if (begin === 0 && end > 0) return { fields: { offset: 0n } };
  throw new Refusal(responseCodes.queryNotFound, 'Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first');
};
