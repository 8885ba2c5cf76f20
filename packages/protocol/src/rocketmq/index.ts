// Frames and commands.
export type { AclSigner } from './acl.ts';
export { aclContent, aclFields, signed } from './acl.ts';
export type { CommandDef, CommandName, ReceivedFields, RequestFields, ResponseFields } from './commands.ts';
export { commandName, commands } from './commands.ts';
export type { FrameInfo, FrameOptions } from './frame.ts';
export { decodeFrame, encodeFrame, frameDecoder, frameInfo, remotingFraming, writeFrame } from './frame.ts';
export type {
  FieldSpec,
  FieldType,
  FieldValues,
  GivenFields,
  HeaderDef,
  HeaderName,
  ReadFields,
} from './header-fields.ts';
export type { HeaderPlace } from './header-json.ts';
export { headerBases, headers } from './headers.ts';
export { jsonHeaderReader } from './json-memory.ts';
export type { Language } from './languages.ts';
export { languages } from './languages.ts';
export type { ExtFields, RemotingCommand, SerializeType } from './remoting-command.ts';
export { extField, flags, isOneway, isResponse, opaqueSequence } from './remoting-command.ts';
export type { Envelope, PlainRequest, Request, ResponseInit, TemplatedRequest } from './request.ts';
export {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  plainRequest,
  requestFields,
  response,
  toCommand,
  writeRequestHead,
} from './request.ts';
export type { RequestTemplate } from './request-template.ts';
export { requestTemplate } from './request-template.ts';
export type { ResponseCodeName } from './response-codes.ts';
export { isRetryableResponse, responseCodeName, responseCodes } from './response-codes.ts';
export { groupOf, isSuccess, requestName, topicOf } from './inspect.ts';
export { summarize } from './summarize.ts';
export { versions } from './versions.ts';

// Messages, names and bodies.
export type { BatchEntry, BatchItem } from './batch.ts';
export { batchItemBytes, decodeBatch, encodeBatch } from './batch.ts';
export type { BodyCodec, BodyEncodeOptions } from './bodies/codec.ts';
export { enums as bodyEnums } from './bodies/enums.ts';
export { shapes as bodyShapes } from './bodies/shapes.ts';
export type { Body, QueueEntry, ShapeName } from './bodies/types.ts';
export type { Compression, CompressionType } from './compression.ts';
export { compressionOf, withCompression, withoutCompression } from './compression.ts';
export { bodyCrc, crc32 } from './crc32.ts';
export { defaultDelayLevels, delayOfLevel, parseDelayLevels } from './delay-levels.ts';
export type { HostAddress } from './host-address.ts';
export { formatAddress, parseAddress } from './host-address.ts';
export type { JsonObject, JsonValue } from './loose-json.ts';
export { canonicalJson, followReference, MAX_JSON_DEPTH, parseLooseJson } from './loose-json.ts';
export type { UniqueKeyOptions } from './message-id.ts';
export { offsetMessageId, parseOffsetMessageId, uniqueKeyGenerator } from './message-id.ts';
export type { StoredMessageInit } from './message-encode.ts';
export { encodeMessage } from './message-encode.ts';
export type { DecodeMessagesOptions, StoredMessage } from './message.ts';
export { checkBodyCrc, decodeMessages, messageFields, storedMessage, unwrapInnerBatch } from './message.ts';
export type { MessageQueue } from './names.ts';
export {
  checkGroup,
  checkTopic,
  compareQueues,
  dlqTopic,
  isDlqTopic,
  isRetryTopic,
  isSystemGroup,
  isSystemTopic,
  MAX_GROUP_LENGTH,
  MAX_TOPIC_LENGTH,
  replyTopic,
  retryTopic,
  scheduleTopic,
  sendForbiddenTopics,
  systemTopics,
  templateTopic,
} from './names.ts';
export { formatPermission, isReadable, isWritable, permissions } from './permissions.ts';
export type { Properties } from './properties.ts';
export {
  decodeProperties,
  encodeProperties,
  encodeProperty,
  MAX_PROPERTIES_BYTES,
  readProperty,
} from './properties.ts';
export { isReservedProperty, propertyNames } from './property-names.ts';
export type { TagExpression } from './subscription.ts';
export { javaHash, matchesTags, parseTagExpression, SUBSCRIBE_ALL, subscription } from './subscription.ts';
export { isInnerBatch, pullSysFlags, sysFlags, topicSysFlags } from './sys-flag.ts';
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
export {
  checkClientConfig,
  consumeMessageDirectlyResult,
  consumerConnection,
  consumerList,
  consumerRunningInfo,
  consumerStatus,
  heartbeatData,
  lockBatchRequest,
  lockBatchResponse,
  producerConnection,
  producerTable,
  queryAssignmentRequest,
  queryAssignmentResponse,
  resetOffset,
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
export { brokerMemberGroupResponse, clusterInfo, kvTable, topicList, topicRouteData } from './bodies/route.ts';
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
export {
  consumeStats,
  consumerOffsets,
  correctionOffsets,
  groupList,
  queryConsumeTimeSpan,
  querySubscription,
  topicStatsTable,
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
export {
  subscriptionGroupConfig,
  subscriptionGroupList,
  subscriptionGroupTable,
  topicConfig,
  topicConfigList,
  topicConfigTable,
} from './bodies/config.ts';
