import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { lockKey } from '../lock-key.ts';

/** UNLOCK_BATCH_MQ (42): gives queues back. Those of others stay locked, without a word. */
export const unlockBatchMq: Handler<'unlockBatchMq'> = ({ broker, command }) => {
  const { clientId, consumerGroup, mqSet } = decodeBody('LockBatchRequest', command.body);
  for (const queue of mqSet) broker.locks.unlock(lockKey(consumerGroup, queue), clientId);
  return {};
};
