import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';

/**
 * Shares queues out among the members of a group: which of `queues` does `self` read?
 *
 * Every member calculates alone, from the same sorted lists. Any strategy must therefore depend on nothing else, and all
 * members must use the same one, or queues get two readers or none.
 *
 * @param queues - all queues of one topic, by broker name, then queue id.
 * @param members - client ids of the group's members in plain string order. Holds `self`.
 */
export type Allocate = (
  queues: readonly MessageQueue[],
  members: readonly string[],
  self: string,
) => readonly MessageQueue[];

/** Neighbouring queues in blocks of equal size; the first members get one more. Java: AVG, its default. */

export function allocateAverage(
  queues: readonly MessageQueue[],
  members: readonly string[],
  self: string,
): readonly MessageQueue[] {
  const index = members.indexOf(self);
  if (index < 0) return [];
  const size = Math.floor(queues.length / members.length);
  const extra = queues.length % members.length;
  const from = index * size + Math.min(index, extra);
  return queues.slice(from, from + size + (index < extra ? 1 : 0));
}

/** One queue to each member in turn, round and round. Java: AVG_BY_CIRCLE. */

export function allocateInCircle(
  queues: readonly MessageQueue[],
  members: readonly string[],
  self: string,
): readonly MessageQueue[] {
  const index = members.indexOf(self);
  return index < 0 ? [] : queues.filter((_, at) => at % members.length === index);
}

/** The strategies that have a name, by that name (Java's, in lower case). */
export const allocations: Readonly<Record<'avg' | 'avg-by-circle', Allocate>> = {
  avg: allocateAverage,
  'avg-by-circle': allocateInCircle,
};

/** Identifies a queue in maps. `@` cannot be part of a topic, and the queue id ends it, so no two queues share a key. */
export function queueKey({ topic, brokerName, queueId }: MessageQueue): string {
  return `${topic}@${brokerName}@${String(queueId)}`;
}

/** Plain order by UTF-16 units, as Java sorts member ids: what all members must agree on. */
export function sortMembers(members: readonly string[]): string[] {
  return [...new Set(members)].sort((left, right) => (left === right ? 0 : left < right ? -1 : 1));
}
