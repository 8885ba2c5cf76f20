import { responseCodes } from '@rmq/protocol/rocketmq';
import type { Handler } from '../call.ts';
import { noSuchGroup, overloaded, Refusal } from '../refusal.ts';

/** UPDATE_CONSUMER_OFFSET (15): notes how far a group has come. Any number is taken, also one that does not exist. */
export const updateConsumerOffset: Handler<'updateConsumerOffset'> = ({ broker, fields }) => {
  const { consumerGroup, topic, queueId, commitOffset } = fields;
  if (broker.topics.get(topic) === undefined)
    throw new Refusal(responseCodes.topicNotExist, `Topic ${topic} not exist!`);
  if (broker.groups.get(consumerGroup) === undefined) throw noSuchGroup(consumerGroup);
  if (broker.resets.get(consumerGroup, topic, queueId) !== undefined) {
    // The consumer does not know yet that it was moved: what it says is about where it was.
    return { remark: 'Offset has been previously reset' };
  }
  if (!broker.offsets.set(consumerGroup, topic, { id: queueId, offset: commitOffset }))
    throw overloaded('too many offsets');
  return {};
};
