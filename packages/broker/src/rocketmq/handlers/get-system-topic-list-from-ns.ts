import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_SYSTEM_TOPIC_LIST_FROM_NS (304): the topics named like clusters and brokers, and a broker to ask for more. */
export const getSystemTopicListFromNs: Handler<'getSystemTopicListFromNs'> = ({ broker }) => {
  const { brokerName, clusterName } = broker.options;
  return { body: encodeBody('TopicList', { brokerAddr: broker.place.address, topicList: [clusterName, brokerName] }) };
};
