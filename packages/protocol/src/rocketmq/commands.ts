import type { GivenFields, HeaderName, ReadFields } from './header-fields.ts';

/**
 * Every request of RocketMQ's remoting protocol, in the order of its code. `request` and `response` name the headers of
 * a request and of its successful answer; without one there are no fields. The name is the Java constant's, in camel
 * case. Source: `RequestCode.java`; direction as seen in the handlers' registrations.
 */
export const commands = {
  sendMessage: { code: 10, direction: 'client→broker', request: 'sendMessageRequest', response: 'sendMessageResponse' },
  pullMessage: { code: 11, direction: 'client→broker', request: 'pullMessageRequest', response: 'pullMessageResponse' },
  queryMessage: {
    code: 12,
    direction: 'client→broker',
    request: 'queryMessageRequest',
    response: 'queryMessageResponse',
  },
  queryBrokerOffset: { code: 13, direction: 'unused' },
  queryConsumerOffset: {
    code: 14,
    direction: 'client→broker',
    request: 'queryConsumerOffsetRequest',
    response: 'queryConsumerOffsetResponse',
  },
  updateConsumerOffset: {
    code: 15,
    direction: 'client→broker',
    request: 'updateConsumerOffsetRequest',
    response: 'updateConsumerOffsetResponse',
  },
  updateAndCreateTopic: { code: 17, direction: 'client→broker', request: 'createTopicRequest' },
  updateAndCreateTopicList: { code: 18, direction: 'client→broker', request: 'createTopicListRequest' },
  getAllTopicConfig: {
    code: 21,
    direction: 'client→broker',
    request: 'getAllTopicConfigRequest',
    response: 'getAllTopicConfigResponse',
  },
  getTopicConfigList: { code: 22, direction: 'unused' },
  getTopicNameList: { code: 23, direction: 'unused' },
  updateBrokerConfig: { code: 25, direction: 'client→broker' },
  getBrokerConfig: { code: 26, direction: 'client→broker', response: 'getBrokerConfigResponse' },
  triggerDeleteFiles: { code: 27, direction: 'unused' },
  getBrokerRuntimeInfo: { code: 28, direction: 'client→broker' },
  searchOffsetByTimestamp: {
    code: 29,
    direction: 'client→broker',
    request: 'searchOffsetRequest',
    response: 'searchOffsetResponse',
  },
  getMaxOffset: {
    code: 30,
    direction: 'client→broker',
    request: 'getMaxOffsetRequest',
    response: 'getMaxOffsetResponse',
  },
  getMinOffset: {
    code: 31,
    direction: 'client→broker',
    request: 'getMinOffsetRequest',
    response: 'getMinOffsetResponse',
  },
  getEarliestMsgStoretime: {
    code: 32,
    direction: 'client→broker',
    request: 'getEarliestMsgStoretimeRequest',
    response: 'getEarliestMsgStoretimeResponse',
  },
  viewMessageById: { code: 33, direction: 'client→broker', request: 'viewMessageRequest' },
  heartBeat: { code: 34, direction: 'client→broker', request: 'heartbeatRequest' },
  unregisterClient: {
    code: 35,
    direction: 'client→broker',
    request: 'unregisterClientRequest',
    response: 'unregisterClientResponse',
  },
  consumerSendMsgBack: { code: 36, direction: 'client→broker', request: 'consumerSendMsgBackRequest' },
  endTransaction: { code: 37, direction: 'client→broker', request: 'endTransactionRequest' },
  getConsumerListByGroup: {
    code: 38,
    direction: 'client→broker',
    request: 'getConsumerListByGroupRequest',
    response: 'getConsumerListByGroupResponse',
  },
  checkTransactionState: { code: 39, direction: 'broker→client', request: 'checkTransactionStateRequest' },
  notifyConsumerIdsChanged: { code: 40, direction: 'broker→client', request: 'notifyConsumerIdsChangedRequest' },
  lockBatchMq: { code: 41, direction: 'client→broker', request: 'lockBatchMqRequest' },
  unlockBatchMq: { code: 42, direction: 'client→broker', request: 'unlockBatchMqRequest' },
  getAllConsumerOffset: { code: 43, direction: 'broker→broker' },
  getAllDelayOffset: { code: 45, direction: 'broker→broker' },
  checkClientConfig: { code: 46, direction: 'client→broker' },
  getClientConfig: { code: 47, direction: 'unused' },
  getTimerCheckPoint: { code: 60, direction: 'broker→broker' },
  getTimerMetrics: { code: 61, direction: 'broker→broker' },
  putKvConfig: { code: 100, direction: 'client→namesrv', request: 'putKVConfigRequest' },
  getKvConfig: {
    code: 101,
    direction: 'client→namesrv',
    request: 'getKVConfigRequest',
    response: 'getKVConfigResponse',
  },
  deleteKvConfig: { code: 102, direction: 'client→namesrv', request: 'deleteKVConfigRequest' },
  registerBroker: {
    code: 103,
    direction: 'broker→namesrv',
    request: 'registerBrokerRequest',
    response: 'registerBrokerResponse',
  },
  unregisterBroker: { code: 104, direction: 'broker→namesrv', request: 'unRegisterBrokerRequest' },
  getRouteinfoByTopic: { code: 105, direction: 'client→namesrv', request: 'getRouteInfoRequest' },
  getBrokerClusterInfo: { code: 106, direction: 'client→namesrv' },
  updateAndCreateSubscriptiongroup: { code: 200, direction: 'client→broker' },
  getAllSubscriptiongroupConfig: {
    code: 201,
    direction: 'client→broker',
    request: 'getAllSubscriptionGroupRequest',
    response: 'getAllSubscriptionGroupResponse',
  },
  getTopicStatsInfo: { code: 202, direction: 'client→broker', request: 'getTopicStatsInfoRequest' },
  getConsumerConnectionList: { code: 203, direction: 'client→broker', request: 'getConsumerConnectionListRequest' },
  getProducerConnectionList: { code: 204, direction: 'client→broker', request: 'getProducerConnectionListRequest' },
  wipeWritePermOfBroker: {
    code: 205,
    direction: 'client→namesrv',
    request: 'wipeWritePermOfBrokerRequest',
    response: 'wipeWritePermOfBrokerResponse',
  },
  getAllTopicListFromNameserver: { code: 206, direction: 'client→namesrv' },
  deleteSubscriptiongroup: { code: 207, direction: 'client→broker', request: 'deleteSubscriptionGroupRequest' },
  getConsumeStats: { code: 208, direction: 'client→broker', request: 'getConsumeStatsRequest' },
  suspendConsumer: { code: 209, direction: 'unused' },
  resumeConsumer: { code: 210, direction: 'unused' },
  resetConsumerOffsetInConsumer: { code: 211, direction: 'unused' },
  resetConsumerOffsetInBroker: { code: 212, direction: 'unused' },
  adjustConsumerThreadPool: { code: 213, direction: 'unused' },
  whoConsumeTheMessage: { code: 214, direction: 'unused' },
  deleteTopicInBroker: { code: 215, direction: 'client→broker', request: 'deleteTopicRequest' },
  deleteTopicInNamesrv: { code: 216, direction: 'client→namesrv', request: 'deleteTopicFromNamesrvRequest' },
  registerTopicInNamesrv: { code: 217, direction: 'broker→namesrv', request: 'registerTopicRequest' },
  getKvlistByNamespace: { code: 219, direction: 'client→namesrv', request: 'getKVListByNamespaceRequest' },
  resetConsumerClientOffset: { code: 220, direction: 'broker→client', request: 'resetOffsetRequest' },
  getConsumerStatusFromClient: { code: 221, direction: 'broker→client', request: 'getConsumerStatusRequest' },
  invokeBrokerToResetOffset: { code: 222, direction: 'client→broker', request: 'resetOffsetRequest' },
  invokeBrokerToGetConsumerStatus: { code: 223, direction: 'client→broker', request: 'getConsumerStatusRequest' },
  getTopicsByCluster: { code: 224, direction: 'client→namesrv', request: 'getTopicsByClusterRequest' },
  updateAndCreateSubscriptiongroupList: { code: 225, direction: 'client→broker' },
  queryTopicConsumeByWho: { code: 300, direction: 'client→broker', request: 'queryTopicConsumeByWhoRequest' },
  registerFilterServer: { code: 301, direction: 'unused' },
  registerMessageFilterClass: { code: 302, direction: 'unused' },
  queryConsumeTimeSpan: { code: 303, direction: 'client→broker', request: 'queryConsumeTimeSpanRequest' },
  getSystemTopicListFromNs: { code: 304, direction: 'client→namesrv' },
  getSystemTopicListFromBroker: { code: 305, direction: 'client→broker' },
  cleanExpiredConsumequeue: { code: 306, direction: 'client→broker' },
  getConsumerRunningInfo: {
    code: 307,
    direction: 'client→broker, broker→client',
    request: 'getConsumerRunningInfoRequest',
  },
  queryCorrectionOffset: { code: 308, direction: 'client→broker', request: 'queryCorrectionOffset' },
  consumeMessageDirectly: {
    code: 309,
    direction: 'client→broker, broker→client',
    request: 'consumeMessageDirectlyResultRequest',
  },
  sendMessageV2: {
    code: 310,
    direction: 'client→broker',
    request: 'sendMessageRequestHeaderV2',
    response: 'sendMessageResponse',
  },
  getUnitTopicList: { code: 311, direction: 'client→namesrv' },
  getHasUnitSubTopicList: { code: 312, direction: 'client→namesrv' },
  getHasUnitSubUnunitTopicList: { code: 313, direction: 'client→namesrv' },
  cloneGroupOffset: { code: 314, direction: 'client→broker', request: 'cloneGroupOffsetRequest' },
  viewBrokerStatsData: { code: 315, direction: 'client→broker', request: 'viewBrokerStatsDataRequest' },
  cleanUnusedTopic: { code: 316, direction: 'client→broker' },
  getBrokerConsumeStats: { code: 317, direction: 'client→broker', request: 'getConsumeStatsInBroker' },
  updateNamesrvConfig: { code: 318, direction: 'client→namesrv' },
  getNamesrvConfig: { code: 319, direction: 'client→namesrv' },
  sendBatchMessage: {
    code: 320,
    direction: 'client→broker',
    request: 'sendMessageRequestHeaderV2',
    response: 'sendMessageResponse',
  },
  queryConsumeQueue: { code: 321, direction: 'client→broker', request: 'queryConsumeQueueRequest' },
  queryDataVersion: {
    code: 322,
    direction: 'broker→namesrv',
    request: 'queryDataVersionRequest',
    response: 'queryDataVersionResponse',
  },
  resumeCheckHalfMessage: { code: 323, direction: 'client→broker', request: 'resumeCheckHalfMessageRequest' },
  sendReplyMessage: {
    code: 324,
    direction: 'client→broker',
    request: 'sendMessageRequest',
    response: 'sendMessageResponse',
  },
  sendReplyMessageV2: {
    code: 325,
    direction: 'client→broker',
    request: 'sendMessageRequestHeaderV2',
    response: 'sendMessageResponse',
  },
  pushReplyMessageToClient: { code: 326, direction: 'broker→client', request: 'replyMessageRequest' },
  addWritePermOfBroker: {
    code: 327,
    direction: 'client→namesrv',
    request: 'addWritePermOfBrokerRequest',
    response: 'addWritePermOfBrokerResponse',
  },
  getAllProducerInfo: { code: 328, direction: 'client→broker', request: 'getAllProducerInfoRequest' },
  deleteExpiredCommitlog: { code: 329, direction: 'client→broker' },
  queryTopicsByConsumer: { code: 343, direction: 'client→broker', request: 'queryTopicsByConsumerRequest' },
  querySubscriptionByConsumer: { code: 345, direction: 'client→broker', request: 'querySubscriptionByConsumerRequest' },
  getTopicConfig: { code: 351, direction: 'client→broker', request: 'getTopicConfigRequest' },
  getSubscriptiongroupConfig: { code: 352, direction: 'client→broker', request: 'getSubscriptionGroupConfigRequest' },
  updateAndGetGroupForbidden: { code: 353, direction: 'client→broker', request: 'updateGroupForbiddenRequest' },
  checkRocksdbCqWriteProgress: { code: 354, direction: 'client→broker', request: 'checkRocksdbCqWriteProgressRequest' },
  exportRocksdbConfigToJson: { code: 355, direction: 'client→broker', request: 'exportRocksDBConfigToJsonRequest' },
  litePullMessage: {
    code: 361,
    direction: 'client→broker',
    request: 'pullMessageRequest',
    response: 'pullMessageResponse',
  },
  recallMessage: {
    code: 370,
    direction: 'client→broker',
    request: 'recallMessageRequest',
    response: 'recallMessageResponse',
  },
  queryAssignment: { code: 400, direction: 'client→broker' },
  setMessageRequestMode: { code: 401, direction: 'client→broker' },
  getAllMessageRequestMode: { code: 402, direction: 'broker→broker' },
  updateAndCreateStaticTopic: { code: 513, direction: 'client→broker', request: 'createTopicRequest' },
  getBrokerMemberGroup: { code: 901, direction: 'broker→namesrv', request: 'getBrokerMemberGroupRequest' },
  addBroker: { code: 902, direction: 'client→broker-container', request: 'addBrokerRequest' },
  removeBroker: { code: 903, direction: 'client→broker-container', request: 'removeBrokerRequest' },
  brokerHeartbeat: { code: 904, direction: 'broker→namesrv, broker→controller', request: 'brokerHeartbeatRequest' },
  notifyMinBrokerIdChange: { code: 905, direction: 'namesrv→broker', request: 'notifyMinBrokerIdChangeRequest' },
  exchangeBrokerHaInfo: {
    code: 906,
    direction: 'broker→broker',
    request: 'exchangeHAInfoRequest',
    response: 'exchangeHAInfoResponse',
  },
  getBrokerHaStatus: { code: 907, direction: 'client→broker' },
  resetMasterFlushOffset: { code: 908, direction: 'client→broker', request: 'resetMasterFlushOffset' },
  controllerAlterSyncStateSet: {
    code: 1001,
    direction: 'broker→controller',
    request: 'alterSyncStateSetRequest',
    response: 'alterSyncStateSetResponse',
  },
  controllerElectMaster: {
    code: 1002,
    direction: 'broker→controller, client→controller',
    request: 'electMasterRequest',
    response: 'electMasterResponse',
  },
  controllerRegisterBroker: {
    code: 1003,
    direction: 'broker→controller',
    request: 'registerBrokerToControllerRequest',
    response: 'registerBrokerToControllerResponse',
  },
  controllerGetReplicaInfo: {
    code: 1004,
    direction: 'broker→controller',
    request: 'getReplicaInfoRequest',
    response: 'getReplicaInfoResponse',
  },
  controllerGetMetadataInfo: {
    code: 1005,
    direction: 'broker→controller, client→controller',
    response: 'getMetaDataResponse',
  },
  controllerGetSyncStateData: { code: 1006, direction: 'client→controller' },
  getBrokerEpochCache: { code: 1007, direction: 'client→broker' },
  notifyBrokerRoleChanged: { code: 1008, direction: 'controller→broker', request: 'notifyBrokerRoleChangedRequest' },
  updateControllerConfig: { code: 1009, direction: 'client→controller' },
  getControllerConfig: { code: 1010, direction: 'client→controller' },
  cleanBrokerData: { code: 1011, direction: 'client→controller', request: 'cleanControllerBrokerDataRequest' },
  controllerGetNextBrokerId: {
    code: 1012,
    direction: 'broker→controller',
    request: 'getNextBrokerIdRequest',
    response: 'getNextBrokerIdResponse',
  },
  controllerApplyBrokerId: {
    code: 1013,
    direction: 'broker→controller',
    request: 'applyBrokerIdRequest',
    response: 'applyBrokerIdResponse',
  },
  brokerCloseChannelRequest: {
    code: 1014,
    direction: 'controller-internal (raft log)',
    request: 'brokerCloseChannelRequest',
    response: 'brokerCloseChannelResponse',
  },
  checkNotActiveBrokerRequest: {
    code: 1015,
    direction: 'controller-internal (raft log)',
    request: 'checkNotActiveBrokerRequest',
    response: 'checkNotActiveBrokerResponse',
  },
  getBrokerLiveInfoRequest: {
    code: 1016,
    direction: 'controller-internal (raft log)',
    request: 'getBrokerLiveInfoRequest',
    response: 'getBrokerLiveInfoResponse',
  },
  getSyncStateDataRequest: { code: 1017, direction: 'unused' },
  raftBrokerHeartBeatEventRequest: {
    code: 1018,
    direction: 'controller-internal (raft log)',
    request: 'raftBrokerHeartBeatEventRequest',
    response: 'raftBrokerHeartBeatEventResponse',
  },
  updateColdDataFlowCtrConfig: { code: 2001, direction: 'client→broker' },
  removeColdDataFlowCtrConfig: { code: 2002, direction: 'client→broker' },
  getColdDataFlowCtrInfo: { code: 2003, direction: 'client→broker' },
  setCommitlogReadMode: { code: 2004, direction: 'client→broker' },
  authCreateUser: { code: 3001, direction: 'client→broker', request: 'createUserRequest' },
  authUpdateUser: { code: 3002, direction: 'client→broker', request: 'updateUserRequest' },
  authDeleteUser: { code: 3003, direction: 'client→broker', request: 'deleteUserRequest' },
  authGetUser: { code: 3004, direction: 'client→broker', request: 'getUserRequest' },
  authListUser: { code: 3005, direction: 'client→broker', request: 'listUsersRequest' },
  authCreateAcl: { code: 3006, direction: 'client→broker', request: 'createAclRequest' },
  authUpdateAcl: { code: 3007, direction: 'client→broker', request: 'updateAclRequest' },
  authDeleteAcl: { code: 3008, direction: 'client→broker', request: 'deleteAclRequest' },
  authGetAcl: { code: 3009, direction: 'client→broker', request: 'getAclRequest' },
  authListAcl: { code: 3010, direction: 'client→broker', request: 'listAclsRequest' },
  popMessage: {
    code: 200050,
    direction: 'client→broker',
    request: 'popMessageRequest',
    response: 'popMessageResponse',
  },
  ackMessage: { code: 200051, direction: 'client→broker', request: 'ackMessageRequest' },
  peekMessage: {
    code: 200052,
    direction: 'client→broker',
    request: 'peekMessageRequest',
    response: 'popMessageResponse',
  },
  changeMessageInvisibletime: {
    code: 200053,
    direction: 'client→broker',
    request: 'changeInvisibleTimeRequest',
    response: 'changeInvisibleTimeResponse',
  },
  notification: {
    code: 200054,
    direction: 'client→broker',
    request: 'notificationRequest',
    response: 'notificationResponse',
  },
  pollingInfo: {
    code: 200055,
    direction: 'client→broker',
    request: 'pollingInfoRequest',
    response: 'pollingInfoResponse',
  },
  popRollback: { code: 200056, direction: 'client→broker' },
  batchAckMessage: { code: 200151, direction: 'client→broker' },
} as const;
commands satisfies Readonly<Record<string, CommandDef>>;

/** One request of the table. */
export interface CommandDef {
  readonly code: number;
  /** Who sends it to whom; several directions are separated by commas. */
  readonly direction: string;
  readonly request?: HeaderName;
  readonly response?: HeaderName;
}

/** A request of the table. */
export type CommandName = keyof typeof commands;

type HeaderOf<N extends CommandName, Side extends 'request' | 'response'> = (typeof commands)[N] extends {
  readonly [S in Side]: infer H extends HeaderName;
}
  ? H
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
