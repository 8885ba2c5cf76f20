// Bodies with settings of topics and groups.

import type { BodyCodec } from './codec.ts';
import { bodyCodec } from './codec.ts';
import type { Body, EnumOf } from './types.ts';

/** Whether messages of a topic have one tag or several. */
export type TopicFilterType = EnumOf<'TopicFilterType'>;

/** Counts the changes of a table. */
export type DataVersion = Body<'DataVersion'>;

/** When a group gets a failed message again. */
export type GroupRetryPolicy = Body<'GroupRetryPolicy'>;

/** Response body of GET_TOPIC_CONFIG (351). */
export type TopicConfig = Body<'TopicConfig'>;

/** Reads and writes {@link TopicConfig}. */
export const topicConfig: BodyCodec<TopicConfig, Body<'TopicConfig', 'given'>> = /* @__PURE__ */ bodyCodec(
  'TopicConfig',
);

/** Request body of UPDATE_AND_CREATE_TOPIC_LIST (18). */
export type TopicConfigList = Body<'TopicConfigList'>;

/** Reads and writes {@link TopicConfigList}. */
export const topicConfigList: BodyCodec<TopicConfigList, Body<'TopicConfigList', 'given'>> = /* @__PURE__ */ bodyCodec(
  'TopicConfigList',
);

/** Response body of GET_ALL_TOPIC_CONFIG (21). */
export type TopicConfigTable = Body<'TopicConfigTable'>;

/** Reads and writes {@link TopicConfigTable}. */
export const topicConfigTable: BodyCodec<
  TopicConfigTable,
  Body<'TopicConfigTable', 'given'>
> = /* @__PURE__ */ bodyCodec('TopicConfigTable');

/** Request body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200), response body of 352. */
export type SubscriptionGroupConfig = Body<'SubscriptionGroupConfig'>;

/** Reads and writes {@link SubscriptionGroupConfig}. */
export const subscriptionGroupConfig: BodyCodec<
  SubscriptionGroupConfig,
  Body<'SubscriptionGroupConfig', 'given'>
> = /* @__PURE__ */ bodyCodec('SubscriptionGroupConfig');

/** Request body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (225). */
export type SubscriptionGroupList = Body<'SubscriptionGroupList'>;

/** Reads and writes {@link SubscriptionGroupList}. */
export const subscriptionGroupList: BodyCodec<
  SubscriptionGroupList,
  Body<'SubscriptionGroupList', 'given'>
> = /* @__PURE__ */ bodyCodec('SubscriptionGroupList');

/** Response body of GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201). */
export type SubscriptionGroupTable = Body<'SubscriptionGroupTable'>;

/** Reads and writes {@link SubscriptionGroupTable}. */
export const subscriptionGroupTable: BodyCodec<
  SubscriptionGroupTable,
  Body<'SubscriptionGroupTable', 'given'>
> = /* @__PURE__ */ bodyCodec('SubscriptionGroupTable');
