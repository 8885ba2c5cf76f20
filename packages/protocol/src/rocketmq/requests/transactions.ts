import type { RequestFields } from '../commands.ts';
import type { Request } from '../request.ts';
import { type TransactionOutcome, transactionOutcomes, type TransactionReceipt } from './transaction.ts';

/** Which half message, whose, and how it ends. */
export interface EndTransactionInit {
  readonly producerGroup: string;
  readonly topic?: string | undefined;
  readonly receipt: TransactionReceipt;
  readonly outcome: TransactionOutcome;
  /** True as the answer to a broker's question. @defaultValue false */
  readonly fromTransactionCheck?: boolean | undefined;
  /** Why the outcome is unknown, for the broker's log. */
  readonly remark?: string | undefined;
}

/** END_TRANSACTION (37): sent oneway, to the broker that has the half message. */
export function endTransaction(init: EndTransactionInit): Request<'endTransaction'> {
  const { producerGroup, topic, receipt, outcome, fromTransactionCheck = false, remark } = init;
  const { tranStateTableOffset, commitLogOffset, msgId, transactionId } = receipt;
  const which = { tranStateTableOffset, commitLogOffset, msgId, transactionId };
  const commitOrRollback = transactionOutcomes[outcome];
  return {
    name: 'endTransaction',
    fields: { producerGroup, topic, ...which, commitOrRollback, fromTransactionCheck },
    remark,
  };
}

/** CHECK_TRANSACTION_STATE (39): a broker asks a producer; the body is the half message as it is stored. */
export function checkTransactionState(
  fields: RequestFields<'checkTransactionState'>,
  body: Uint8Array,
): Request<'checkTransactionState'> {
  return { name: 'checkTransactionState', fields, body };
}
