import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { TopicConfig } from '@rmq/protocol/rocketmq/bodies';
import type { BatchEntry } from '@rmq/protocol/rocketmq/messages';
import { responseCodes, versions } from '@rmq/protocol/rocketmq';
import {
  decodeBatch,
  dlqTopic,
  formatPermission,
  isRetryTopic,
  MAX_PROPERTIES_BYTES,
  offsetMessageId,
  propertyNames,
  readProperty,
  retryTopic,
  sendForbiddenTopics,
  sysFlags,
  checkTopic,
} from '@rmq/protocol/rocketmq/messages';
import { isRmqError } from '@rmq/protocol';
import type { LogRecord } from '../core/message-log.ts';
import type { Broker } from './broker.ts';
import type { Answer, Peer } from './call.ts';
import { noSuchGroup, noSuchTopic, Refusal } from './refusal.ts';
import { withProperties } from './property-text.ts';
import type { NewMessage } from './store.ts';

/** Where this broker says it is; RocketMQ's default. */
const REGION = 'DefaultRegion';
/** At least what a record takes besides body and properties of a batch's message, with some room for what is added. */
const RECORD_OVERHEAD_BYTES = 512;
const sendExtra = { MSG_REGION: REGION, TRACE_ON: 'true' } as const;

/** What the three send commands have in common. */
export interface SendFields {
  readonly producerGroup: string;
  readonly topic: string;
  readonly defaultTopic: string;
  readonly defaultTopicQueueNums: number;
  readonly queueId: number;
  readonly sysFlag: number;
  readonly bornTimestamp: bigint;
  readonly flag: number;
  readonly properties?: string | undefined;
  readonly reconsumeTimes?: number | undefined;
  readonly batch?: boolean | undefined;
  readonly maxReconsumeTimes?: number | undefined;
}

/** One send request. */
export interface Send {
  readonly fields: SendFields;
  readonly command: RemotingCommand;
  readonly peer: Peer;
  readonly broker: Broker;
}

type SendAnswer = Answer<'sendMessageV2'>;

/** Serves SEND_MESSAGE, SEND_MESSAGE_V2 and SEND_BATCH_MESSAGE: whether it is a batch says a field, not the code. */
export function send(request: Send): SendAnswer {
  try {
    const stored = accept(request);
    return { ...stored, extra: sendExtra };
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.responseCode, error.remark, sendExtra);
    // What the broker adds made them too long.
    if (isRmqError(error, 'properties-too-large'))
      throw new Refusal(responseCodes.messageIllegal, error.message, sendExtra);
    throw error;
  }
}

function accept(request: Send): SendAnswer {
  const { broker, command, fields, peer } = request;
  const config = topicOf(broker, fields);
  const queues = Math.max(config.readQueueNums, config.writeQueueNums);
  if (fields.queueId >= queues) {
    throw new Refusal(
      responseCodes.invalidParameter,
      `request queueId[${fields.queueId}] is illegal, ${describe(config)} Producer: ${peer.address}`,
    );
  }
  checkSizes(broker, fields, command.body);
  const queueId = fields.queueId >= 0 ? fields.queueId : broker.anyQueue(config.writeQueueNums);
  return fields.batch === true ? storeBatch(request, queueId) : storeOne(request, queueId);
}

/** The topic to send to, created if that is allowed. */
function topicOf(broker: Broker, { topic, defaultTopic, defaultTopicQueueNums }: SendFields): TopicConfig {
  const known = broker.topics.get(topic);
  if (sendForbiddenTopics.some((name) => name === topic)) {
    throw new Refusal(responseCodes.noPermission, `Sending message to topic[${topic}] is forbidden.`);
  }
  if (known !== undefined) return known;
  checkNewTopic(broker, topic);
  const made = isRetryTopic(topic)
    ? broker.topics.ensure({ topic, queues: 1 })
    : broker.topics.inherit(topic, defaultTopic, defaultTopicQueueNums);
  if (made === undefined) throw noSuchTopic(topic);
  return made;
}

