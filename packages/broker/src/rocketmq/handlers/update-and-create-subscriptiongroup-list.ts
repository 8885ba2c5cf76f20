import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { setGroup } from '../group-config.ts';

/** UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (225): creates or changes several consumer groups. */
export const updateAndCreateSubscriptiongroupList: Handler<'updateAndCreateSubscriptiongroupList'> = ({
  broker,
  command,
}) => {
  for (const config of decodeBody('SubscriptionGroupList', command.body).groupConfigList) setGroup(broker, config);
  return {};
};
