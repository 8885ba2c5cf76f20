import type { Handler } from '../call.ts';

/**
 * SEARCH_OFFSET_BY_TIMESTAMP (29): with LOWER, the first message stored at that time or later; with UPPER, the last one
 * stored at that time or earlier. Nothing there: the nearest end of the queue.
 */
export const searchOffsetByTimestamp: Handler<'searchOffsetByTimestamp'> = ({ broker, fields }) => {
  const { topic, queueId, boundaryType } = fields;
  const time = Number(fields.timestamp);
  const queue = broker.store.queue(topic, queueId);
  if (boundaryType !== 'UPPER') return { fields: { offset: BigInt(queue.firstSince(time)) } };
  return { fields: { offset: BigInt(Math.max(queue.begin, queue.firstSince(time + 1) - 1)) } };
};
