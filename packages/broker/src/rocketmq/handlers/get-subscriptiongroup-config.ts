import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** GET_SUBSCRIPTIONGROUP_CONFIG (352): the settings of one group; asking creates it where that is allowed. */
export const getSubscriptiongroupConfig: Handler<'getSubscriptiongroupConfig'> = ({ broker, fields }) => {
  const config = broker.groups.find(fields.group);
  if (config === undefined) {
    throw new Refusal(responseCodes.subscriptionGroupNotExist, `No group in this broker. group: ${fields.group}`);
  }
  return { body: encodeBody('SubscriptionGroupConfig', config) };
};
