import type { GivenFields, HeaderDef, HeaderName, HeaderNamed, ReadFields } from './header-fields.ts';

/**
 * Every request of RocketMQ's remoting protocol, in the order of its code, with the fields of its header and of the one
 * of its successful answer; without a header there are no fields. The name is the Java constant's, in camel case. Who
 * sends it is a client to a broker, unless it says otherwise. Where only the name of a header stands, it is in
 * {@link headers}.
 *
 * A field is `name: 'type'`, the name being the Java field's. Behind the type, `?` marks a field that may be left out,
 * `=` a Java primitive that counts as 0 or false when it is left out, and `@a` the name on the wire where it differs.
 * `'...'` adds those of another header. Order is declaration order, which the binary header keeps.
 *
 * Source: `RequestCode.java` and the classes that implement `CommandCustomHeader`; direction as seen in the handlers'
 * registrations.
 */
export const commands = {
  sendMessage: { code: 10, request: 'sendMessageRequest', response: 'sendMessageResponse' },
  pullMessage: { code: 11, request: 'pullMessageRequest', response: 'pullMessageResponse' },
  queryMessage: {
    code: 12,
    request: {
      topic: 'string',
      key: 'string',
      maxNum: 'i32',
      beginTimestamp: 'i64',
      endTimestamp: 'i64',
      '...': 'topic',
    },
    response: { indexLastUpdateTimestamp: 'i64', indexLastUpdatePhyoffset: 'i64' },
  },
  queryBrokerOffset: { code: 13, direction: 'unused' },
  queryConsumerOffset: {
    code: 14,
    request: { consumerGroup: 'string', topic: 'string', queueId: 'i32', setZeroIfNotFound: 'bool?', '...': 'topic' },
    response: { offset: 'i64' },
  },
  updateConsumerOffset: {
    code: 15,
    request: { consumerGroup: 'string', topic: 'string', queueId: 'i32', commitOffset: 'i64', '...': 'topic' },
    response: {},
  },
  updateAndCreateTopic: { code: 17, request: 'createTopicRequest' },
  updateAndCreateTopicList: { code: 18, request: { '...': 'rpc' } },
  getAllTopicConfig: {
    code: 21,
    request: { topicSeq: 'i32?', dataVersion: 'string?', maxTopicNum: 'i32?' },
    response: { totalTopicNum: 'i32?' },
  },
  getTopicConfigList: { code: 22, direction: 'unused' },
  getTopicNameList: { code: 23, direction: 'unused' },
  updateBrokerConfig: { code: 25 },
  getBrokerConfig: { code: 26, response: { version: 'string' } },
  triggerDeleteFiles: { code: 27, direction: 'unused' },
  getBrokerRuntimeInfo: { code: 28 },
  searchOffsetByTimestamp: {
    code: 29,
    request: { topic: 'string', queueId: 'i32', timestamp: 'i64', boundaryType: 'boundary?', '...': 'topic' },
    response: { offset: 'i64' },
  },
  getMaxOffset: {
    code: 30,
    request: { topic: 'string', queueId: 'i32', committed: 'bool?', '...': 'topic' },
    response: { offset: 'i64' },
  },
  getMinOffset: { code: 31, request: { topic: 'string', queueId: 'i32', '...': 'topic' }, response: { offset: 'i64' } },
  getEarliestMsgStoretime: {
    code: 32,
    request: { topic: 'string', queueId: 'i32', '...': 'topic' },
    response: { timestamp: 'i64' },
  },
  viewMessageById: { code: 33, request: { topic: 'string?', offset: 'i64' } },
  heartBeat: { code: 34, request: { '...': 'rpc' } },
  unregisterClient: {
    code: 35,
    request: { clientID: 'string', producerGroup: 'string?', consumerGroup: 'string?', '...': 'rpc' },
    response: {},
  },
  consumerSendMsgBack: {
    code: 36,
    request: {
      offset: 'i64',
      group: 'string',
      delayLevel: 'i32',
      originMsgId: 'string?',
      originTopic: 'string?',
      unitMode: 'bool=',
      maxReconsumeTimes: 'i32?',
      '...': 'rpc',
    },
  },
  endTransaction: {
    code: 37,
    request: {
      topic: 'string?',
      producerGroup: 'string',
      tranStateTableOffset: 'i64',
      commitLogOffset: 'i64',
      commitOrRollback: 'i32',
      fromTransactionCheck: 'bool?',
      msgId: 'string',
      transactionId: 'string?',
      '...': 'rpc',
    },
  },
  getConsumerListByGroup: { code: 38, request: { consumerGroup: 'string', '...': 'rpc' }, response: {} },
  checkTransactionState: {
    code: 39,
    direction: 'broker→client',
    request: {
      topic: 'string?',
      tranStateTableOffset: 'i64',
      commitLogOffset: 'i64',
      msgId: 'string?',
      transactionId: 'string?',
      offsetMsgId: 'string?',
      '...': 'rpc',
    },
  },
  notifyConsumerIdsChanged: {
    code: 40,
    direction: 'broker→client',
    request: { consumerGroup: 'string', '...': 'rpc' },
  },
  lockBatchMq: { code: 41, request: { '...': 'rpc' } },
  unlockBatchMq: { code: 42, request: { '...': 'rpc' } },
  getAllConsumerOffset: { code: 43, direction: 'broker→broker' },
  getAllDelayOffset: { code: 45, direction: 'broker→broker' },
  checkClientConfig: { code: 46 },
  getClientConfig: { code: 47, direction: 'unused' },
  getTimerCheckPoint: { code: 60, direction: 'broker→broker' },
  getTimerMetrics: { code: 61, direction: 'broker→broker' },
  putKvConfig: {
    code: 100,
    direction: 'client→namesrv',
    request: { namespace: 'string', key: 'string', value: 'string' },
  },
  getKvConfig: {
    code: 101,
    direction: 'client→namesrv',
    request: { namespace: 'string', key: 'string' },
    response: { value: 'string?' },
  },
  deleteKvConfig: { code: 102, direction: 'client→namesrv', request: { namespace: 'string', key: 'string' } },
  registerBroker: {
    code: 103,
    direction: 'broker→namesrv',
    request: {
      brokerName: 'string',
      brokerAddr: 'string',
      clusterName: 'string',
      haServerAddr: 'string',
      brokerId: 'i64',
      heartbeatTimeoutMillis: 'i64?',
      enableActingMaster: 'bool?',
      compressed: 'bool=',
      bodyCrc32: 'i32?',
    },
    response: { haServerAddr: 'string?', masterAddr: 'string?' },
  },
  unregisterBroker: {
    code: 104,
    direction: 'broker→namesrv',
    request: { brokerName: 'string', brokerAddr: 'string', clusterName: 'string', brokerId: 'i64' },
  },
  getRouteinfoByTopic: {
    code: 105,
    direction: 'client→namesrv',
    request: { topic: 'string', acceptStandardJsonOnly: 'bool?', '...': 'topic' },
  },
  getBrokerClusterInfo: { code: 106, direction: 'client→namesrv' },
  updateAndCreateSubscriptiongroup: { code: 200 },
  getAllSubscriptiongroupConfig: {
    code: 201,
    request: { groupSeq: 'i32?', dataVersion: 'string?', maxGroupNum: 'i32?' },
    response: { totalGroupNum: 'i32?' },
  },
  getTopicStatsInfo: { code: 202, request: { topic: 'string', '...': 'topic' } },
  getConsumerConnectionList: { code: 203, request: { consumerGroup: 'string', '...': 'rpc' } },
  getProducerConnectionList: { code: 204, request: { producerGroup: 'string', '...': 'rpc' } },
  wipeWritePermOfBroker: {
    code: 205,
    direction: 'client→namesrv',
    request: { brokerName: 'string' },
    response: { wipeTopicCount: 'i32' },
  },
  getAllTopicListFromNameserver: { code: 206, direction: 'client→namesrv' },
  deleteSubscriptiongroup: { code: 207, request: { groupName: 'string', cleanOffset: 'bool=', '...': 'rpc' } },
  getConsumeStats: {
    code: 208,
    request: { consumerGroup: 'string', topic: 'string?', topicList: 'string?', '...': 'topic' },
  },
  suspendConsumer: { code: 209, direction: 'unused' },
  resumeConsumer: { code: 210, direction: 'unused' },
  resetConsumerOffsetInConsumer: { code: 211, direction: 'unused' },
  resetConsumerOffsetInBroker: { code: 212, direction: 'unused' },
  adjustConsumerThreadPool: { code: 213, direction: 'unused' },
  whoConsumeTheMessage: { code: 214, direction: 'unused' },
  deleteTopicInBroker: { code: 215, request: { topic: 'string', '...': 'topic' } },
  deleteTopicInNamesrv: {
    code: 216,
    direction: 'client→namesrv',
    request: { topic: 'string', clusterName: 'string?', '...': 'topic' },
  },
  registerTopicInNamesrv: { code: 217, direction: 'broker→namesrv', request: { topic: 'string', '...': 'topic' } },
  getKvlistByNamespace: { code: 219, direction: 'client→namesrv', request: { namespace: 'string' } },
  resetConsumerClientOffset: { code: 220, direction: 'broker→client', request: 'resetOffsetRequest' },
  getConsumerStatusFromClient: { code: 221, direction: 'broker→client', request: 'getConsumerStatusRequest' },
  invokeBrokerToResetOffset: { code: 222, request: 'resetOffsetRequest' },
  invokeBrokerToGetConsumerStatus: { code: 223, request: 'getConsumerStatusRequest' },
  getTopicsByCluster: { code: 224, direction: 'client→namesrv', request: { cluster: 'string' } },
  updateAndCreateSubscriptiongroupList: { code: 225 },
  queryTopicConsumeByWho: { code: 300, request: { topic: 'string', '...': 'topic' } },
  registerFilterServer: { code: 301, direction: 'unused' },
  registerMessageFilterClass: { code: 302, direction: 'unused' },
  queryConsumeTimeSpan: { code: 303, request: { topic: 'string', group: 'string', '...': 'topic' } },
  getSystemTopicListFromNs: { code: 304, direction: 'client→namesrv' },
  getSystemTopicListFromBroker: { code: 305 },
  cleanExpiredConsumequeue: { code: 306 },
  getConsumerRunningInfo: {
    code: 307,
    direction: 'client→broker, broker→client',
    request: { consumerGroup: 'string', clientId: 'string', jstackEnable: 'bool=', '...': 'rpc' },
  },
  queryCorrectionOffset: {
    code: 308,
    request: { filterGroups: 'string?', compareGroup: 'string', topic: 'string', '...': 'topic' },
  },
  consumeMessageDirectly: {
    code: 309,
    direction: 'client→broker, broker→client',
    request: {
      consumerGroup: 'string',
      clientId: 'string?',
      msgId: 'string?',
      brokerName: 'string?',
      topic: 'string?',
      topicSysFlag: 'i32?',
      groupSysFlag: 'i32?',
      '...': 'topic',
    },
  },
  sendMessageV2: { code: 310, request: 'sendMessageRequestHeaderV2', response: 'sendMessageResponse' },
  getUnitTopicList: { code: 311, direction: 'client→namesrv' },
  getHasUnitSubTopicList: { code: 312, direction: 'client→namesrv' },
  getHasUnitSubUnunitTopicList: { code: 313, direction: 'client→namesrv' },
  cloneGroupOffset: {
    code: 314,
    request: { srcGroup: 'string', destGroup: 'string', topic: 'string?', offline: 'bool=', '...': 'rpc' },
  },
  viewBrokerStatsData: { code: 315, request: { statsName: 'string', statsKey: 'string' } },
  cleanUnusedTopic: { code: 316 },
  getBrokerConsumeStats: { code: 317, request: { isOrder: 'bool' } },
  updateNamesrvConfig: { code: 318, direction: 'client→namesrv' },
  getNamesrvConfig: { code: 319, direction: 'client→namesrv' },
  sendBatchMessage: { code: 320, request: 'sendMessageRequestHeaderV2', response: 'sendMessageResponse' },
  queryConsumeQueue: {
    code: 321,
    request: {
      topic: 'string?',
      queueId: 'i32=',
      index: 'i64=',
      count: 'i32=',
      consumerGroup: 'string?',
      '...': 'topic',
    },
  },
  queryDataVersion: {
    code: 322,
    direction: 'broker→namesrv',
    request: { brokerName: 'string', brokerAddr: 'string', clusterName: 'string', brokerId: 'i64' },
    response: { changed: 'bool' },
  },
  resumeCheckHalfMessage: { code: 323, request: { topic: 'string?', msgId: 'string?' } },
  sendReplyMessage: { code: 324, request: 'sendMessageRequest', response: 'sendMessageResponse' },
  sendReplyMessageV2: { code: 325, request: 'sendMessageRequestHeaderV2', response: 'sendMessageResponse' },
  pushReplyMessageToClient: {
    code: 326,
    direction: 'broker→client',
    request: {
      producerGroup: 'string',
      topic: 'string',
      defaultTopic: 'string',
      defaultTopicQueueNums: 'i32',
      queueId: 'i32',
      sysFlag: 'i32',
      bornTimestamp: 'i64',
      flag: 'i32',
      properties: 'string?',
      reconsumeTimes: 'i32?',
      unitMode: 'bool=',
      bornHost: 'string',
      storeHost: 'string',
      storeTimestamp: 'i64',
      '...': 'topic',
    },
  },
  addWritePermOfBroker: {
    code: 327,
    direction: 'client→namesrv',
    request: { brokerName: 'string' },
    response: { addTopicCount: 'i32' },
  },
  getAllProducerInfo: { code: 328, request: {} },
  deleteExpiredCommitlog: { code: 329 },
  queryTopicsByConsumer: { code: 343, request: { group: 'string', '...': 'rpc' } },
  querySubscriptionByConsumer: { code: 345, request: { group: 'string', topic: 'string?', '...': 'topic' } },
  getTopicConfig: { code: 351, request: { topic: 'string', '...': 'topic' } },
  getSubscriptiongroupConfig: { code: 352, request: { group: 'string', '...': 'rpc' } },
  updateAndGetGroupForbidden: {
    code: 353,
    request: { group: 'string', topic: 'string', readable: 'bool?', '...': 'topic' },
  },
  checkRocksdbCqWriteProgress: { code: 354, request: { topic: 'string', checkStoreTime: 'i64=' } },
  exportRocksdbConfigToJson: { code: 355, request: { configType: 'string' } },
  litePullMessage: { code: 361, request: 'pullMessageRequest', response: 'pullMessageResponse' },
  recallMessage: {
    code: 370,
    request: { producerGroup: 'string?', topic: 'string', recallHandle: 'string', '...': 'topic' },
    response: { msgId: 'string' },
  },
  queryAssignment: { code: 400 },
  setMessageRequestMode: { code: 401 },
  getAllMessageRequestMode: { code: 402, direction: 'broker→broker' },
  updateAndCreateStaticTopic: { code: 513, request: 'createTopicRequest' },
  getBrokerMemberGroup: {
    code: 901,
    direction: 'broker→namesrv',
    request: { clusterName: 'string', brokerName: 'string' },
  },
  addBroker: { code: 902, direction: 'client→broker-container', request: { configPath: 'string?' } },
  removeBroker: {
    code: 903,
    direction: 'client→broker-container',
    request: { brokerName: 'string', brokerClusterName: 'string', brokerId: 'i64' },
  },
  brokerHeartbeat: {
    code: 904,
    direction: 'broker→namesrv, broker→controller',
    request: {
      clusterName: 'string',
      brokerAddr: 'string',
      brokerName: 'string',
      brokerId: 'i64?',
      epoch: 'i32?',
      maxOffset: 'i64?',
      confirmOffset: 'i64?',
      heartbeatTimeoutMills: 'i64?',
      electionPriority: 'i32?',
    },
  },
  notifyMinBrokerIdChange: {
    code: 905,
    direction: 'namesrv→broker',
    request: {
      minBrokerId: 'i64?',
      brokerName: 'string?',
      minBrokerAddr: 'string?',
      offlineBrokerAddr: 'string?',
      haBrokerAddr: 'string?',
    },
  },
  exchangeBrokerHaInfo: {
    code: 906,
    direction: 'broker→broker',
    request: { masterHaAddress: 'string?', masterFlushOffset: 'i64?', masterAddress: 'string?' },
    response: { masterHaAddress: 'string?', masterFlushOffset: 'i64?', masterAddress: 'string?' },
  },
  getBrokerHaStatus: { code: 907 },
  resetMasterFlushOffset: { code: 908, request: { masterFlushOffset: 'i64' } },
  controllerAlterSyncStateSet: {
    code: 1001,
    direction: 'broker→controller',
    request: { brokerName: 'string?', masterBrokerId: 'i64?', masterEpoch: 'i32?', invokeTime: 'i64=' },
    response: { newSyncStateSetEpoch: 'i32=' },
  },
  controllerElectMaster: {
    code: 1002,
    direction: 'broker→controller, client→controller',
    request: {
      clusterName: 'string',
      brokerName: 'string',
      brokerId: 'i64',
      designateElect: 'bool',
      invokeTime: 'i64?',
    },
    response: { masterBrokerId: 'i64?', masterAddress: 'string?', masterEpoch: 'i32?', syncStateSetEpoch: 'i32?' },
  },
  controllerRegisterBroker: {
    code: 1003,
    direction: 'broker→controller',
    request: {
      clusterName: 'string?',
      brokerName: 'string?',
      brokerId: 'i64?',
      brokerAddress: 'string?',
      invokeTime: 'i64=',
    },
    response: {
      clusterName: 'string?',
      brokerName: 'string?',
      masterBrokerId: 'i64?',
      masterAddress: 'string?',
      masterEpoch: 'i32?',
      syncStateSetEpoch: 'i32?',
    },
  },
  controllerGetReplicaInfo: {
    code: 1004,
    direction: 'broker→controller',
    request: { brokerName: 'string?' },
    response: { masterBrokerId: 'i64?', masterAddress: 'string?', masterEpoch: 'i32?' },
  },
  controllerGetMetadataInfo: {
    code: 1005,
    direction: 'broker→controller, client→controller',
    response: {
      group: 'string?',
      controllerLeaderId: 'string?',
      controllerLeaderAddress: 'string?',
      isLeader: 'bool=',
      peers: 'string?',
    },
  },
  controllerGetSyncStateData: { code: 1006, direction: 'client→controller' },
  getBrokerEpochCache: { code: 1007 },
  notifyBrokerRoleChanged: {
    code: 1008,
    direction: 'controller→broker',
    request: { masterAddress: 'string?', masterEpoch: 'i32?', syncStateSetEpoch: 'i32?', masterBrokerId: 'i64?' },
  },
  updateControllerConfig: { code: 1009, direction: 'client→controller' },
  getControllerConfig: { code: 1010, direction: 'client→controller' },
  cleanBrokerData: {
    code: 1011,
    direction: 'client→controller',
    request: {
      clusterName: 'string?',
      brokerName: 'string',
      brokerControllerIdsToClean: 'string?',
      isCleanLivingBroker: 'bool=',
      invokeTime: 'i64=',
    },
  },
  controllerGetNextBrokerId: {
    code: 1012,
    direction: 'broker→controller',
    request: { clusterName: 'string?', brokerName: 'string?' },
    response: { clusterName: 'string?', brokerName: 'string?', nextBrokerId: 'i64?' },
  },
  controllerApplyBrokerId: {
    code: 1013,
    direction: 'broker→controller',
    request: { clusterName: 'string?', brokerName: 'string?', appliedBrokerId: 'i64?', registerCheckCode: 'string?' },
    response: { clusterName: 'string?', brokerName: 'string?' },
  },
  brokerCloseChannelRequest: {
    code: 1014,
    direction: 'controller-internal (raft log)',
    request: { clusterName: 'string?', brokerName: 'string?', brokerId: 'i64?' },
    response: {},
  },
  checkNotActiveBrokerRequest: {
    code: 1015,
    direction: 'controller-internal (raft log)',
    request: { checkTimeMillis: 'i64?' },
    response: {},
  },
  getBrokerLiveInfoRequest: {
    code: 1016,
    direction: 'controller-internal (raft log)',
    request: { clusterName: 'string?', brokerName: 'string?', brokerId: 'i64?' },
    response: {},
  },
  getSyncStateDataRequest: { code: 1017, direction: 'unused' },
  raftBrokerHeartBeatEventRequest: {
    code: 1018,
    direction: 'controller-internal (raft log)',
    request: {
      clusterNameIdentityInfo: 'string?',
      brokerNameIdentityInfo: 'string?',
      brokerIdIdentityInfo: 'i64?',
      brokerName: 'string?',
      brokerAddr: 'string?',
      heartbeatTimeoutMillis: 'i64?',
      brokerId: 'i64?',
      lastUpdateTimestamp: 'i64?',
      epoch: 'i32?',
      maxOffset: 'i64?',
      confirmOffset: 'i64?',
      electionPriority: 'i32?',
    },
    response: {},
  },
  updateColdDataFlowCtrConfig: { code: 2001 },
  removeColdDataFlowCtrConfig: { code: 2002 },
  getColdDataFlowCtrInfo: { code: 2003 },
  setCommitlogReadMode: { code: 2004 },
  authCreateUser: { code: 3001, request: { username: 'string?' } },
  authUpdateUser: { code: 3002, request: { username: 'string?' } },
  authDeleteUser: { code: 3003, request: { username: 'string?' } },
  authGetUser: { code: 3004, request: { username: 'string?' } },
  authListUser: { code: 3005, request: { filter: 'string?' } },
  authCreateAcl: { code: 3006, request: { subject: 'string?' } },
  authUpdateAcl: { code: 3007, request: { subject: 'string?' } },
  authDeleteAcl: { code: 3008, request: { subject: 'string?', policyType: 'string?', resource: 'string?' } },
  authGetAcl: { code: 3009, request: { subject: 'string?' } },
  authListAcl: { code: 3010, request: { subjectFilter: 'string?', resourceFilter: 'string?' } },
  popMessage: {
    code: 200050,
    request: {
      consumerGroup: 'string',
      topic: 'string',
      queueId: 'i32',
      maxMsgNums: 'i32',
      invisibleTime: 'i64',
      pollTime: 'i64',
      bornTime: 'i64',
      initMode: 'i32',
      expType: 'string?',
      exp: 'string?',
      order: 'bool?',
      attemptId: 'string?',
      '...': 'topic',
    },
    response: 'popMessageResponse',
  },
  ackMessage: {
    code: 200051,
    request: {
      consumerGroup: 'string',
      topic: 'string',
      queueId: 'i32',
      extraInfo: 'string',
      offset: 'i64',
      '...': 'topic',
    },
  },
  peekMessage: {
    code: 200052,
    request: { topic: 'string', queueId: 'i32', maxMsgNums: 'i32', consumerGroup: 'string', '...': 'topic' },
    response: 'popMessageResponse',
  },
  changeMessageInvisibletime: {
    code: 200053,
    request: {
      consumerGroup: 'string',
      topic: 'string',
      queueId: 'i32',
      extraInfo: 'string',
      offset: 'i64',
      invisibleTime: 'i64',
      '...': 'topic',
    },
    response: { popTime: 'i64', invisibleTime: 'i64', reviveQid: 'i32' },
  },
  notification: {
    code: 200054,
    request: {
      consumerGroup: 'string',
      topic: 'string',
      queueId: 'i32',
      pollTime: 'i64',
      bornTime: 'i64',
      order: 'bool?',
      attemptId: 'string?',
      '...': 'topic',
    },
    response: { hasMsg: 'bool', pollingFull: 'bool=' },
  },
  pollingInfo: {
    code: 200055,
    request: { consumerGroup: 'string', topic: 'string', queueId: 'i32', '...': 'topic' },
    response: { pollingNum: 'i32' },
  },
  popRollback: { code: 200056 },
  batchAckMessage: { code: 200151 },
} as const;
commands satisfies Readonly<Record<string, CommandDef>>;

