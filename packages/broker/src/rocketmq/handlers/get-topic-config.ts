import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** GET_TOPIC_CONFIG (351): the settings of one topic. */
export const getTopicConfig: Handler<'getTopicConfig'> = ({ broker, fields }) => {
  const config = broker.topics.get(fields.topic);
  if (config === undefined) {
    throw new Refusal(responseCodes.topicNotExist, `No topic in this broker. topic: ${fields.topic}`);
  }
  return { body: encodeBody('TopicConfig', config) };
};