/** Refuses names that no topic can have, and those that belong to the broker. */
export function checkNewTopic(broker: Broker, topic: string): void {
  try {
    checkTopic(topic);
  } catch (error) {
    if (isRmqError(error, 'name-invalid')) throw new Refusal(responseCodes.invalidParameter, error.message);
    throw error;
  }
  if (broker.topics.isSystem(topic)) {
    throw new Refusal(responseCodes.invalidParameter, `The topic[${topic}] is conflict with system topic.`);
  }
}

function checkSizes({ options }: Broker, { properties = '' }: SendFields, body: Uint8Array): void {
  if (body.length === 0) throw new Refusal(responseCodes.systemError, 'the message has no body');
  if (body.length > options.maxMessageBytes) {
    throw new Refusal(
      responseCodes.messageIllegal,
      `the message is illegal: a body of ${body.length} bytes, the limit is ${options.maxMessageBytes}`,
    );
  }
  checkProperties(properties);
}

function checkProperties(properties: string): void {
  // UTF-8 takes up to three bytes per unit: most strings need not be measured exactly, as what is added is short.
  if (properties.length > MAX_PROPERTIES_BYTES) {
    throw new Refusal(
      responseCodes.messageIllegal,
      `the message is illegal: properties of ${properties.length} characters, the limit is ${MAX_PROPERTIES_BYTES} bytes`,
    );
  }
}

/** What is not served here is refused like a RocketMQ broker refuses it that has it switched off. */
function checkKind(sysFlag: number, properties: string): void {
  if ((sysFlag & sysFlags.transactionMask) !== 0) {
    throw new Refusal(responseCodes.noPermission, 'sending transaction message is forbidden: this broker has none');
  }
  const { TIMER_DELAY_SEC, TIMER_DELAY_MS, TIMER_DELIVER_MS, INNER_NUM } = propertyNames;
  const timers = [TIMER_DELAY_SEC, TIMER_DELAY_MS, TIMER_DELIVER_MS];
  if (timers.some((name) => readProperty(properties, name) !== undefined) && delayLevel(properties) === 0) {
    throw new Refusal(
      responseCodes.systemError,
      'accurate timer message is not enabled: this broker has delay levels only',
    );
  }
  if (readProperty(properties, INNER_NUM) !== undefined) {
    throw new Refusal(responseCodes.messageIllegal, `the message is illegal: it has the property ${INNER_NUM}`);
  }
}

function delayLevel(properties: string): number {
  const level = Number(readProperty(properties, propertyNames.DELAY) ?? 0);
  return Number.isInteger(level) && level > 0 ? level : 0;
}

function storeOne({ broker, command, fields, peer }: Send, queueId: number): SendAnswer {
  const text = fields.properties ?? '';
  checkKind(fields.sysFlag, text);
  const uniqueKey = readProperty(text, propertyNames.UNIQ_KEY) ?? broker.nextUniqueKey();
  const message: NewMessage = {
    topic: fields.topic,
    queueId,
    flag: fields.flag,
    sysFlag: fields.sysFlag,
    bornTimestamp: Number(fields.bornTimestamp),
    bornHost: peer.host,
    reconsumeTimes: fields.reconsumeTimes ?? 0,
    body: command.body,
    properties: stamped(broker, text, uniqueKey),
  };
  const max = isRetryTopic(message.topic) ? retryLimit(broker, command, fields) : Infinity;
  const record = storeMessage(broker, message.reconsumeTimes > max ? asDeadLetter(broker, message) : message);
  return { fields: { ...stored(broker, [record]), queueId, transactionId: uniqueKey } };
}

