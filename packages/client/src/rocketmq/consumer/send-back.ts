import type { Properties, StoredMessage } from '@rmq/protocol/rocketmq/messages';
import {
  encodeProperties,
  offsetMessageId,
  propertyNames,
  retryTopic,
  sysFlags,
  templateTopic,
} from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';
import { ask } from '../remoting.ts';
import type { ResolvedConsumerOptions } from './options.ts';
import type { Slot } from './process-queue.ts';

/** A message that a group wants to see again. */
export interface SendBack {
  readonly slot: Slot;
  readonly message: StoredMessage;
  /** The topic it was first sent to. */
  readonly topic: string;
  /** 0: the broker decides; -1: dead-letter topic; else a level of the broker's delay table. */
  readonly delayLevel: number;
}

/** What is needed to send back. */
export interface SendBackContext {
  readonly instance: Instance;
  readonly options: ResolvedConsumerOptions;
}

/** The level of a first retry is 3 (10 s), each further one is one level longer: what brokers do for level 0. */
const FIRST_RETRY_LEVEL = 3;

/** The id a message is known by. */
function idOf(message: StoredMessage): string {
  return message.property(propertyNames.UNIQ_KEY) ?? offsetMessageId(message.storeHost, message.physicalOffset);
}

/**
 * Asks the broker that stored the message to deliver it again: only that one can find it by its physical offset.
 * Wire: CONSUMER_SEND_MSG_BACK (36).
 *
 * @throws ReplyError, TimeoutError, ConnectionError
 */
export async function sendBack({ instance, options }: SendBackContext, back: SendBack): Promise<void> {
  const { slot, message, topic, delayLevel } = back;
  const { queue } = slot.owner;
  const timeoutMs = options.controlTimeoutMs;
  const address = await instance.routes.masterAddress(queue.brokerName, queue.topic, { timeoutMs });
  const fields = {
    offset: message.physicalOffset,
    group: options.group,
    delayLevel,
    originMsgId: idOf(message),
    originTopic: topic,
    unitMode: false,
    maxReconsumeTimes: options.maxReconsumeTimes,
    bname: queue.brokerName,
  };
  await ask(instance.remoting, address, { name: 'consumerSendMsgBack', fields }, { timeoutMs });
}

/** The properties of the copy: where it came from, and none that would act again. */
function copyProperties({ message, topic, slot, delayLevel }: SendBack): Properties {
  const { TRAN_MSG, ORIGIN_MESSAGE_ID, DELAY, RECONSUME_TIME, MAX_RECONSUME_TIMES } = propertyNames;
  const left = new Set<string>([TRAN_MSG, DELAY, RECONSUME_TIME, MAX_RECONSUME_TIMES]);
  const kept = Object.entries(message.properties).filter(([name]) => !left.has(name));
  const again = message.reconsumeTimes + slot.localRetries;
  return {
    ...Object.fromEntries(kept),
    [propertyNames.RETRY_TOPIC]: topic,
    [ORIGIN_MESSAGE_ID]: message.property(ORIGIN_MESSAGE_ID) ?? idOf(message),
    ...(delayLevel < 0 ? {} : { [DELAY]: String(delayLevel > 0 ? delayLevel : FIRST_RETRY_LEVEL + again) }),
  };
}

/**
 * The way out when {@link sendBack} fails: a copy, sent to the group's retry topic through any broker that has it. The
 * body goes as it was stored, compressed or not. Wire: SEND_MESSAGE_V2 (310).
 *
 * @throws ReplyError, TimeoutError, ConnectionError
 */
export async function sendCopy({ instance, options }: SendBackContext, back: SendBack): Promise<void> {
  const { message, slot, delayLevel } = back;
  const timeoutMs = options.controlTimeoutMs;
  const topic = retryTopic(options.group);
  const queues = await instance.routes.publishQueues(topic, { timeoutMs });
  const queue = queues[Math.floor(instance.random() * queues.length)];
  const brokerName = queue?.brokerName ?? slot.owner.queue.brokerName;
  const address = await instance.routes.masterAddress(brokerName, topic, { timeoutMs });
  const times = message.reconsumeTimes + slot.localRetries + 1;
  const fields = {
    producerGroup: 'CLIENT_INNER_PRODUCER',
    topic,
    defaultTopic: templateTopic,
    defaultTopicQueueNums: 4,
    queueId: queue?.queueId ?? 0,
    sysFlag: message.sysFlag & (sysFlags.compressed | sysFlags.compressionMask),
    bornTimestamp: BigInt(message.bornTimestamp),
    flag: message.flag,
    properties: encodeProperties(copyProperties(back)),
    // Over the limit is the broker's sign for the dead-letter topic.
    reconsumeTimes: delayLevel < 0 ? Math.max(times, options.maxReconsumeTimes + 1) : times,
    unitMode: false,
    maxReconsumeTimes: options.maxReconsumeTimes,
    batch: false,
    bname: brokerName,
  };
  await ask(instance.remoting, address, { name: 'sendMessageV2', fields, body: message.body }, { timeoutMs });
}
