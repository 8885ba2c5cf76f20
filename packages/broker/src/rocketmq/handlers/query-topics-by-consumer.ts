import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** QUERY_TOPICS_BY_CONSUMER (343): topics in which a group has left an offset. */
export const queryTopicsByConsumer: Handler<'queryTopicsByConsumer'> = ({ broker, fields }) => ({
  body: encodeBody('TopicList', { brokerAddr: broker.place.address, topicList: broker.offsets.topicsOf(fields.group) }),
});
