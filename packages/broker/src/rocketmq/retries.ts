import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { dlqTopic, offsetMessageId, propertyNames, retryTopic } from '@rmq/protocol/rocketmq/messages';
import type { LogRecord } from '../core/message-log.ts';
import type { Broker } from './broker.ts';
import { withProperties } from './property-text.ts';
import { noSuchGroup, Refusal } from './refusal.ts';
import { storeMessage } from './sending.ts';

/** Level of the first redelivery: 10 s by default; each further one waits one level longer. */
const FIRST_RETRY_LEVEL = 3;

/** What a consumer could not handle. */
export interface SendBack {
  readonly group: string;
  /** Where the message is in the log. */
  readonly offset: bigint;
  /** When to try again: a level, 0 for the usual one, less than 0 for never. */
  readonly delayLevel: number;
  /** Attempts after which it becomes a dead letter. */
  readonly maxAttempts: (configured: number) => number;
}

/**
 * Gives a message back to its group: to the retry topic, delivered after a delay, or after too many attempts to the
 * dead-letter topic. After `AbstractSendMessageProcessor.java`.
 * @throws Refusal when the group or the message cannot be found
 */
export function sendBack(broker: Broker, { group, offset, delayLevel, maxAttempts }: SendBack): void {
  const config = broker.groups.find(group);
  if (config === undefined) throw noSuchGroup(group);
  if (config.retryQueueNums <= 0) return; // such a group wants no retries
  const record = broker.store.find(offset);
  if (record === undefined) throw new Refusal(responseCodes.systemError, `look message by offset failed, ${offset}`);
  const message = broker.store.read(record);
  const isDead = delayLevel < 0 || message.reconsumeTimes >= maxAttempts(config.retryMaxTimes);
  const topic = isDead ? dlqTopic(group) : retryTopic(group);
  const { writeQueueNums } = broker.topics.ensure({ topic, queues: isDead ? 1 : config.retryQueueNums });
  const level = delayLevel === 0 ? FIRST_RETRY_LEVEL + message.reconsumeTimes : delayLevel;
  storeMessage(broker, {
    topic,
    queueId: broker.anyQueue(writeQueueNums),
    flag: message.flag,
    sysFlag: message.sysFlag,
    bornTimestamp: message.bornTimestamp,
    bornHost: message.bornHost,
    reconsumeTimes: message.reconsumeTimes + 1,
    body: message.body,
    properties: retriedProperties(broker, { message, record, level: isDead ? undefined : String(level) }),
  });
}

interface Retried {
  readonly message: StoredMessage;
  readonly record: LogRecord;
  readonly level: string | undefined;
}

/** Where it came from stays known through all attempts: the first topic, and the first id. */
function retriedProperties({ place }: Broker, { message, record, level }: Retried): string {
  const { RETRY_TOPIC: original, ORIGIN_MESSAGE_ID: first, DELAY, WAIT } = propertyNames;
  return withProperties(message.propertiesText, {
    [original]: message.property(original) ?? message.topic,
    [first]: message.property(first) ?? offsetMessageId(place.host, BigInt(record.position)),
    [WAIT]: 'false',
    [DELAY]: level,
  });
}
