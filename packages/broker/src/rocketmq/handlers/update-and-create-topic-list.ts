import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { checkNewTopic } from '../sending.ts';
import { checkTopicConfig } from '../topic-config.ts';

/** UPDATE_AND_CREATE_TOPIC_LIST (18): creates or changes several topics; all of them, or none. */
export const updateAndCreateTopicList: Handler<'updateAndCreateTopicList'> = ({ broker, command }) => {
  const configs = decodeBody('TopicConfigList', command.body).topicConfigList;
  for (const config of configs) {
    checkNewTopic(broker, config.topicName);
    checkTopicConfig(config);
  }
  for (const config of configs) broker.topics.set(config);
  return {};
};
