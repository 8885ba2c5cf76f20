/** Names RocketMQ keeps for itself (`MessageConst.STRING_HASH_SET`). */
const reserved = [
  'KEYS',
  'TAGS',
  'WAIT',
  'DELAY',
  'RETRY_TOPIC',
  'REAL_TOPIC',
  'REAL_QID',
  'TRAN_MSG',
  'PGROUP',
  'MIN_OFFSET',
  'MAX_OFFSET',
  'BUYER_ID',
  'ORIGIN_MESSAGE_ID',
  'TRANSFER_FLAG',
  'CORRECTION_FLAG',
  'MQ2_FLAG',
  'RECONSUME_TIME',
  'MAX_RECONSUME_TIMES',
  'MSG_REGION',
  'TRACE_ON',
  'UNIQ_KEY',
  'EXTEND_UNIQ_INFO',
  'DUP_INFO',
  'CONSUME_START_TIME',
  'TRAN_PREPARED_QUEUE_OFFSET',
  'INSTANCE_ID',
  'CORRELATION_ID',
  'REPLY_TO_CLIENT',
  'TTL',
  'ARRIVE_TIME',
  'PUSH_REPLY_TIME',
  'CLUSTER',
  'MSG_TYPE',
  'POP_CK',
  'POP_CK_OFFSET',
  '1ST_POP_TIME',
  'INNER_MULTI_QUEUE_OFFSET',
  'TIMER_DELAY_SEC',
  'TIMER_DELAY_MS',
  'TIMER_DELIVER_MS',
  'TIMER_ENQUEUE_MS',
  'TIMER_DEQUEUE_MS',
  'TIMER_ROLL_TIMES',
  'TIMER_OUT_MS',
  'TIMER_DELAY_LEVEL',
  'TIMER_DEL_UNIQKEY',
  '__BORNHOST',
  'BORN_TIMESTAMP',
  '__CRC32#',
  'DLQ_ORIGIN_TOPIC',
  'DLQ_ORIGIN_MESSAGE_ID',
] as const;

/** Names that a user may set. */
const open = [
  'INNER_NUM',
  'INNER_BASE',
  'CHECK_IMMUNITY_TIME_IN_SECONDS',
  '__transactionId__',
  'TRANSACTION_CHECK_TIMES',
  '__SHARDINGKEY',
  'PROPERTY_FORWARD_QUEUE_ID',
  'REDIRECT',
  'INNER_MULTI_DISPATCH',
  'TRACE_CONTEXT',
] as const;

/** Names of properties that RocketMQ gives a meaning to. */
type PropertyName = (typeof reserved)[number] | (typeof open)[number];

/** These names as Java and the wire spell them (`MessageConst.java`), each under itself: a wrong one does not compile. */
export const propertyNames: { readonly [N in PropertyName]: N } = /* @__PURE__ */ Object.fromEntries(
  [...reserved, ...open].map((name) => [name, name]),
) as { readonly [N in PropertyName]: N };

const reservedNames: ReadonlySet<string> = /* @__PURE__ */ new Set(reserved);

/** Whether RocketMQ keeps this property name for itself: users must not set it. */
export function isReservedProperty(name: string): boolean {
  return reservedNames.has(name);
}
