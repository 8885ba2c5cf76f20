import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** GET_CONSUMER_LIST_BY_GROUP (38): the client ids of a group's members, unsorted; what members share queues out by. */
export const getConsumerListByGroup: Handler<'getConsumerListByGroup'> = ({ broker, fields }) => {
  const { consumerGroup } = fields;
  const online = broker.members.consumerGroup(consumerGroup);
  if (online === undefined) {
    throw new Refusal(responseCodes.systemError, `no consumer for this group, ${consumerGroup}`);
  }
  const ids = new Set([...online.members.values()].map(({ clientId }) => clientId));
  return { body: encodeBody('ConsumerList', { consumerIdList: [...ids] }) };
};
