export type { BodyEncodeOptions } from './bodies/codec.ts';
export { decodeBody, encodeBody } from './bodies/codec.ts';
export { enums as bodyEnums } from './bodies/enums.ts';
export { shapes as bodyShapes } from './bodies/shapes.ts';
export type { Body, QueueEntry, ShapeName } from './bodies/types.ts';
export type { JsonObject, JsonValue } from './loose-json.ts';
export { canonicalJson, followReference, MAX_JSON_DEPTH, parseLooseJson } from './loose-json.ts';
export type {
  CMResult,
  CheckClientConfig,
  Connection,
  ConsumeFromWhere,
  ConsumeMessageDirectlyResult,
  ConsumeStatus,
  ConsumeType,
  ConsumerConnection,
  ConsumerData,
  ConsumerList,
  ConsumerRunningInfo,
  ConsumerStatus,
  HeartbeatData,
  LockBatchRequest,
  LockBatchResponse,
  MessageModel,
  MessageQueueAssignment,
  ProcessQueueInfo,
  ProducerConnection,
  ProducerData,
  ProducerInfo,
  ProducerTable,
  QueryAssignmentRequest,
  QueryAssignmentResponse,
  ResetOffset,
  SubscriptionData,
} from './bodies/client.ts';
export type {
  BrokerData,
  BrokerMemberGroupResponse,
  ClusterInfo,
  KVTable,
  QueueData,
  TopicList,
  TopicRouteData,
} from './bodies/route.ts';
export type {
  ConsumeStats,
  ConsumerOffsets,
  CorrectionOffsets,
  GroupList,
  OffsetWrapper,
  QueryConsumeTimeSpan,
  QuerySubscription,
  QueueTimeSpan,
  TopicOffset,
  TopicStatsTable,
} from './bodies/progress.ts';
export type {
  DataVersion,
  GroupRetryPolicy,
  SubscriptionGroupConfig,
  SubscriptionGroupList,
  SubscriptionGroupTable,
  TopicConfig,
  TopicConfigList,
  TopicConfigTable,
  TopicFilterType,
} from './bodies/config.ts';
