import type { Handler } from '../call.ts';
import { askMember } from '../ask-member.ts';

/** GET_CONSUMER_RUNNING_INFO (307): asks one consumer about its inside, and hands its answer on as it is. */
export const getConsumerRunningInfo: Handler<'getConsumerRunningInfo'> = async ({ broker, fields }) => {
  const { consumerGroup, clientId } = fields;
  const relay = await askMember(broker, { consumerGroup, clientId }, { name: 'getConsumerRunningInfo', fields });
  return { relay };
};
