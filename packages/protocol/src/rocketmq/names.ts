import { UsageError } from '../errors.ts';

/** Longest topic a client sends to. Characters, which are bytes in this alphabet. */
export const MAX_TOPIC_LENGTH = 127;

/** Longest group name a client uses. Characters. */
export const MAX_GROUP_LENGTH = 120;

/** The topic whose settings new topics inherit; its route serves producers of a topic that does not exist yet. */
export const templateTopic = 'TBW102';

/** Where a broker keeps delayed messages until they are due, one queue per level. */
export const scheduleTopic = 'SCHEDULE_TOPIC_XXXX';

/** Topics that brokers make for themselves, after `TopicValidator.java`. See {@link isSystemTopic}. */
export const systemTopics = [
  'TBW102',
  'SCHEDULE_TOPIC_XXXX',
  'BenchmarkTest',
  'RMQ_SYS_TRANS_HALF_TOPIC',
  'RMQ_SYS_TRACE_TOPIC',
  'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  'TRANS_CHECK_MAX_TIME_TOPIC',
  'SELF_TEST_TOPIC',
  'OFFSET_MOVED_EVENT',
  'CHECKPOINT_TOPIC',
] as const;

/** Topics that brokers refuse to store user messages in. */
export const sendForbiddenTopics = [
  'SCHEDULE_TOPIC_XXXX',
  'RMQ_SYS_TRANS_HALF_TOPIC',
  'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  'TRANS_CHECK_MAX_TIME_TOPIC',
  'SELF_TEST_TOPIC',
  'OFFSET_MOVED_EVENT',
] as const;

const RETRY_PREFIX = '%RETRY%';
const DLQ_PREFIX = '%DLQ%';
const ALPHABET = /^[%|a-zA-Z0-9_-]+$/u;

function checkName(kind: string, name: string, maxLength: number): void {
  if (name.length === 0) throw new UsageError('name-invalid', `${kind} name is empty`);
  if (name.length > maxLength) {
    throw new UsageError('name-invalid', `${kind} name has ${name.length} characters, at most ${maxLength}`);
  }
  if (!ALPHABET.test(name)) {
    throw new UsageError('name-invalid', `${kind} name "${name}" may only use letters, digits, %, |, _ and -`);
  }
}

/**
 * Checks a topic a client wants to use: 1 to 127 of letters, digits, `%`, `|`, `_` and `-`.
 *
 * @throws UsageError `name-invalid`
 */
export function checkTopic(topic: string): void {
  checkName('topic', topic, MAX_TOPIC_LENGTH);
}

/**
 * Checks a producer or consumer group: 1 to 120 of letters, digits, `%`, `|`, `_` and `-`.
 *
 * @throws UsageError `name-invalid`
 */
export function checkGroup(group: string): void {
  checkName('group', group, MAX_GROUP_LENGTH);
}

/** Where messages of a group wait for another attempt. */
export function retryTopic(group: string): string {
  return RETRY_PREFIX + group;
}

/** Where messages of a group end that used up their attempts. */
export function dlqTopic(group: string): string {
  return DLQ_PREFIX + group;
}

/** Where replies to request-reply messages are stored in a cluster. */
export function replyTopic(cluster: string): string {
  return `${cluster}_REPLY_TOPIC`;
}

/** Whether messages here wait for another attempt. */
export function isRetryTopic(topic: string): boolean {
  return topic.startsWith(RETRY_PREFIX);
}

/** Whether this topic holds dead letters. */
export function isDlqTopic(topic: string): boolean {
  return topic.startsWith(DLQ_PREFIX);
}

/** Whether brokers own this topic: one of {@link systemTopics}, or a name that starts with `rmq_sys_`. */
export function isSystemTopic(topic: string): boolean {
  return topic.startsWith('rmq_sys_') || systemTopics.some((name) => name === topic);
}

/** Whether this group belongs to RocketMQ itself (`CID_RMQ_SYS_…`). */
export function isSystemGroup(group: string): boolean {
  return group.startsWith('CID_RMQ_SYS_');
}

/** One queue of a topic on one broker. */
export interface MessageQueue {
  readonly topic: string;
  readonly brokerName: string;
  readonly queueId: number;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Orders queues as `MessageQueue.compareTo` does: topic, broker name, queue id.
 *
 * Members of a group share queues out by position in this order, so all of them must sort alike.
 */
export function compareQueues(left: MessageQueue, right: MessageQueue): number {
  return (
    compareText(left.topic, right.topic) ||
    compareText(left.brokerName, right.brokerName) ||
    left.queueId - right.queueId
  );
}
