import type { Handler } from '../call.ts';

/** GET_MIN_OFFSET (31): the oldest offset still here; 0 for a queue nobody knows. */
export const getMinOffset: Handler<'getMinOffset'> = ({ broker, fields }) => ({
  fields: { offset: BigInt(broker.store.bounds(fields.topic, fields.queueId).begin) },
});
