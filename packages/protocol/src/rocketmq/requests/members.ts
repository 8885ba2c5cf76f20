import { encodeBody } from '../bodies/codec.ts';
import type { Body } from '../bodies/types.ts';
import type { RequestFields } from '../commands.ts';
import type { Request } from '../request.ts';

/** HEART_BEAT (34): who is here, and what they want. @throws UsageError `field-missing` or `value-out-of-range` */
export function heartBeat(data: Body<'HeartbeatData', 'given'>): Request<'heartBeat'> {
  return { name: 'heartBeat', fields: {}, body: encodeBody('HeartbeatData', data) };
}

/** GET_CONSUMER_LIST_BY_GROUP (38): the members of a group that this broker knows. */
export function getConsumerListByGroup(
  fields: RequestFields<'getConsumerListByGroup'>,
): Request<'getConsumerListByGroup'> {
  return { name: 'getConsumerListByGroup', fields };
}

/** GET_CONSUMER_RUNNING_INFO (307): what a member is doing; the broker asks the member. */
export function getConsumerRunningInfo(
  fields: RequestFields<'getConsumerRunningInfo'>,
): Request<'getConsumerRunningInfo'> {
  return { name: 'getConsumerRunningInfo', fields };
}

/** CONSUME_MESSAGE_DIRECTLY (309): makes a member handle one message now; `msgId` is an offset message id. */
export function consumeMessageDirectly(
  fields: RequestFields<'consumeMessageDirectly'>,
): Request<'consumeMessageDirectly'> {
  return { name: 'consumeMessageDirectly', fields };
}

/** LOCK_BATCH_MQ (41): queues for one member alone. @throws UsageError `field-missing` or `value-out-of-range` */
export function lockBatchMq(queues: Body<'LockBatchRequest', 'given'>): Request<'lockBatchMq'> {
  return { name: 'lockBatchMq', fields: {}, body: encodeBody('LockBatchRequest', queues) };
}

/** UNLOCK_BATCH_MQ (42): gives them back. @throws UsageError `field-missing` or `value-out-of-range` */
export function unlockBatchMq(queues: Body<'LockBatchRequest', 'given'>): Request<'unlockBatchMq'> {
  return { name: 'unlockBatchMq', fields: {}, body: encodeBody('LockBatchRequest', queues) };
}
