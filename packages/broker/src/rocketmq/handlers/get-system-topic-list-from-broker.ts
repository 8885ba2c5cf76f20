import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_SYSTEM_TOPIC_LIST_FROM_BROKER (305): the topics that belong to the broker itself. */
export const getSystemTopicListFromBroker: Handler<'getSystemTopicListFromBroker'> = ({ broker }) => ({
  body: encodeBody('TopicList', { topicList: broker.topics.systemTopics() }),
});
