import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';

/** The name of a group's lock on a queue. Neither groups nor topics can hold an `@`. */
export function lockKey(group: string, { topic, queueId }: MessageQueue): string {
  return `${group}@${topic}@${queueId}`;
}
