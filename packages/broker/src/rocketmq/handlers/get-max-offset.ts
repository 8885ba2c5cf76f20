import type { Handler } from '../call.ts';

/** GET_MAX_OFFSET (30): the offset the next message will get; 0 for a queue nobody knows. */
export const getMaxOffset: Handler<'getMaxOffset'> = ({ broker, fields }) => ({
  fields: { offset: BigInt(broker.store.bounds(fields.topic, fields.queueId).end) },
});
