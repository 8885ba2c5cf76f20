export type { BatchEntry, BatchItem } from './batch.ts';
export { batchItemBytes, decodeBatch, encodeBatch } from './batch.ts';
export type { Compression, CompressionType } from './compression.ts';
export { compressionOf, withCompression, withoutCompression } from './compression.ts';
export { bodyCrc, crc32 } from './crc32.ts';
export { defaultDelayLevels, delayOfLevel, parseDelayLevels } from './delay-levels.ts';
export type { HostAddress } from './host-address.ts';
export { formatAddress, parseAddress } from './host-address.ts';
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
