/** Response codes by name (`ResponseCode.java`, `RemotingSysResponseCode.java`). */
export const responseCodes = {
  rpcTimeOut: -1006,
  rpcSendToChannelFailed: -1004,
  rpcAddrIsNull: -1002,
  rpcUnknown: -1000,
  success: 0,
  systemError: 1,
  systemBusy: 2,
  requestCodeNotSupported: 3,
  transactionFailed: 4,
  flushDiskTimeout: 10,
  slaveNotAvailable: 11,
  flushSlaveTimeout: 12,
  messageIllegal: 13,
  serviceNotAvailable: 14,
  versionNotSupported: 15,
  noPermission: 16,
  topicNotExist: 17,
  topicExistAlready: 18,
  pullNotFound: 19,
  pullRetryImmediately: 20,
  pullOffsetMoved: 21,
  queryNotFound: 22,
  subscriptionParseFailed: 23,
  subscriptionNotExist: 24,
  subscriptionNotLatest: 25,
  subscriptionGroupNotExist: 26,
  filterDataNotExist: 27,
  filterDataNotLatest: 28,
  invalidParameter: 29,
  transactionShouldCommit: 200,
  transactionShouldRollback: 201,
  transactionStateUnknow: 202,
  transactionStateGroupWrong: 203,
  noBuyerId: 204,
  notInCurrentUnit: 205,
  consumerNotOnline: 206,
  consumeMsgTimeout: 207,
  noMessage: 208,
  pollingFull: 209,
  pollingTimeout: 210,
  brokerNotExist: 211,
  brokerDispatchNotComplete: 212,
  broadcastConsumption: 213,
  flowControl: 215,
  notLeaderForQueue: 501,
  illegalOperation: 604,
  goAway: 1500,
  controllerFencedMasterEpoch: 2000,
  controllerFencedSyncStateSetEpoch: 2001,
  controllerInvalidMaster: 2002,
  controllerInvalidReplicas: 2003,
  controllerMasterNotAvailable: 2004,
  controllerInvalidRequest: 2005,
  controllerBrokerNotAlive: 2006,
  controllerNotLeader: 2007,
  controllerBrokerMetadataNotExist: 2008,
  controllerInvalidCleanBrokerMetadata: 2009,
  controllerBrokerNeedToBeRegistered: 2010,
  controllerMasterStillExist: 2011,
  controllerElectMasterFailed: 2012,
  controllerAlterSyncStateSetFailed: 2013,
  controllerBrokerIdInvalid: 2014,
  controllerJraftInternalError: 2015,
  controllerBrokerLiveInfoNotExists: 2016,
  userNotExist: 3001,
  policyNotExist: 3002,
} as const;

/** A response code of the table. */
export type ResponseCodeName = keyof typeof responseCodes;

/** Codes after which another attempt can succeed, best on another broker (`DefaultMQProducer.java`, retryResponseCodes). */
const retryable: ReadonlySet<number> = new Set([
  responseCodes.systemError,
  responseCodes.systemBusy,
  responseCodes.serviceNotAvailable,
  responseCodes.noPermission,
  responseCodes.topicNotExist,
  responseCodes.noBuyerId,
  responseCodes.notInCurrentUnit,
  responseCodes.goAway,
]);

let namesByCode: ReadonlyMap<number, ResponseCodeName> | undefined;

/** The name of a response code, undefined for one that is not in the table. */
export function responseCodeName(code: number): ResponseCodeName | undefined {
  namesByCode ??= new Map(Object.entries(responseCodes).map(([name, value]) => [value, name as ResponseCodeName]));
  return namesByCode.get(code);
}

/** Whether a send that got this code is worth another attempt. */
export function isRetryableResponse(code: number): boolean {
  return retryable.has(code);
}
