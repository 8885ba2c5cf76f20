import { ProtocolError } from '../../errors.ts';
import { parseOffsetMessageId } from '../message-id.ts';
import type { ReceivedFields, ResponseFields } from '../commands.ts';
import { sysFlags } from '../sys-flag.ts';

/** How a transaction ends; a broker ignores `unknown` and asks again later. Wire values in {@link transactionOutcomes}. */
export type TransactionOutcome = 'unknown' | 'commit' | 'rollback';

/** `commitOrRollback` of END_TRANSACTION: bits of a message's sysFlag. */
export const transactionOutcomes: Readonly<Record<TransactionOutcome, number>> = {
  unknown: 0,
  commit: sysFlags.transactionCommit,
  rollback: sysFlags.transactionRollback,
};

/** Which half message is meant: what END_TRANSACTION says of it. */
export interface TransactionReceipt {
  readonly tranStateTableOffset: bigint;
  readonly commitLogOffset: bigint;
  readonly msgId: string;
  readonly transactionId: string | undefined;
}

/**
 * The receipt of a half message that was just sent.
 * @param uniqueKey - the message's, as it is its id in transactions
 * @throws ProtocolError `field-malformed` when the answer has no offset message id
 */
export function sentTransaction(
  {
    msgId,
    queueOffset,
    transactionId,
  }: Pick<ResponseFields<'sendMessageV2'>, 'msgId' | 'queueOffset' | 'transactionId'>,
  uniqueKey: string,
): TransactionReceipt {
  const { physicalOffset } = parseOffsetMessageId(msgId);
  return { tranStateTableOffset: queueOffset, commitLogOffset: physicalOffset, msgId: uniqueKey, transactionId };
}

/**
 * The receipt of a half message that a broker asks about. Each question has offsets of its own, older ones no longer
 * count.
 * @throws ProtocolError `field-missing` when the question names no message
 */
export function checkedTransaction(question: ReceivedFields<'checkTransactionState'>): TransactionReceipt {
  const { tranStateTableOffset, commitLogOffset, msgId, transactionId } = question;
  if (msgId === undefined)
    throw new ProtocolError('field-missing', 'checkTransactionState came without the field msgId');
  return { tranStateTableOffset, commitLogOffset, msgId, transactionId };
}
