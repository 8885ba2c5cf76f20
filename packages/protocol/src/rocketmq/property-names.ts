/**
 * Property names RocketMQ gives a meaning to, after `MessageConst.java`. Keys are ours, values are the wire's.
 *
 * Names that users must not set are in {@link isReservedProperty}.
 */
export const propertyNames = {
  keys: 'KEYS',
  tags: 'TAGS',
  wait: 'WAIT',
  delayLevel: 'DELAY',
  retryTopic: 'RETRY_TOPIC',
  realTopic: 'REAL_TOPIC',
  realQueueId: 'REAL_QID',
  transactionPrepared: 'TRAN_MSG',
  producerGroup: 'PGROUP',
  minOffset: 'MIN_OFFSET',
  maxOffset: 'MAX_OFFSET',
  buyerId: 'BUYER_ID',
  originMessageId: 'ORIGIN_MESSAGE_ID',
  transferFlag: 'TRANSFER_FLAG',
  correctionFlag: 'CORRECTION_FLAG',
  mq2Flag: 'MQ2_FLAG',
  reconsumeTime: 'RECONSUME_TIME',
  maxReconsumeTimes: 'MAX_RECONSUME_TIMES',
  region: 'MSG_REGION',
  traceOn: 'TRACE_ON',
  uniqueKey: 'UNIQ_KEY',
  extendUniqueInfo: 'EXTEND_UNIQ_INFO',
  duplicateInfo: 'DUP_INFO',
  consumeStartTime: 'CONSUME_START_TIME',
  innerCount: 'INNER_NUM',
  innerBase: 'INNER_BASE',
  checkImmunitySeconds: 'CHECK_IMMUNITY_TIME_IN_SECONDS',
  transactionPreparedQueueOffset: 'TRAN_PREPARED_QUEUE_OFFSET',
  transactionId: '__transactionId__',
  transactionCheckTimes: 'TRANSACTION_CHECK_TIMES',
  instanceId: 'INSTANCE_ID',
  correlationId: 'CORRELATION_ID',
  replyToClient: 'REPLY_TO_CLIENT',
  timeToLive: 'TTL',
  arriveTime: 'ARRIVE_TIME',
  pushReplyTime: 'PUSH_REPLY_TIME',
  cluster: 'CLUSTER',
  messageType: 'MSG_TYPE',
  popReceipt: 'POP_CK',
  popReceiptOffset: 'POP_CK_OFFSET',
  firstPopTime: '1ST_POP_TIME',
  shardingKey: '__SHARDINGKEY',
  forwardQueueId: 'PROPERTY_FORWARD_QUEUE_ID',
  redirect: 'REDIRECT',
  innerMultiDispatch: 'INNER_MULTI_DISPATCH',
  innerMultiQueueOffset: 'INNER_MULTI_QUEUE_OFFSET',
  traceContext: 'TRACE_CONTEXT',
  timerDelaySeconds: 'TIMER_DELAY_SEC',
  timerDelayMs: 'TIMER_DELAY_MS',
  timerDeliverMs: 'TIMER_DELIVER_MS',
  timerEnqueueMs: 'TIMER_ENQUEUE_MS',
  timerDequeueMs: 'TIMER_DEQUEUE_MS',
  timerRollTimes: 'TIMER_ROLL_TIMES',
  timerOutMs: 'TIMER_OUT_MS',
  timerDelayLevel: 'TIMER_DELAY_LEVEL',
  timerDeleteUniqueKey: 'TIMER_DEL_UNIQKEY',
  bornHost: '__BORNHOST',
  bornTimestamp: 'BORN_TIMESTAMP',
  crc32: '__CRC32#',
  dlqOriginTopic: 'DLQ_ORIGIN_TOPIC',
  dlqOriginMessageId: 'DLQ_ORIGIN_MESSAGE_ID',
} as const;

/** Names of {@link propertyNames} that a user may set. Java reserves all the others. */
const open = [
  'innerCount',
  'innerBase',
  'checkImmunitySeconds',
  'transactionId',
  'transactionCheckTimes',
  'shardingKey',
  'forwardQueueId',
  'redirect',
  'innerMultiDispatch',
  'traceContext',
] as const;
open satisfies readonly (keyof typeof propertyNames)[];

let reserved: ReadonlySet<string> | undefined;

/** Whether RocketMQ keeps this property name for itself (`MessageConst.STRING_HASH_SET`): users must not set it. */
export function isReservedProperty(name: string): boolean {
  reserved ??= new Set(
    Object.entries(propertyNames).flatMap(([key, wire]) => (open.some((each) => each === key) ? [] : [wire])),
  );
  return reserved.has(name);
}
