import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { connectionOf } from '../members.ts';
import { Refusal } from '../refusal.ts';

/** GET_PRODUCER_CONNECTION_LIST (204): the members of a producer group. */
export const getProducerConnectionList: Handler<'getProducerConnectionList'> = ({ broker, fields }) => {
  const members = broker.members.producers(fields.producerGroup);
  if (members.length === 0) {
    throw new Refusal(responseCodes.systemError, `the producer group[${fields.producerGroup}] not exist`);
  }
  return { body: encodeBody('ProducerConnection', { connectionSet: members.map(connectionOf) }) };
};
