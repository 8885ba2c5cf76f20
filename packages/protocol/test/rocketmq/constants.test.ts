import {
  isReservedProperty,
  permissions,
  propertyNames,
  pullSysFlags,
  sysFlags,
} from '@rmq/protocol/rocketmq/messages';

/** Values of `MessageConst.java`; those in the first list are in its `STRING_HASH_SET`, which users must not set. */
const reserved = `KEYS TAGS WAIT DELAY RETRY_TOPIC REAL_TOPIC REAL_QID TRAN_MSG PGROUP MIN_OFFSET MAX_OFFSET BUYER_ID
  ORIGIN_MESSAGE_ID TRANSFER_FLAG CORRECTION_FLAG MQ2_FLAG RECONSUME_TIME MAX_RECONSUME_TIMES MSG_REGION TRACE_ON
  UNIQ_KEY EXTEND_UNIQ_INFO DUP_INFO CONSUME_START_TIME TRAN_PREPARED_QUEUE_OFFSET INSTANCE_ID CORRELATION_ID
  REPLY_TO_CLIENT TTL ARRIVE_TIME PUSH_REPLY_TIME CLUSTER MSG_TYPE POP_CK POP_CK_OFFSET 1ST_POP_TIME
  INNER_MULTI_QUEUE_OFFSET TIMER_DELAY_SEC TIMER_DELAY_MS TIMER_DELIVER_MS TIMER_ENQUEUE_MS TIMER_DEQUEUE_MS
  TIMER_ROLL_TIMES TIMER_OUT_MS TIMER_DELAY_LEVEL TIMER_DEL_UNIQKEY __BORNHOST BORN_TIMESTAMP __CRC32# DLQ_ORIGIN_TOPIC
  DLQ_ORIGIN_MESSAGE_ID`.split(/\s+/u);
const open =
  `INNER_NUM INNER_BASE CHECK_IMMUNITY_TIME_IN_SECONDS __transactionId__ TRANSACTION_CHECK_TIMES __SHARDINGKEY
  PROPERTY_FORWARD_QUEUE_ID REDIRECT INNER_MULTI_DISPATCH TRACE_CONTEXT`.split(/\s+/u);

describe('names of properties', () => {
  it("are Java's", () => {
    expect(Object.values(propertyNames).sort()).toEqual([...reserved, ...open].sort());
  });

  it('are reserved where they are in Java', () => {
    expect(reserved.filter((name) => !isReservedProperty(name))).toEqual([]);
    expect(open.filter(isReservedProperty)).toEqual([]);
  });
});

it('bits are where Java has them', () => {
  const { transactionMask, compressionMask, transactionRollback, ...bits } = sysFlags;
  expect(Object.values(bits).sort((left, right) => left - right)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
  expect([transactionMask, transactionRollback, compressionMask]).toEqual([12, 12, 0x700]);
  expect(pullSysFlags).toEqual({ commitOffset: 1, suspend: 2, subscription: 4, classFilter: 8, litePull: 16 });
  expect(permissions).toEqual({ inherit: 1, write: 2, read: 4, priority: 8 });
});
