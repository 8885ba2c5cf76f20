import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { setGroup } from '../group-config.ts';

/** UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200): creates a consumer group or changes its settings. */
export const updateAndCreateSubscriptiongroup: Handler<'updateAndCreateSubscriptiongroup'> = ({ broker, command }) => {
  setGroup(broker, decodeBody('SubscriptionGroupConfig', command.body));
  return {};
};
