// Bodies about offsets: of topics, and of the groups that read them.

import type { BodyCodec } from './codec.ts';
import { bodyCodec } from './codec.ts';
import type { Body } from './types.ts';

/** How far a group is with one queue. */
export type OffsetWrapper = Body<'OffsetWrapper'>;

/** What one queue holds. */
export type TopicOffset = Body<'TopicOffset'>;

/** The times between which one queue and its reader stand. */
export type QueueTimeSpan = Body<'QueueTimeSpan'>;

/** Response body of GET_CONSUME_STATS (208). */
export type ConsumeStats = Body<'ConsumeStats'>;

/** Reads and writes {@link ConsumeStats}. */
export const consumeStats: BodyCodec<ConsumeStats, Body<'ConsumeStats', 'given'>> = /* @__PURE__ */ bodyCodec(
  'ConsumeStats',
);

/** Response body of GET_TOPIC_STATS_INFO (202). */
export type TopicStatsTable = Body<'TopicStatsTable'>;

/** Reads and writes {@link TopicStatsTable}. */
export const topicStatsTable: BodyCodec<TopicStatsTable, Body<'TopicStatsTable', 'given'>> = /* @__PURE__ */ bodyCodec(
  'TopicStatsTable',
);

/** Response body of GET_ALL_CONSUMER_OFFSET (43): offsets by `topic@group`, then queue id. */
export type ConsumerOffsets = Body<'ConsumerOffsets'>;

/** Reads and writes {@link ConsumerOffsets}. */
export const consumerOffsets: BodyCodec<ConsumerOffsets, Body<'ConsumerOffsets', 'given'>> = /* @__PURE__ */ bodyCodec(
  'ConsumerOffsets',
);

/** Response body of QUERY_CORRECTION_OFFSET (308): by queue id; 2^63−1 means nothing to correct. */
export type CorrectionOffsets = Body<'CorrectionOffsets'>;

/** Reads and writes {@link CorrectionOffsets}. */
export const correctionOffsets: BodyCodec<
  CorrectionOffsets,
  Body<'CorrectionOffsets', 'given'>
> = /* @__PURE__ */ bodyCodec('CorrectionOffsets');

/** Response body of QUERY_TOPIC_CONSUME_BY_WHO (300). */
export type GroupList = Body<'GroupList'>;

/** Reads and writes {@link GroupList}. */
export const groupList: BodyCodec<GroupList, Body<'GroupList', 'given'>> = /* @__PURE__ */ bodyCodec('GroupList');

/** Response body of QUERY_CONSUME_TIME_SPAN (303). */
export type QueryConsumeTimeSpan = Body<'QueryConsumeTimeSpan'>;

/** Reads and writes {@link QueryConsumeTimeSpan}. */
export const queryConsumeTimeSpan: BodyCodec<
  QueryConsumeTimeSpan,
  Body<'QueryConsumeTimeSpan', 'given'>
> = /* @__PURE__ */ bodyCodec('QueryConsumeTimeSpan');

/** Response body of QUERY_SUBSCRIPTION_BY_CONSUMER (345). */
export type QuerySubscription = Body<'QuerySubscription'>;

/** Reads and writes {@link QuerySubscription}. */
export const querySubscription: BodyCodec<
  QuerySubscription,
  Body<'QuerySubscription', 'given'>
> = /* @__PURE__ */ bodyCodec('QuerySubscription');
