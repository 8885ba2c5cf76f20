import type { Handler } from '../call.ts';
import { queueKey } from '../store.ts';

/** GET_EARLIEST_MSG_STORETIME (32): when the oldest message of a queue was stored; -1 when there is none. */
export const getEarliestMsgStoretime: Handler<'getEarliestMsgStoretime'> = ({ broker, fields }) => {
  const queue = broker.store.log.existing(queueKey(fields.topic, fields.queueId));
  return { fields: { timestamp: BigInt(queue?.at(queue.begin)?.storedAt ?? -1) } };
};
