import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Broker } from '../broker.ts';
import type { Handler } from '../call.ts';
import { noSuchGroup, overloaded, Refusal } from '../refusal.ts';
import { queueKey } from '../store.ts';

/**
 * INVOKE_BROKER_TO_RESET_OFFSET (222): moves a group to an offset or a time. The broker does it by itself, as 5.3.3 does:
 * it stores the offset, refuses to hear where consumers were, and tells them at their next pull (21, OFFSET_RESET).
 * Pulls it holds are such pulls.
 */
export const invokeBrokerToResetOffset: Handler<'invokeBrokerToResetOffset'> = ({ broker, fields }) => {
  const { group, topic, queueId } = fields;
  const config = broker.topics.get(topic);
  if (config === undefined) throw new Refusal(responseCodes.topicNotExist, `Topic ${topic} does not exist`);
  if (broker.groups.get(group) === undefined) throw noSuchGroup(group);
  const queues = queueId >= 0 ? [queueId] : Array.from({ length: config.writeQueueNums }, (_, id) => id);
  const { brokerName } = broker.options;
  const offsetTable = queues.map((id) => {
    const offset = targetOf(broker, { ...fields, queueId: id });
    const fits = [broker.offsets, broker.resets].every((table) => table.set(group, topic, { id, offset }));
    if (!fits) throw overloaded('too many offsets');
    return { queue: { topic, brokerName, queueId: id }, value: offset };
  });
  const keys = new Set(queues.map((id) => queueKey(topic, id)));
  broker.held.wakeAll((request) => request.group === group && keys.has(request.queue));
  return { body: encodeBody('ResetOffset', { offsetTable }, { strict: false }) };
};

interface Target {
  readonly topic: string;
  readonly queueId: number;
  readonly timestamp: bigint;
  readonly offset?: bigint | undefined;
}

/** An offset that is given counts more than a time; a time before all times means the end. */
function targetOf(broker: Broker, { topic, queueId, timestamp, offset = -1n }: Target): bigint {
  if (offset >= 0n) return offset;
  const queue = broker.store.queue(topic, queueId);
  return BigInt(timestamp < 0n ? queue.end : queue.firstSince(Number(timestamp)));
}
