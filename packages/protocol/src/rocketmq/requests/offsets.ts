import type { RequestFields } from '../commands.ts';
import type { Request } from '../request.ts';

/** GET_MAX_OFFSET (30): one behind the last message of a queue. */
export function getMaxOffset(fields: RequestFields<'getMaxOffset'>): Request<'getMaxOffset'> {
  return { name: 'getMaxOffset', fields };
}

/** QUERY_CONSUMER_OFFSET (14): how far a group is with a queue. */
export function queryConsumerOffset(fields: RequestFields<'queryConsumerOffset'>): Request<'queryConsumerOffset'> {
  return { name: 'queryConsumerOffset', fields };
}

/** UPDATE_CONSUMER_OFFSET (15): stores how far a group is with a queue; mostly sent oneway. */
export function updateConsumerOffset(fields: RequestFields<'updateConsumerOffset'>): Request<'updateConsumerOffset'> {
  return { name: 'updateConsumerOffset', fields };
}

/** SEARCH_OFFSET_BY_TIMESTAMP (29): the offset of a moment. Milliseconds since the epoch. */
export function searchOffsetByTimestamp(
  fields: RequestFields<'searchOffsetByTimestamp'>,
): Request<'searchOffsetByTimestamp'> {
  return { name: 'searchOffsetByTimestamp', fields };
}

/** Whose offsets go where; `timestamp` is in milliseconds since the epoch, -1 the end. All queues unless one is named. */
export type ResetOffsetInit = Omit<RequestFields<'invokeBrokerToResetOffset'>, 'isForce' | 'queueId'> &
  Partial<Pick<RequestFields<'invokeBrokerToResetOffset'>, 'isForce' | 'queueId'>>;

/** INVOKE_BROKER_TO_RESET_OFFSET (222): puts a group back or forward, also back when `isForce` (the default). */
export function resetOffset(init: ResetOffsetInit): Request<'invokeBrokerToResetOffset'> {
  return { name: 'invokeBrokerToResetOffset', fields: { isForce: true, queueId: -1, ...init } };
}
