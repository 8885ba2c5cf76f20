import type { BatchItem } from '../batch.ts';
import { encodeBatch } from '../batch.ts';
import type { RequestFields } from '../commands.ts';
import { templateTopic } from '../names.ts';
import { encodeProperties, type Properties } from '../properties.ts';
import type { Request } from '../request.ts';

/** Queues of a topic that a send may create. */
const DEFAULT_QUEUES = 4;

/** Of a send, what Java's producer puts in unless it is told otherwise. */
type Defaulted = 'defaultTopic' | 'defaultTopicQueueNums' | 'sysFlag' | 'flag' | 'properties' | 'batch';

/** What a send says about its message; `bornTimestamp` is in milliseconds since the epoch. */
export type SendInit = Omit<RequestFields<'sendMessageV2'>, Defaulted> &
  Partial<Pick<RequestFields<'sendMessageV2'>, Exclude<Defaulted, 'batch' | 'properties'>>> & {
    readonly properties?: Properties | undefined;
  };

/** {@link SendInit} and the message's body. */
export type MessageInit = SendInit & { readonly body: Uint8Array };

/** {@link SendInit} and the messages; their own properties are with them. */
export type BatchInit = SendInit & { readonly messages: readonly BatchItem[] };

/**
 * SEND_MESSAGE (10): field names at full length, for brokers before 3.0 and for reading.
 * @throws UsageError `property-invalid`
 */
export function sendMessage({ body, brokerName, ...init }: MessageInit): Request<'sendMessage'> {
  return { name: 'sendMessage', fields: { ...sendFields(init, false), bname: init.bname ?? brokerName }, body };
}

/** SEND_MESSAGE_V2 (310): what producers send. @throws UsageError `property-invalid` */
export function sendMessageV2({ body, ...init }: MessageInit): Request<'sendMessageV2'> {
  return { name: 'sendMessageV2', fields: sendFields(init, false), body };
}

/** SEND_BATCH_MESSAGE (320): several messages for one queue. @throws as {@link encodeBatch} */
export function sendBatchMessage({ messages, ...init }: BatchInit): Request<'sendBatchMessage'> {
  return { name: 'sendBatchMessage', fields: sendFields(init, true), body: encodeBatch(messages) };
}

function sendFields({ properties, ...init }: SendInit, batch: boolean): RequestFields<'sendMessageV2'> {
  return {
    defaultTopic: templateTopic,
    defaultTopicQueueNums: DEFAULT_QUEUES,
    sysFlag: 0,
    flag: 0,
    ...init,
    properties: encodeProperties(properties ?? {}),
    batch,
  };
}

/** Which message goes back, and when it comes again. */
export type SendBackInit = Omit<RequestFields<'consumerSendMsgBack'>, 'delayLevel'> &
  Partial<Pick<RequestFields<'consumerSendMsgBack'>, 'delayLevel'>>;

/**
 * CONSUMER_SEND_MSG_BACK (36): a consumer wants the message at `offset` of the commit log again. `delayLevel` 0 (the
 * default) waits longer each time, -1 makes it a dead letter.
 */
export function consumerSendMsgBack(init: SendBackInit): Request<'consumerSendMsgBack'> {
  return { name: 'consumerSendMsgBack', fields: { delayLevel: 0, ...init } };
}

/** RECALL_MESSAGE (370): takes a timer message back, by the handle its send was answered with. */
export function recallMessage(fields: RequestFields<'recallMessage'>): Request<'recallMessage'> {
  return { name: 'recallMessage', fields };
}
