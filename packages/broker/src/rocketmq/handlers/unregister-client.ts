import type { Handler } from '../call.ts';

/**
 * UNREGISTER_CLIENT (35): a client leaves a group. It is known by its connection, not by the id it gives; the others are
 * told in any case.
 */
export const unregisterClient: Handler<'unregisterClient'> = ({ broker, fields, peer }) => {
  const { producerGroup, consumerGroup } = fields;
  if (producerGroup !== undefined) broker.members.leave('producer', producerGroup, peer);
  if (consumerGroup !== undefined && broker.members.consumerGroup(consumerGroup) !== undefined) {
    broker.members.leave('consumer', consumerGroup, peer);
    broker.notifyMembers(consumerGroup);
  }
  return {};
};
