import type { TopicConfig } from '@rmq/protocol/rocketmq/bodies';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { Refusal } from './refusal.ts';

/** More queues than this are a mistake: each costs every consumer a request at a time. */
const MAX_QUEUES = 65_536;

/** Refuses settings that make no sense, and those whose effect this broker does not have. */
export function checkTopicConfig({ topicName, readQueueNums, writeQueueNums, perm, attributes }: TopicConfig): void {
  for (const count of [readQueueNums, writeQueueNums]) {
    if (count < 0 || count > MAX_QUEUES) refuse(topicName, `${count} queues, expected 0 to ${MAX_QUEUES}`);
  }
  if (perm < 0 || perm > 15) refuse(topicName, `permission ${perm}`);
  if ((attributes['queue.type'] ?? 'SimpleCQ') !== 'SimpleCQ') refuse(topicName, 'this broker has no batch queues');
  if ((attributes['cleanup.policy'] ?? 'DELETE') !== 'DELETE') refuse(topicName, 'this broker does not compact topics');
}

function refuse(topic: string, why: string): never {
  throw new Refusal(responseCodes.invalidParameter, `topic ${topic}: ${why}`);
}
