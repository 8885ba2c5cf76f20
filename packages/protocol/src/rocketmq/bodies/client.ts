// Bodies clients and brokers exchange about themselves: heartbeats, members, locks, states.

import type { BodyCodec } from './codec.ts';
import { bodyCodec } from './codec.ts';
import type { Body, EnumOf } from './types.ts';

/** How a group gets its messages. */
export type ConsumeType = EnumOf<'ConsumeType'>;

/** Whether members share the messages or each gets all. */
export type MessageModel = EnumOf<'MessageModel'>;

/** Where a new group begins. */
export type ConsumeFromWhere = EnumOf<'ConsumeFromWhere'>;

/** How a message handler ended. */
export type CMResult = EnumOf<'CMResult'>;

/** One producer group in a heartbeat. */
export type ProducerData = Body<'ProducerData'>;

/** One consumer group in a heartbeat. */
export type ConsumerData = Body<'ConsumerData'>;

/** What a consumer wants of one topic. */
export type SubscriptionData = Body<'SubscriptionData'>;

/** One queue given to a consumer by a broker. */
export type MessageQueueAssignment = Body<'MessageQueueAssignment'>;

/** How far a consumer is with one queue. */
export type ProcessQueueInfo = Body<'ProcessQueueInfo'>;

/** Rates of one topic in a consumer. */
export type ConsumeStatus = Body<'ConsumeStatus'>;

/** One connected client, as a broker lists it. */
export type Connection = Body<'Connection'>;

/** One connected producer, as a broker lists it. */
export type ProducerInfo = Body<'ProducerInfo'>;

/** Body of HEART_BEAT (34): who is here, and what they want. Send fingerprint 0 and all subscriptions. */
export type HeartbeatData = Body<'HeartbeatData'>;

/** Reads and writes {@link HeartbeatData}. */
export const heartbeatData: BodyCodec<HeartbeatData, Body<'HeartbeatData', 'given'>> = /* @__PURE__ */ bodyCodec(
  'HeartbeatData',
);

/** Request body of CHECK_CLIENT_CONFIG (46): does the broker understand this subscription? */
export type CheckClientConfig = Body<'CheckClientConfig'>;

/** Reads and writes {@link CheckClientConfig}. */
export const checkClientConfig: BodyCodec<
  CheckClientConfig,
  Body<'CheckClientConfig', 'given'>
> = /* @__PURE__ */ bodyCodec('CheckClientConfig');

/** Response body of GET_CONSUMER_LIST_BY_GROUP (38). Not sorted. */
export type ConsumerList = Body<'ConsumerList'>;

/** Reads and writes {@link ConsumerList}. */
export const consumerList: BodyCodec<ConsumerList, Body<'ConsumerList', 'given'>> = /* @__PURE__ */ bodyCodec(
  'ConsumerList',
);

/** Request body of LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42). */
export type LockBatchRequest = Body<'LockBatchRequest'>;

/** Reads and writes {@link LockBatchRequest}. */
export const lockBatchRequest: BodyCodec<
  LockBatchRequest,
  Body<'LockBatchRequest', 'given'>
> = /* @__PURE__ */ bodyCodec('LockBatchRequest');

/** Response body of LOCK_BATCH_MQ (41): the queues now locked. Others were refused. */
export type LockBatchResponse = Body<'LockBatchResponse'>;

/** Reads and writes {@link LockBatchResponse}. */
export const lockBatchResponse: BodyCodec<
  LockBatchResponse,
  Body<'LockBatchResponse', 'given'>
> = /* @__PURE__ */ bodyCodec('LockBatchResponse');

/** Request body of QUERY_ASSIGNMENT (400). */
export type QueryAssignmentRequest = Body<'QueryAssignmentRequest'>;

/** Reads and writes {@link QueryAssignmentRequest}. */
export const queryAssignmentRequest: BodyCodec<
  QueryAssignmentRequest,
  Body<'QueryAssignmentRequest', 'given'>
> = /* @__PURE__ */ bodyCodec('QueryAssignmentRequest');

/** Response body of QUERY_ASSIGNMENT (400). No list: keep what you have; an empty one: release all. */
export type QueryAssignmentResponse = Body<'QueryAssignmentResponse'>;

/** Reads and writes {@link QueryAssignmentResponse}. */
export const queryAssignmentResponse: BodyCodec<
  QueryAssignmentResponse,
  Body<'QueryAssignmentResponse', 'given'>
> = /* @__PURE__ */ bodyCodec('QueryAssignmentResponse');

/** Body of RESET_CONSUMER_CLIENT_OFFSET (220) and of the answer to 222: where each queue goes on. Reads the form for C++ clients too. */
export type ResetOffset = Body<'ResetOffset'>;

/** Reads and writes {@link ResetOffset}. */
export const resetOffset: BodyCodec<ResetOffset, Body<'ResetOffset', 'given'>> = /* @__PURE__ */ bodyCodec(
  'ResetOffset',
);

/** Response body of 221 (`messageQueueTable`) and 223 (`consumerTable`, by client id): offsets by queue. */
export type ConsumerStatus = Body<'ConsumerStatus'>;

/** Reads and writes {@link ConsumerStatus}. */
export const consumerStatus: BodyCodec<ConsumerStatus, Body<'ConsumerStatus', 'given'>> = /* @__PURE__ */ bodyCodec(
  'ConsumerStatus',
);

/** Response body of GET_CONSUMER_RUNNING_INFO (307). `droped` is spelled as Java spells it. */
export type ConsumerRunningInfo = Body<'ConsumerRunningInfo'>;

/** Reads and writes {@link ConsumerRunningInfo}. */
export const consumerRunningInfo: BodyCodec<
  ConsumerRunningInfo,
  Body<'ConsumerRunningInfo', 'given'>
> = /* @__PURE__ */ bodyCodec('ConsumerRunningInfo');

/** Response body of CONSUME_MESSAGE_DIRECTLY (309): what became of the one message. */
export type ConsumeMessageDirectlyResult = Body<'ConsumeMessageDirectlyResult'>;

/** Reads and writes {@link ConsumeMessageDirectlyResult}. */
export const consumeMessageDirectlyResult: BodyCodec<
  ConsumeMessageDirectlyResult,
  Body<'ConsumeMessageDirectlyResult', 'given'>
> = /* @__PURE__ */ bodyCodec('ConsumeMessageDirectlyResult');

/** Response body of GET_CONSUMER_CONNECTION_LIST (203). */
export type ConsumerConnection = Body<'ConsumerConnection'>;

/** Reads and writes {@link ConsumerConnection}. */
export const consumerConnection: BodyCodec<
  ConsumerConnection,
  Body<'ConsumerConnection', 'given'>
> = /* @__PURE__ */ bodyCodec('ConsumerConnection');

/** Response body of GET_PRODUCER_CONNECTION_LIST (204). */
export type ProducerConnection = Body<'ProducerConnection'>;

/** Reads and writes {@link ProducerConnection}. */
export const producerConnection: BodyCodec<
  ProducerConnection,
  Body<'ProducerConnection', 'given'>
> = /* @__PURE__ */ bodyCodec('ProducerConnection');

/** Response body of GET_ALL_PRODUCER_INFO (328): connections by group. */
export type ProducerTable = Body<'ProducerTable'>;

/** Reads and writes {@link ProducerTable}. */
export const producerTable: BodyCodec<ProducerTable, Body<'ProducerTable', 'given'>> = /* @__PURE__ */ bodyCodec(
  'ProducerTable',
);