function storeBatch({ broker, command, fields, peer }: Send, queueId: number): SendAnswer {
  if (isRetryTopic(fields.topic)) throw new Refusal(responseCodes.messageIllegal, 'a batch cannot go to a retry topic');
  const items = batchItems(command.body);
  const messages = items.map((item): NewMessage => {
    checkKind(fields.sysFlag, item.properties);
    return {
      topic: fields.topic,
      queueId,
      flag: item.flag,
      sysFlag: fields.sysFlag,
      bornTimestamp: Number(fields.bornTimestamp),
      bornHost: peer.host,
      reconsumeTimes: 0,
      body: item.body,
      properties: stamped(
        broker,
        item.properties,
        readProperty(item.properties, propertyNames.UNIQ_KEY) ?? broker.nextUniqueKey(),
      ),
    };
  });
  // All or nothing: half a batch in a full store would be sent again as a whole.
  broker.store.checkRoom(command.body.length + items.length * RECORD_OVERHEAD_BYTES);
  const records = messages.map((message) => broker.store.put(message));
  const transactionId = readProperty(fields.properties ?? '', propertyNames.UNIQ_KEY);
  return { fields: { ...stored(broker, records), queueId, transactionId } };
}

function batchItems(body: Uint8Array): readonly BatchEntry[] {
  const items = decodeBatch(body);
  for (const { body: part, properties } of items) {
    if (part.length === 0)
      throw new Refusal(responseCodes.messageIllegal, 'the batch is illegal: a message has no body');
    if (delayLevel(properties) > 0) throw new Refusal(responseCodes.messageIllegal, 'a batch cannot be delayed');
  }
  return items;
}

/** What brokers add to every message. */
function stamped({ options }: Broker, properties: string, uniqueKey: string): string {
  const { MSG_REGION, TRACE_ON, CLUSTER, UNIQ_KEY, POP_CK } = propertyNames;
  const known = readProperty(properties, UNIQ_KEY) === uniqueKey;
  return withProperties(properties, {
    ...(properties.includes(POP_CK) ? { [POP_CK]: undefined } : {}),
    ...(known ? {} : { [UNIQ_KEY]: uniqueKey }),
    [MSG_REGION]: REGION,
    [TRACE_ON]: 'true',
    [CLUSTER]: options.clusterName,
  });
}

/** How often a message may be tried again that a consumer sends to its retry topic by itself. */
function retryLimit(broker: Broker, command: RemotingCommand, { topic, maxReconsumeTimes }: SendFields): number {
  const group = topic.slice(retryTopic('').length);
  const config = broker.groups.find(group);
  if (config === undefined) throw noSuchGroup(group);
  return maxAttempts(command, maxReconsumeTimes, config.retryMaxTimes);
}

function asDeadLetter(broker: Broker, message: NewMessage): NewMessage {
  const topic = dlqTopic(message.topic.slice(retryTopic('').length));
  broker.topics.ensure({ topic, queues: 1 });
  const properties = withProperties(message.properties, { [propertyNames.DELAY]: undefined });
  return { ...message, topic, queueId: 0, properties };
}

/** How often a message may be tried again: what the consumer says, if it is new enough to say so; else the group's rule. */
export function maxAttempts({ version }: RemotingCommand, asked: number | undefined, configured: number): number {
  return version >= versions.v3_4_9 && asked !== undefined ? asked : configured;
}

/** Stores a message in its topic, or with a delay level in the schedule first. */
export function storeMessage(broker: Broker, message: NewMessage): LogRecord {
  const level = delayLevel(message.properties);
  return level > 0 ? broker.delays.put(message, level) : broker.store.put(message);
}

/** Where messages were stored: their ids, and the offset of the first. */
function stored(
  { place }: Broker,
  records: readonly LogRecord[],
): { readonly msgId: string; readonly queueOffset: bigint } {
  const ids = records.map(({ position }) => offsetMessageId(place.host, BigInt(position)));
  return { msgId: ids.join(','), queueOffset: BigInt(records[0]?.offset ?? 0) };
}

function describe({ topicName, readQueueNums, writeQueueNums, perm }: TopicConfig): string {
  return `TopicConfig [topicName=${topicName}, readQueueNums=${readQueueNums}, writeQueueNums=${writeQueueNums}, perm=${formatPermission(perm)}]`;
}
