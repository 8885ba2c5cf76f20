import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_TOPICS_BY_CLUSTER (224): all topics of a cluster; none of one nobody knows. */
export const getTopicsByCluster: Handler<'getTopicsByCluster'> = ({ broker, fields }) => {
  const isOurs = fields.cluster === broker.options.clusterName;
  return { body: encodeBody('TopicList', { topicList: isOurs ? broker.routes.topics() : [] }) };
};
