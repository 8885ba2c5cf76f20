/** Bits of a message's sysFlag, after `MessageSysFlag.java`. `…Mask` entries cover several bits. */
export const sysFlags = {
  compressed: 0x001,
  multiTags: 0x002,
  transactionPrepared: 0x004,
  transactionCommit: 0x008,
  transactionRollback: 0x00c,
  transactionMask: 0x00c,
  bornHostV6: 0x010,
  storeHostV6: 0x020,
  needUnwrap: 0x040,
  innerBatch: 0x080,
  compressionMask: 0x700,
} as const;

/** Bits of a pull request's sysFlag, after `PullSysFlag.java`. They have nothing to do with {@link sysFlags}. */
export const pullSysFlags = {
  /** `commitOffset` of the header is to be stored. */
  commitOffset: 0x01,
  /** Hold the request when nothing is there (long poll). */
  suspend: 0x02,
  /** The subscription expression is in the header; without it the heartbeat's counts. */
  subscription: 0x04,
  classFilter: 0x08,
  litePull: 0x10,
} as const;

/** Bits of a topic's `topicSysFlag`, after `TopicSysFlag.java`. */
export const topicSysFlags = { unit: 0x1, unitSubscription: 0x2 } as const;

/** Whether the stored body is a batch that consumers take apart: both inner-batch bits are set. */
export function isInnerBatch(sysFlag: number): boolean {
  const both = sysFlags.needUnwrap | sysFlags.innerBatch;
  return (sysFlag & both) === both;
}
