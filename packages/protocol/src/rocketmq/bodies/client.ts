// Bodies clients and brokers exchange about themselves: heartbeats, members, locks, states.

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

/** Request body of CHECK_CLIENT_CONFIG (46): does the broker understand this subscription? */
export type CheckClientConfig = Body<'CheckClientConfig'>;

/** Response body of GET_CONSUMER_LIST_BY_GROUP (38). Not sorted. */
export type ConsumerList = Body<'ConsumerList'>;

/** Request body of LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42). */
export type LockBatchRequest = Body<'LockBatchRequest'>;

/** Response body of LOCK_BATCH_MQ (41): the queues now locked. Others were refused. */
export type LockBatchResponse = Body<'LockBatchResponse'>;

/** Request body of QUERY_ASSIGNMENT (400). */
export type QueryAssignmentRequest = Body<'QueryAssignmentRequest'>;

/** Response body of QUERY_ASSIGNMENT (400). No list: keep what you have; an empty one: release all. */
export type QueryAssignmentResponse = Body<'QueryAssignmentResponse'>;

/** Body of RESET_CONSUMER_CLIENT_OFFSET (220) and of the answer to 222: where each queue goes on. Reads the form for C++ clients too. */
export type ResetOffset = Body<'ResetOffset'>;

/** Response body of 221 (`messageQueueTable`) and 223 (`consumerTable`, by client id): offsets by queue. */
export type ConsumerStatus = Body<'ConsumerStatus'>;

/** Response body of GET_CONSUMER_RUNNING_INFO (307). `droped` is spelled as Java spells it. */
export type ConsumerRunningInfo = Body<'ConsumerRunningInfo'>;

/** Response body of CONSUME_MESSAGE_DIRECTLY (309): what became of the one message. */
export type ConsumeMessageDirectlyResult = Body<'ConsumeMessageDirectlyResult'>;

/** Response body of GET_CONSUMER_CONNECTION_LIST (203). */
export type ConsumerConnection = Body<'ConsumerConnection'>;

/** Response body of GET_PRODUCER_CONNECTION_LIST (204). */
export type ProducerConnection = Body<'ProducerConnection'>;

/** Response body of GET_ALL_PRODUCER_INFO (328): connections by group. */
export type ProducerTable = Body<'ProducerTable'>;
