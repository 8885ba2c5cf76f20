import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { lockKey } from '../lock-key.ts';
import { overloaded } from '../refusal.ts';

/** LOCK_BATCH_MQ (41): reserves queues for a client that reads them in order. Answers those it got, or has. */
export const lockBatchMq: Handler<'lockBatchMq'> = ({ broker, command }) => {
  const { clientId, consumerGroup, mqSet } = decodeBody('LockBatchRequest', command.body);
  if (!broker.hasRoomForLocks) throw overloaded(`${broker.locks.size} queues are locked already`);
  const lockOKMQSet = mqSet.filter((queue) => broker.locks.lock(lockKey(consumerGroup, queue), clientId));
  return { body: encodeBody('LockBatchResponse', { lockOKMQSet }) };
};