/** One request of the table. */
export interface CommandDef {
  readonly code: number;
  /** Who sends it to whom; several directions are separated by commas. @defaultValue client→broker */
  readonly direction?: string;
  readonly request?: HeaderName | HeaderDef;
  readonly response?: HeaderName | HeaderDef;
}

/** A request of the table. */
export type CommandName = keyof typeof commands;

type HeaderOf<N extends CommandName, Side extends 'request' | 'response'> = (typeof commands)[N] extends {
  readonly [S in Side]: infer H;
}
  ? HeaderNamed<H>
  : never;
type NoFields = Readonly<Record<string, never>>;

/** The fields a sender of this request gives. */
export type RequestFields<N extends CommandName> = N extends CommandName
  ? [HeaderOf<N, 'request'>] extends [never]
    ? NoFields
    : GivenFields<HeaderOf<N, 'request'>>
  : never;
/** The fields its receiver reads. */
export type ReceivedFields<N extends CommandName> = N extends CommandName
  ? [HeaderOf<N, 'request'>] extends [never]
    ? NoFields
    : ReadFields<HeaderOf<N, 'request'>>
  : never;
/** The fields of its successful answer, as read. */
export type ResponseFields<N extends CommandName> = N extends CommandName
  ? [HeaderOf<N, 'response'>] extends [never]
    ? NoFields
    : ReadFields<HeaderOf<N, 'response'>>
  : never;

let namesByCode: ReadonlyMap<number, CommandName> | undefined;

/** The name of a request code, undefined for one that is not in the table. */
export function commandName(code: number): CommandName | undefined {
  namesByCode ??= new Map(Object.entries(commands).map(([name, { code }]) => [code, name as CommandName]));
  return namesByCode.get(code);
}
