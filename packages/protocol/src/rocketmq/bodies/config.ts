// Bodies with settings of topics and groups.

import type { Body, EnumOf } from './types.ts';

/** Whether messages of a topic have one tag or several. */
export type TopicFilterType = EnumOf<'TopicFilterType'>;

/** Counts the changes of a table. */
export type DataVersion = Body<'DataVersion'>;

/** When a group gets a failed message again. */
export type GroupRetryPolicy = Body<'GroupRetryPolicy'>;

/** Response body of GET_TOPIC_CONFIG (351). */
export type TopicConfig = Body<'TopicConfig'>;

/** Request body of UPDATE_AND_CREATE_TOPIC_LIST (18). */
export type TopicConfigList = Body<'TopicConfigList'>;

/** Response body of GET_ALL_TOPIC_CONFIG (21). */
export type TopicConfigTable = Body<'TopicConfigTable'>;

/** Request body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200), response body of 352. */
export type SubscriptionGroupConfig = Body<'SubscriptionGroupConfig'>;

/** Request body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (225). */
export type SubscriptionGroupList = Body<'SubscriptionGroupList'>;

/** Response body of GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201). */
export type SubscriptionGroupTable = Body<'SubscriptionGroupTable'>;
