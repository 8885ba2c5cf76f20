import { responseCodes } from '@rmq/protocol/rocketmq';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** DELETE_TOPIC_IN_BROKER (215): forgets a topic, its messages and its offsets. One that is not there is no mistake. */
export const deleteTopicInBroker: Handler<'deleteTopicInBroker'> = ({ broker, fields }) => {
  const { topic } = fields;
  if (broker.topics.isSystem(topic)) {
    throw new Refusal(responseCodes.invalidParameter, `The topic[${topic}] is conflict with system topic.`);
  }
  broker.deleteTopic(topic);
  return {};
};
