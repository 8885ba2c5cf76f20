// Bodies about offsets: of topics, and of the groups that read them.

import type { Body } from './types.ts';

/** How far a group is with one queue. */
export type OffsetWrapper = Body<'OffsetWrapper'>;

/** What one queue holds. */
export type TopicOffset = Body<'TopicOffset'>;

/** The times between which one queue and its reader stand. */
export type QueueTimeSpan = Body<'QueueTimeSpan'>;

/** Response body of GET_CONSUME_STATS (208). */
export type ConsumeStats = Body<'ConsumeStats'>;

/** Response body of GET_TOPIC_STATS_INFO (202). */
export type TopicStatsTable = Body<'TopicStatsTable'>;

/** Response body of GET_ALL_CONSUMER_OFFSET (43): offsets by `topic@group`, then queue id. */
export type ConsumerOffsets = Body<'ConsumerOffsets'>;

/** Response body of QUERY_CORRECTION_OFFSET (308): by queue id; 2^63−1 means nothing to correct. */
export type CorrectionOffsets = Body<'CorrectionOffsets'>;

/** Response body of QUERY_TOPIC_CONSUME_BY_WHO (300). */
export type GroupList = Body<'GroupList'>;

/** Response body of QUERY_CONSUME_TIME_SPAN (303). */
export type QueryConsumeTimeSpan = Body<'QueryConsumeTimeSpan'>;

/** Response body of QUERY_SUBSCRIPTION_BY_CONSUMER (345). */
export type QuerySubscription = Body<'QuerySubscription'>;
