import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** QUERY_SUBSCRIPTION_BY_CONSUMER (345): what an online group wants of a topic. */
export const querySubscriptionByConsumer: Handler<'querySubscriptionByConsumer'> = ({ broker, fields }) => {
  const { group, topic = '' } = fields;
  const subscriptionData = broker.members.consumerGroup(group)?.subscriptions.get(topic);
  return { body: encodeBody('QuerySubscription', { group, topic, subscriptionData }) };
};
