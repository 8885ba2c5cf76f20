import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_ALL_TOPIC_CONFIG (21): the settings of all topics in one answer, whatever page is asked for, as 5.3.3 does. */
export const getAllTopicConfig: Handler<'getAllTopicConfig'> = ({ broker }) => {
  const entries = broker.topics.all().map((config) => [config.topicName, config] as const);
  const body = { dataVersion: broker.topics.version, topicConfigTable: Object.fromEntries(entries) };
  return { body: encodeBody('TopicConfigTable', body) };
};
