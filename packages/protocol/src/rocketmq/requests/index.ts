// Requests ready to send: one function for each thing clients ask most, a builder for all commands, and a check.
export type { RequestBuilder } from './builder.ts';
export { buildRequest } from './builder.ts';
export {
  consumeMessageDirectly,
  getConsumerListByGroup,
  getConsumerRunningInfo,
  heartBeat,
  lockBatchMq,
  unlockBatchMq,
} from './members.ts';
export type { ResetOffsetInit } from './offsets.ts';
export {
  getMaxOffset,
  queryConsumerOffset,
  resetOffset,
  searchOffsetByTimestamp,
  updateConsumerOffset,
} from './offsets.ts';
export { requestProblems } from './problems.ts';
export type { PoppedInit, PopInit, PullInit } from './receive.ts';
export { ackMessage, changeMessageInvisibletime, popMessage, pullMessage } from './receive.ts';
export type { BatchInit, MessageInit, SendBackInit, SendInit } from './send.ts';
export { consumerSendMsgBack, recallMessage, sendBatchMessage, sendMessage, sendMessageV2 } from './send.ts';
export type { CreateTopicInit, QueryMessageInit } from './topics.ts';
export {
  deleteTopicInBroker,
  getAllTopicListFromNameserver,
  getRouteinfoByTopic,
  queryMessage,
  updateAndCreateTopic,
  viewMessageById,
} from './topics.ts';
export type { EndTransactionInit } from './transactions.ts';
export { checkTransactionState, endTransaction } from './transactions.ts';

// What such requests speak of: popped messages, transactions, timer messages.
export type { PopOffsets, PopOffsetTexts, PopReceipt, PopRetry } from './pop-receipt.ts';
export {
  decodeAckBits,
  encodeAckBits,
  formatPopReceipt,
  ORDERED_REVIVE_QUEUE,
  parsePopReceipt,
  popOffsets,
  popTopic,
} from './pop-receipt.ts';
export type { RecallHandle } from './recall-handle.ts';
export { formatRecallHandle, parseRecallHandle } from './recall-handle.ts';
export type { TransactionOutcome, TransactionReceipt } from './transaction.ts';
export { checkedTransaction, sentTransaction, transactionOutcomes } from './transaction.ts';
