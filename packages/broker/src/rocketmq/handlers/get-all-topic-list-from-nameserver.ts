import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_ALL_TOPIC_LIST_FROM_NAMESERVER (206): all topics with a route. */
export const getAllTopicListFromNameserver: Handler<'getAllTopicListFromNameserver'> = ({ broker }) => ({
  body: encodeBody('TopicList', { topicList: broker.routes.topics() }),
});
