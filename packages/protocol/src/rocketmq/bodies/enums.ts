/** Java enums of bodies. Order is the Java ordinal, which fastjson accepts in place of a name. */
export const enums = {
  ConsumeType: ['CONSUME_ACTIVELY', 'CONSUME_PASSIVELY', 'CONSUME_POP'],
  MessageModel: ['BROADCASTING', 'CLUSTERING'],
  ConsumeFromWhere: [
    'CONSUME_FROM_LAST_OFFSET',
    'CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST',
    'CONSUME_FROM_MIN_OFFSET',
    'CONSUME_FROM_MAX_OFFSET',
    'CONSUME_FROM_FIRST_OFFSET',
    'CONSUME_FROM_TIMESTAMP',
  ],
  MessageRequestMode: ['PULL', 'POP'],
  TopicFilterType: ['SINGLE_TAG', 'MULTI_TAG'],
  CMResult: ['CR_SUCCESS', 'CR_LATER', 'CR_ROLLBACK', 'CR_COMMIT', 'CR_THROW_EXCEPTION', 'CR_RETURN_NULL'],
  GroupRetryPolicyType: ['EXPONENTIAL', 'CUSTOMIZED'],
} as const;
