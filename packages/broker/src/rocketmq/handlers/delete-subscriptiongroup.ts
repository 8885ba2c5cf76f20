import type { Handler } from '../call.ts';

/** DELETE_SUBSCRIPTIONGROUP (207): forgets a group's settings, and its offsets if asked to. */
export const deleteSubscriptiongroup: Handler<'deleteSubscriptiongroup'> = ({ broker, fields }) => {
  broker.groups.remove(fields.groupName);
  if (fields.cleanOffset) {
    for (const table of [broker.offsets, broker.pulled, broker.resets]) table.removeGroup(fields.groupName);
  }
  return {};
};
