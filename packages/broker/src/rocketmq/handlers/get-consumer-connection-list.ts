import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { connectionOf } from '../members.ts';
import { Refusal } from '../refusal.ts';

/** GET_CONSUMER_CONNECTION_LIST (203): the members of a consumer group, and what it wants. */
export const getConsumerConnectionList: Handler<'getConsumerConnectionList'> = ({ broker, fields }) => {
  const { consumerGroup } = fields;
  const online = broker.members.consumerGroup(consumerGroup);
  if (online === undefined) {
    throw new Refusal(responseCodes.consumerNotOnline, `the consumer group[${consumerGroup}] not online`);
  }
  const { members, subscriptions, consumeType, messageModel, consumeFromWhere } = online;
  const body = {
    connectionSet: [...members.values()].map(connectionOf),
    subscriptionTable: Object.fromEntries(subscriptions),
    consumeType,
    messageModel,
    consumeFromWhere,
  };
  return { body: encodeBody('ConsumerConnection', body) };
};
