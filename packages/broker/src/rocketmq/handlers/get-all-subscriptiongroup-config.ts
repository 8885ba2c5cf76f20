import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): the settings of all groups in one answer. */
export const getAllSubscriptiongroupConfig: Handler<'getAllSubscriptiongroupConfig'> = ({ broker }) => {
  const entries = broker.groups.all().map((config) => [config.groupName, config] as const);
  const body = { dataVersion: broker.groups.version, subscriptionGroupTable: Object.fromEntries(entries) };
  return { body: encodeBody('SubscriptionGroupTable', body) };
};
