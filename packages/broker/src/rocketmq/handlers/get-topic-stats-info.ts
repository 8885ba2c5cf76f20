import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** GET_TOPIC_STATS_INFO (202): the bounds of a topic's queues. Rates are of the whole broker only, so here 0. */
export const getTopicStatsInfo: Handler<'getTopicStatsInfo'> = ({ broker, fields }) => {
  const { topic } = fields;
  const config = broker.topics.get(topic);
  if (config === undefined) throw new Refusal(responseCodes.topicNotExist, `topic[${topic}] not exist`);
  const { brokerName } = broker.options;
  const offsetTable = Array.from({ length: Math.max(config.readQueueNums, config.writeQueueNums) }, (_, queueId) => {
    const queue = broker.store.queue(topic, queueId);
    return {
      queue: { topic, brokerName, queueId },
      value: {
        minOffset: BigInt(queue.begin),
        maxOffset: BigInt(queue.end),
        lastUpdateTimestamp: queue.at(queue.end - 1)?.storedAt ?? 0,
      },
    };
  });
  return { body: encodeBody('TopicStatsTable', { offsetTable }, { strict: false }) };
};
