import type { RequestFields } from '../commands.ts';
import { formatPopReceipt, type PopReceipt, popTopic } from './pop-receipt.ts';
import type { Request } from '../request.ts';
import { SUBSCRIBE_ALL } from '../subscription.ts';
import { pullSysFlags } from '../sys-flag.ts';
import { UsageError } from '../../errors.ts';

/** Most messages one pull or pop brings, by default of brokers. */
const MAX_MESSAGES = 32;

/** What of a pull follows from the rest, or has a usual value. */
type PullDefaulted = 'sysFlag' | 'commitOffset' | 'suspendTimeoutMillis' | 'subVersion' | 'maxMsgNums';

/** Which messages, and how to wait for them. Offsets are of the queue, times in milliseconds. */
export type PullInit = Omit<RequestFields<'pullMessage'>, PullDefaulted> &
  Partial<Pick<RequestFields<'pullMessage'>, Exclude<PullDefaulted, 'sysFlag'>>>;

/**
 * PULL_MESSAGE (11). The flags follow from what is given: an offset to store, a time to wait for messages, an expression
 * (`*` unless another is given: without one the heartbeat's would count).
 */
export function pullMessage(init: PullInit): Request<'pullMessage'> {
  const { commitOffset, suspendTimeoutMillis, subscription = SUBSCRIBE_ALL } = init;
  const sysFlag =
    pullSysFlags.subscription |
    (commitOffset === undefined ? 0 : pullSysFlags.commitOffset) |
    (suspendTimeoutMillis === undefined ? 0 : pullSysFlags.suspend);
  const usual = { maxMsgNums: MAX_MESSAGES, subVersion: 0n, expressionType: 'TAG' };
  const waiting = { commitOffset: commitOffset ?? 0n, suspendTimeoutMillis: suspendTimeoutMillis ?? 0n };
  return { name: 'pullMessage', fields: { ...usual, ...init, ...waiting, subscription, sysFlag } };
}

/** What of a pop has a usual value: 32 messages, from any queue of the broker, invisible for a minute, wait 15 s. */
type PopDefaulted = 'queueId' | 'maxMsgNums' | 'invisibleTime' | 'pollTime' | 'initMode';

/** Which messages, and how to wait for them. Times in milliseconds, `bornTime` since the epoch: the moment of asking. */
export type PopInit = Omit<RequestFields<'popMessage'>, PopDefaulted> &
  Partial<Pick<RequestFields<'popMessage'>, PopDefaulted>>;

/** POP_MESSAGE (200050): messages with receipts. Its code fits JSON headers only. `initMode` 0 begins at the first offset. */
export function popMessage(init: PopInit): Request<'popMessage'> {
  const waiting = { invisibleTime: 60_000n, pollTime: 15_000n };
  return { name: 'popMessage', fields: { queueId: -1, maxMsgNums: MAX_MESSAGES, initMode: 0, ...waiting, ...init } };
}

/** A popped message, by whom it was popped and the receipt it came with. */
export interface PoppedInit {
  readonly consumerGroup: string;
  /** As the consumer knows it; of a message that came again the retry topic is worked out. */
  readonly topic: string;
  readonly receipt: PopReceipt;
}

/** ACK_MESSAGE (200051): the popped message is done. @throws UsageError `value-out-of-range` without a queue offset */
export function ackMessage(init: PoppedInit): Request<'ackMessage'> {
  return { name: 'ackMessage', fields: poppedFields(init) };
}

/**
 * CHANGE_MESSAGE_INVISIBLETIME (200053): the popped message comes again after `invisibleTime` from now, with a new
 * receipt made from the answer. @throws UsageError `value-out-of-range` without a queue offset
 */
export function changeMessageInvisibletime(
  init: PoppedInit & { readonly invisibleTime: bigint },
): Request<'changeMessageInvisibletime'> {
  const { invisibleTime } = init;
  return { name: 'changeMessageInvisibletime', fields: { ...poppedFields(init), invisibleTime } };
}

function poppedFields({ consumerGroup, topic, receipt }: PoppedInit): RequestFields<'ackMessage'> {
  const { queueId, queueOffset, retry } = receipt;
  if (queueOffset === undefined) {
    throw new UsageError('value-out-of-range', "the receipt names no queue offset: complete it with the message's");
  }
  return {
    consumerGroup,
    topic: popTopic(topic, consumerGroup, retry),
    queueId,
    extraInfo: formatPopReceipt(receipt),
    offset: queueOffset,
  };
}
