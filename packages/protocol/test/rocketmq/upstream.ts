/**
 * What RocketMQ's own sources say, one line each: `code CONSTANT request-header response-header` and
 * `HeaderClass base field:JavaType…`, `!` behind a field that must not be null or is a primitive that must be there.
 * Read off `RequestCode.java` and the classes that implement `CommandCustomHeader`, revision 5.3.4-SNAPSHOT.
 */
export const requestLines = `
10 SEND_MESSAGE SendMessageRequestHeader SendMessageResponseHeader
11 PULL_MESSAGE PullMessageRequestHeader PullMessageResponseHeader
12 QUERY_MESSAGE QueryMessageRequestHeader QueryMessageResponseHeader
13 QUERY_BROKER_OFFSET - -
14 QUERY_CONSUMER_OFFSET QueryConsumerOffsetRequestHeader QueryConsumerOffsetResponseHeader
15 UPDATE_CONSUMER_OFFSET UpdateConsumerOffsetRequestHeader UpdateConsumerOffsetResponseHeader
17 UPDATE_AND_CREATE_TOPIC CreateTopicRequestHeader -
18 UPDATE_AND_CREATE_TOPIC_LIST CreateTopicListRequestHeader -
21 GET_ALL_TOPIC_CONFIG GetAllTopicConfigRequestHeader GetAllTopicConfigResponseHeader
22 GET_TOPIC_CONFIG_LIST - -
23 GET_TOPIC_NAME_LIST - -
25 UPDATE_BROKER_CONFIG - -
26 GET_BROKER_CONFIG - GetBrokerConfigResponseHeader
27 TRIGGER_DELETE_FILES - -
28 GET_BROKER_RUNTIME_INFO - -
29 SEARCH_OFFSET_BY_TIMESTAMP SearchOffsetRequestHeader SearchOffsetResponseHeader
30 GET_MAX_OFFSET GetMaxOffsetRequestHeader GetMaxOffsetResponseHeader
31 GET_MIN_OFFSET GetMinOffsetRequestHeader GetMinOffsetResponseHeader
32 GET_EARLIEST_MSG_STORETIME GetEarliestMsgStoretimeRequestHeader GetEarliestMsgStoretimeResponseHeader
33 VIEW_MESSAGE_BY_ID ViewMessageRequestHeader -
34 HEART_BEAT HeartbeatRequestHeader -
35 UNREGISTER_CLIENT UnregisterClientRequestHeader UnregisterClientResponseHeader
36 CONSUMER_SEND_MSG_BACK ConsumerSendMsgBackRequestHeader -
37 END_TRANSACTION EndTransactionRequestHeader -
38 GET_CONSUMER_LIST_BY_GROUP GetConsumerListByGroupRequestHeader GetConsumerListByGroupResponseHeader
39 CHECK_TRANSACTION_STATE CheckTransactionStateRequestHeader -
40 NOTIFY_CONSUMER_IDS_CHANGED NotifyConsumerIdsChangedRequestHeader -
41 LOCK_BATCH_MQ LockBatchMqRequestHeader -
42 UNLOCK_BATCH_MQ UnlockBatchMqRequestHeader -
43 GET_ALL_CONSUMER_OFFSET - -
45 GET_ALL_DELAY_OFFSET - -
46 CHECK_CLIENT_CONFIG - -
47 GET_CLIENT_CONFIG - -
60 GET_TIMER_CHECK_POINT - -
61 GET_TIMER_METRICS - -
100 PUT_KV_CONFIG PutKVConfigRequestHeader -
101 GET_KV_CONFIG GetKVConfigRequestHeader GetKVConfigResponseHeader
102 DELETE_KV_CONFIG DeleteKVConfigRequestHeader -
103 REGISTER_BROKER RegisterBrokerRequestHeader RegisterBrokerResponseHeader
104 UNREGISTER_BROKER UnRegisterBrokerRequestHeader -
105 GET_ROUTEINFO_BY_TOPIC GetRouteInfoRequestHeader -
106 GET_BROKER_CLUSTER_INFO - -
200 UPDATE_AND_CREATE_SUBSCRIPTIONGROUP - -
201 GET_ALL_SUBSCRIPTIONGROUP_CONFIG GetAllSubscriptionGroupRequestHeader GetAllSubscriptionGroupResponseHeader
202 GET_TOPIC_STATS_INFO GetTopicStatsInfoRequestHeader -
203 GET_CONSUMER_CONNECTION_LIST GetConsumerConnectionListRequestHeader -
204 GET_PRODUCER_CONNECTION_LIST GetProducerConnectionListRequestHeader -
205 WIPE_WRITE_PERM_OF_BROKER WipeWritePermOfBrokerRequestHeader WipeWritePermOfBrokerResponseHeader
206 GET_ALL_TOPIC_LIST_FROM_NAMESERVER - -
207 DELETE_SUBSCRIPTIONGROUP DeleteSubscriptionGroupRequestHeader -
208 GET_CONSUME_STATS GetConsumeStatsRequestHeader -
209 SUSPEND_CONSUMER - -
210 RESUME_CONSUMER - -
211 RESET_CONSUMER_OFFSET_IN_CONSUMER - -
212 RESET_CONSUMER_OFFSET_IN_BROKER - -
213 ADJUST_CONSUMER_THREAD_POOL - -
214 WHO_CONSUME_THE_MESSAGE - -
215 DELETE_TOPIC_IN_BROKER DeleteTopicRequestHeader -
216 DELETE_TOPIC_IN_NAMESRV DeleteTopicFromNamesrvRequestHeader -
217 REGISTER_TOPIC_IN_NAMESRV RegisterTopicRequestHeader -
219 GET_KVLIST_BY_NAMESPACE GetKVListByNamespaceRequestHeader -
220 RESET_CONSUMER_CLIENT_OFFSET ResetOffsetRequestHeader -
221 GET_CONSUMER_STATUS_FROM_CLIENT GetConsumerStatusRequestHeader -
222 INVOKE_BROKER_TO_RESET_OFFSET ResetOffsetRequestHeader -
223 INVOKE_BROKER_TO_GET_CONSUMER_STATUS GetConsumerStatusRequestHeader -
224 GET_TOPICS_BY_CLUSTER GetTopicsByClusterRequestHeader -
225 UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST - -
300 QUERY_TOPIC_CONSUME_BY_WHO QueryTopicConsumeByWhoRequestHeader -
301 REGISTER_FILTER_SERVER - -
302 REGISTER_MESSAGE_FILTER_CLASS - -
303 QUERY_CONSUME_TIME_SPAN QueryConsumeTimeSpanRequestHeader -
304 GET_SYSTEM_TOPIC_LIST_FROM_NS - -
305 GET_SYSTEM_TOPIC_LIST_FROM_BROKER - -
306 CLEAN_EXPIRED_CONSUMEQUEUE - -
307 GET_CONSUMER_RUNNING_INFO GetConsumerRunningInfoRequestHeader -
308 QUERY_CORRECTION_OFFSET QueryCorrectionOffsetHeader -
309 CONSUME_MESSAGE_DIRECTLY ConsumeMessageDirectlyResultRequestHeader -
310 SEND_MESSAGE_V2 SendMessageRequestHeaderV2 SendMessageResponseHeader
311 GET_UNIT_TOPIC_LIST - -
312 GET_HAS_UNIT_SUB_TOPIC_LIST - -
313 GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST - -
314 CLONE_GROUP_OFFSET CloneGroupOffsetRequestHeader -
315 VIEW_BROKER_STATS_DATA ViewBrokerStatsDataRequestHeader -
316 CLEAN_UNUSED_TOPIC - -
317 GET_BROKER_CONSUME_STATS GetConsumeStatsInBrokerHeader -
318 UPDATE_NAMESRV_CONFIG - -
319 GET_NAMESRV_CONFIG - -
320 SEND_BATCH_MESSAGE SendMessageRequestHeaderV2 SendMessageResponseHeader
321 QUERY_CONSUME_QUEUE QueryConsumeQueueRequestHeader -
322 QUERY_DATA_VERSION QueryDataVersionRequestHeader QueryDataVersionResponseHeader
323 RESUME_CHECK_HALF_MESSAGE ResumeCheckHalfMessageRequestHeader -
324 SEND_REPLY_MESSAGE SendMessageRequestHeader SendMessageResponseHeader
325 SEND_REPLY_MESSAGE_V2 SendMessageRequestHeaderV2 SendMessageResponseHeader
326 PUSH_REPLY_MESSAGE_TO_CLIENT ReplyMessageRequestHeader -
327 ADD_WRITE_PERM_OF_BROKER AddWritePermOfBrokerRequestHeader AddWritePermOfBrokerResponseHeader
328 GET_ALL_PRODUCER_INFO GetAllProducerInfoRequestHeader -
329 DELETE_EXPIRED_COMMITLOG - -
343 QUERY_TOPICS_BY_CONSUMER QueryTopicsByConsumerRequestHeader -
345 QUERY_SUBSCRIPTION_BY_CONSUMER QuerySubscriptionByConsumerRequestHeader -
351 GET_TOPIC_CONFIG GetTopicConfigRequestHeader -
352 GET_SUBSCRIPTIONGROUP_CONFIG GetSubscriptionGroupConfigRequestHeader -
353 UPDATE_AND_GET_GROUP_FORBIDDEN UpdateGroupForbiddenRequestHeader -
354 CHECK_ROCKSDB_CQ_WRITE_PROGRESS CheckRocksdbCqWriteProgressRequestHeader -
355 EXPORT_ROCKSDB_CONFIG_TO_JSON ExportRocksDBConfigToJsonRequestHeader -
361 LITE_PULL_MESSAGE PullMessageRequestHeader PullMessageResponseHeader
370 RECALL_MESSAGE RecallMessageRequestHeader RecallMessageResponseHeader
400 QUERY_ASSIGNMENT - -
401 SET_MESSAGE_REQUEST_MODE - -
402 GET_ALL_MESSAGE_REQUEST_MODE - -
513 UPDATE_AND_CREATE_STATIC_TOPIC CreateTopicRequestHeader -
901 GET_BROKER_MEMBER_GROUP GetBrokerMemberGroupRequestHeader -
902 ADD_BROKER AddBrokerRequestHeader -
903 REMOVE_BROKER RemoveBrokerRequestHeader -
904 BROKER_HEARTBEAT BrokerHeartbeatRequestHeader -
905 NOTIFY_MIN_BROKER_ID_CHANGE NotifyMinBrokerIdChangeRequestHeader -
906 EXCHANGE_BROKER_HA_INFO ExchangeHAInfoRequestHeader ExchangeHAInfoResponseHeader
907 GET_BROKER_HA_STATUS - -
908 RESET_MASTER_FLUSH_OFFSET ResetMasterFlushOffsetHeader -
1001 CONTROLLER_ALTER_SYNC_STATE_SET AlterSyncStateSetRequestHeader AlterSyncStateSetResponseHeader
1002 CONTROLLER_ELECT_MASTER ElectMasterRequestHeader ElectMasterResponseHeader
1003 CONTROLLER_REGISTER_BROKER RegisterBrokerToControllerRequestHeader RegisterBrokerToControllerResponseHeader
1004 CONTROLLER_GET_REPLICA_INFO GetReplicaInfoRequestHeader GetReplicaInfoResponseHeader
1005 CONTROLLER_GET_METADATA_INFO - GetMetaDataResponseHeader
1006 CONTROLLER_GET_SYNC_STATE_DATA - -
1007 GET_BROKER_EPOCH_CACHE - -
1008 NOTIFY_BROKER_ROLE_CHANGED NotifyBrokerRoleChangedRequestHeader -
1009 UPDATE_CONTROLLER_CONFIG - -
1010 GET_CONTROLLER_CONFIG - -
1011 CLEAN_BROKER_DATA CleanControllerBrokerDataRequestHeader -
1012 CONTROLLER_GET_NEXT_BROKER_ID GetNextBrokerIdRequestHeader GetNextBrokerIdResponseHeader
1013 CONTROLLER_APPLY_BROKER_ID ApplyBrokerIdRequestHeader ApplyBrokerIdResponseHeader
1014 BROKER_CLOSE_CHANNEL_REQUEST BrokerCloseChannelRequest BrokerCloseChannelResponse
1015 CHECK_NOT_ACTIVE_BROKER_REQUEST CheckNotActiveBrokerRequest CheckNotActiveBrokerResponse
1016 GET_BROKER_LIVE_INFO_REQUEST GetBrokerLiveInfoRequest GetBrokerLiveInfoResponse
1017 GET_SYNC_STATE_DATA_REQUEST - -
1018 RAFT_BROKER_HEART_BEAT_EVENT_REQUEST RaftBrokerHeartBeatEventRequest RaftBrokerHeartBeatEventResponse
2001 UPDATE_COLD_DATA_FLOW_CTR_CONFIG - -
2002 REMOVE_COLD_DATA_FLOW_CTR_CONFIG - -
2003 GET_COLD_DATA_FLOW_CTR_INFO - -
2004 SET_COMMITLOG_READ_MODE - -
3001 AUTH_CREATE_USER CreateUserRequestHeader -
3002 AUTH_UPDATE_USER UpdateUserRequestHeader -
3003 AUTH_DELETE_USER DeleteUserRequestHeader -
3004 AUTH_GET_USER GetUserRequestHeader -
3005 AUTH_LIST_USER ListUsersRequestHeader -
3006 AUTH_CREATE_ACL CreateAclRequestHeader -
3007 AUTH_UPDATE_ACL UpdateAclRequestHeader -
3008 AUTH_DELETE_ACL DeleteAclRequestHeader -
3009 AUTH_GET_ACL GetAclRequestHeader -
3010 AUTH_LIST_ACL ListAclsRequestHeader -
200050 POP_MESSAGE PopMessageRequestHeader PopMessageResponseHeader
200051 ACK_MESSAGE AckMessageRequestHeader -
200052 PEEK_MESSAGE PeekMessageRequestHeader PopMessageResponseHeader
200053 CHANGE_MESSAGE_INVISIBLETIME ChangeInvisibleTimeRequestHeader ChangeInvisibleTimeResponseHeader
200054 NOTIFICATION NotificationRequestHeader NotificationResponseHeader
200055 POLLING_INFO PollingInfoRequestHeader PollingInfoResponseHeader
200056 POP_ROLLBACK - -
200151 BATCH_ACK_MESSAGE - -
`;

/** See above. */
export const headerLines = `
AckMessageRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:Integer! extraInfo:String! offset:Long!
AddBrokerRequestHeader - configPath:String
AddWritePermOfBrokerRequestHeader - brokerName:String!
AddWritePermOfBrokerResponseHeader - addTopicCount:Integer!
AlterSyncStateSetRequestHeader - brokerName:String masterBrokerId:Long masterEpoch:Integer invokeTime:long
AlterSyncStateSetResponseHeader - newSyncStateSetEpoch:int
ApplyBrokerIdRequestHeader - clusterName:String brokerName:String appliedBrokerId:Long registerCheckCode:String
ApplyBrokerIdResponseHeader - clusterName:String brokerName:String
BrokerCloseChannelRequest - clusterName:String brokerName:String brokerId:Long
BrokerCloseChannelResponse -
BrokerHeartbeatRequestHeader - clusterName:String! brokerAddr:String! brokerName:String! brokerId:Long epoch:Integer maxOffset:Long confirmOffset:Long heartbeatTimeoutMills:Long electionPriority:Integer
ChangeInvisibleTimeRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:Integer! extraInfo:String! offset:Long! invisibleTime:Long!
ChangeInvisibleTimeResponseHeader - popTime:long! invisibleTime:long! reviveQid:int!
CheckNotActiveBrokerRequest - checkTimeMillis:Long
CheckNotActiveBrokerResponse -
CheckRocksdbCqWriteProgressRequestHeader - topic:String! checkStoreTime:long
CheckTransactionStateRequestHeader RpcRequestHeader topic:String tranStateTableOffset:Long! commitLogOffset:Long! msgId:String transactionId:String offsetMsgId:String
CheckTransactionStateResponseHeader - producerGroup:String! tranStateTableOffset:Long! commitLogOffset:Long! commitOrRollback:Integer!
CleanControllerBrokerDataRequestHeader - clusterName:String brokerName:String! brokerControllerIdsToClean:String isCleanLivingBroker:boolean invokeTime:long
CloneGroupOffsetRequestHeader RpcRequestHeader srcGroup:String! destGroup:String! topic:String offline:boolean
ConsumeMessageDirectlyResultRequestHeader TopicRequestHeader consumerGroup:String! clientId:String msgId:String brokerName:String topic:String topicSysFlag:Integer groupSysFlag:Integer
ConsumerSendMsgBackRequestHeader RpcRequestHeader offset:Long! group:String! delayLevel:Integer! originMsgId:String originTopic:String unitMode:boolean maxReconsumeTimes:Integer
CreateAclRequestHeader - subject:String
CreateTopicListRequestHeader RpcRequestHeader
CreateTopicRequestHeader TopicRequestHeader topic:String! defaultTopic:String! readQueueNums:Integer! writeQueueNums:Integer! perm:Integer! topicFilterType:String! topicSysFlag:Integer order:Boolean! attributes:String force:Boolean
CreateUserRequestHeader - username:String
DeleteAclRequestHeader - subject:String policyType:String resource:String
DeleteKVConfigRequestHeader - namespace:String! key:String!
DeleteSubscriptionGroupRequestHeader RpcRequestHeader groupName:String! cleanOffset:boolean
DeleteTopicFromNamesrvRequestHeader TopicRequestHeader topic:String! clusterName:String
DeleteTopicRequestHeader TopicRequestHeader topic:String!
DeleteUserRequestHeader - username:String
ElectMasterRequestHeader - clusterName:String! brokerName:String! brokerId:Long! designateElect:Boolean! invokeTime:Long
ElectMasterResponseHeader - masterBrokerId:Long masterAddress:String masterEpoch:Integer syncStateSetEpoch:Integer
EndTransactionRequestHeader RpcRequestHeader topic:String producerGroup:String! tranStateTableOffset:Long! commitLogOffset:Long! commitOrRollback:Integer! fromTransactionCheck:Boolean msgId:String! transactionId:String
EndTransactionResponseHeader -
ExchangeHAInfoRequestHeader - masterHaAddress:String masterFlushOffset:Long masterAddress:String
ExchangeHAInfoResponseHeader - masterHaAddress:String masterFlushOffset:Long masterAddress:String
ExportRocksDBConfigToJsonRequestHeader - configType:String!
GetAclRequestHeader - subject:String
GetAllProducerInfoRequestHeader -
GetAllSubscriptionGroupRequestHeader - groupSeq:Integer! dataVersion:String maxGroupNum:Integer
GetAllSubscriptionGroupResponseHeader - totalGroupNum:Integer!
GetAllTopicConfigRequestHeader - topicSeq:Integer! dataVersion:String maxTopicNum:Integer
GetAllTopicConfigResponseHeader - totalTopicNum:Integer!
GetBrokerConfigResponseHeader - version:String!
GetBrokerLiveInfoRequest - clusterName:String brokerName:String brokerId:Long
GetBrokerLiveInfoResponse -
GetBrokerMemberGroupRequestHeader - clusterName:String! brokerName:String!
GetConsumeStatsInBrokerHeader - isOrder:boolean!
GetConsumeStatsRequestHeader TopicRequestHeader consumerGroup:String! topic:String topicList:String
GetConsumerConnectionListRequestHeader RpcRequestHeader consumerGroup:String!
GetConsumerListByGroupRequestHeader RpcRequestHeader consumerGroup:String!
GetConsumerListByGroupResponseHeader -
GetConsumerRunningInfoRequestHeader RpcRequestHeader consumerGroup:String! clientId:String! jstackEnable:boolean
GetConsumerStatusRequestHeader TopicRequestHeader topic:String! group:String! clientAddr:String
GetEarliestMsgStoretimeRequestHeader TopicQueueRequestHeader topic:String! queueId:Integer!
GetEarliestMsgStoretimeResponseHeader - timestamp:Long!
GetKVConfigRequestHeader - namespace:String! key:String!
GetKVConfigResponseHeader - value:String
GetKVListByNamespaceRequestHeader - namespace:String!
GetMaxOffsetRequestHeader TopicQueueRequestHeader topic:String! queueId:Integer! committed:boolean
GetMaxOffsetResponseHeader - offset:Long!
GetMetaDataResponseHeader - group:String controllerLeaderId:String controllerLeaderAddress:String isLeader:boolean peers:String
GetMinOffsetRequestHeader TopicQueueRequestHeader topic:String! queueId:Integer!
GetMinOffsetResponseHeader - offset:Long!
GetNextBrokerIdRequestHeader - clusterName:String brokerName:String
GetNextBrokerIdResponseHeader - clusterName:String brokerName:String nextBrokerId:Long
GetProducerConnectionListRequestHeader RpcRequestHeader producerGroup:String!
GetReplicaInfoRequestHeader - brokerName:String
GetReplicaInfoResponseHeader - masterBrokerId:Long masterAddress:String masterEpoch:Integer
GetRouteInfoRequestHeader TopicRequestHeader topic:String! acceptStandardJsonOnly:Boolean
GetSubscriptionGroupConfigRequestHeader RpcRequestHeader group:String!
GetSyncStateDataRequest - invokeTime:Long
GetTopicConfigRequestHeader TopicRequestHeader topic:String!
GetTopicStatsInfoRequestHeader TopicRequestHeader topic:String!
GetTopicsByClusterRequestHeader - cluster:String!
GetUserRequestHeader - username:String
HeartbeatRequestHeader RpcRequestHeader
InitConsumerOffsetRequestHeader TopicRequestHeader topic:String initMode:int
ListAclsRequestHeader - subjectFilter:String resourceFilter:String
ListUsersRequestHeader - filter:String
LockBatchMqRequestHeader RpcRequestHeader
NotificationRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:int! pollTime:long! bornTime:long! order:Boolean attemptId:String
NotificationResponseHeader - hasMsg:boolean! pollingFull:boolean
NotifyBrokerRoleChangedRequestHeader - masterAddress:String masterEpoch:Integer syncStateSetEpoch:Integer masterBrokerId:Long
NotifyConsumerIdsChangedRequestHeader RpcRequestHeader consumerGroup:String!
NotifyMinBrokerIdChangeRequestHeader - minBrokerId:Long brokerName:String minBrokerAddr:String offlineBrokerAddr:String haBrokerAddr:String
PeekMessageRequestHeader TopicQueueRequestHeader topic:String! queueId:int! maxMsgNums:int! consumerGroup:String!
PollingInfoRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:int!
PollingInfoResponseHeader - pollingNum:int!
PopMessageRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:int! maxMsgNums:int! invisibleTime:long! pollTime:long! bornTime:long! initMode:int! expType:String exp:String order:Boolean attemptId:String
PopMessageResponseHeader - popTime:long! invisibleTime:long! reviveQid:int! restNum:long! startOffsetInfo:String msgOffsetInfo:String orderCountInfo:String
PullMessageRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:Integer! queueOffset:Long! maxMsgNums:Integer! sysFlag:Integer! commitOffset:Long! suspendTimeoutMillis:Long! subscription:String subVersion:Long! expressionType:String maxMsgBytes:Integer requestSource:Integer proxyFrowardClientId:String
PullMessageResponseHeader - suggestWhichBrokerId:Long! nextBeginOffset:Long! minOffset:Long! maxOffset:Long! offsetDelta:Long topicSysFlag:Integer groupSysFlag:Integer forbiddenType:Integer
PutKVConfigRequestHeader - namespace:String! key:String! value:String!
QueryConsumeQueueRequestHeader TopicQueueRequestHeader topic:String queueId:int index:long count:int consumerGroup:String
QueryConsumeTimeSpanRequestHeader TopicRequestHeader topic:String! group:String!
QueryConsumerOffsetRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:Integer! setZeroIfNotFound:Boolean
QueryConsumerOffsetResponseHeader - offset:Long!
QueryCorrectionOffsetHeader TopicRequestHeader filterGroups:String compareGroup:String! topic:String!
QueryDataVersionRequestHeader - brokerName:String! brokerAddr:String! clusterName:String! brokerId:Long!
QueryDataVersionResponseHeader - changed:Boolean!
QueryMessageRequestHeader TopicRequestHeader topic:String! key:String! maxNum:Integer! beginTimestamp:Long! endTimestamp:Long!
QueryMessageResponseHeader - indexLastUpdateTimestamp:Long! indexLastUpdatePhyoffset:Long!
QuerySubscriptionByConsumerRequestHeader TopicRequestHeader group:String! topic:String
QueryTopicConsumeByWhoRequestHeader TopicRequestHeader topic:String!
QueryTopicsByConsumerRequestHeader RpcRequestHeader group:String!
RaftBrokerHeartBeatEventRequest - clusterNameIdentityInfo:String brokerNameIdentityInfo:String brokerIdIdentityInfo:Long brokerName:String brokerAddr:String heartbeatTimeoutMillis:Long brokerId:Long lastUpdateTimestamp:Long epoch:Integer maxOffset:Long confirmOffset:Long electionPriority:Integer
RaftBrokerHeartBeatEventResponse -
RecallMessageRequestHeader TopicRequestHeader producerGroup:String topic:String! recallHandle:String!
RecallMessageResponseHeader - msgId:String!
RegisterBrokerRequestHeader - brokerName:String! brokerAddr:String! clusterName:String! haServerAddr:String! brokerId:Long! heartbeatTimeoutMillis:Long enableActingMaster:Boolean compressed:boolean bodyCrc32:Integer
RegisterBrokerResponseHeader - haServerAddr:String masterAddr:String
RegisterBrokerToControllerRequestHeader - clusterName:String brokerName:String brokerId:Long brokerAddress:String invokeTime:long
RegisterBrokerToControllerResponseHeader - clusterName:String brokerName:String masterBrokerId:Long masterAddress:String masterEpoch:Integer syncStateSetEpoch:Integer
RegisterOrderTopicRequestHeader - topic:String! orderTopicString:String!
RegisterTopicRequestHeader TopicRequestHeader topic:String!
RemoveBrokerRequestHeader - brokerName:String! brokerClusterName:String! brokerId:Long!
ReplyMessageRequestHeader TopicQueueRequestHeader producerGroup:String! topic:String! defaultTopic:String! defaultTopicQueueNums:Integer! queueId:Integer! sysFlag:Integer! bornTimestamp:Long! flag:Integer! properties:String reconsumeTimes:Integer unitMode:boolean bornHost:String! storeHost:String! storeTimestamp:long!
ResetMasterFlushOffsetHeader - masterFlushOffset:Long!
ResetOffsetRequestHeader TopicQueueRequestHeader group:String! topic:String! queueId:int offset:Long timestamp:long! isForce:boolean!
ResumeCheckHalfMessageRequestHeader - topic:String msgId:String
SearchOffsetRequestHeader TopicQueueRequestHeader topic:String! queueId:Integer! timestamp:Long! boundaryType:BoundaryType
SearchOffsetResponseHeader - offset:Long!
SendMessageRequestHeader TopicQueueRequestHeader producerGroup:String! topic:String! defaultTopic:String! defaultTopicQueueNums:Integer! queueId:Integer! sysFlag:Integer! bornTimestamp:Long! flag:Integer! properties:String reconsumeTimes:Integer unitMode:Boolean batch:Boolean maxReconsumeTimes:Integer
SendMessageRequestHeaderV2 TopicQueueRequestHeader a:String! b:String! c:String! d:Integer! e:Integer! f:Integer! g:Long! h:Integer! i:String j:Integer k:Boolean l:Integer m:Boolean n:String
SendMessageResponseHeader - msgId:String! queueId:Integer! queueOffset:Long! transactionId:String batchUniqId:String recallHandle:String
StatisticsMessagesRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:int! fromTime:long toTime:long
UnRegisterBrokerRequestHeader - brokerName:String! brokerAddr:String! clusterName:String! brokerId:Long!
UnlockBatchMqRequestHeader RpcRequestHeader
UnregisterClientRequestHeader RpcRequestHeader clientID:String! producerGroup:String consumerGroup:String
UnregisterClientResponseHeader -
UpdateAclRequestHeader - subject:String
UpdateConsumerOffsetRequestHeader TopicQueueRequestHeader consumerGroup:String! topic:String! queueId:Integer! commitOffset:Long!
UpdateConsumerOffsetResponseHeader -
UpdateGroupForbiddenRequestHeader TopicRequestHeader group:String! topic:String! readable:Boolean
UpdateUserRequestHeader - username:String
ViewBrokerStatsDataRequestHeader - statsName:String! statsKey:String!
ViewMessageRequestHeader - topic:String offset:Long!
ViewMessageResponseHeader -
WipeWritePermOfBrokerRequestHeader - brokerName:String!
WipeWritePermOfBrokerResponseHeader - wipeTopicCount:Integer!
`;

/** `code NAME` of `ResponseCode.java` and `RemotingSysResponseCode.java`. */
export const responseLines = `
-1006 RPC_TIME_OUT
-1004 RPC_SEND_TO_CHANNEL_FAILED
-1002 RPC_ADDR_IS_NULL
-1000 RPC_UNKNOWN
0 SUCCESS
1 SYSTEM_ERROR
2 SYSTEM_BUSY
3 REQUEST_CODE_NOT_SUPPORTED
4 TRANSACTION_FAILED
10 FLUSH_DISK_TIMEOUT
11 SLAVE_NOT_AVAILABLE
12 FLUSH_SLAVE_TIMEOUT
13 MESSAGE_ILLEGAL
14 SERVICE_NOT_AVAILABLE
15 VERSION_NOT_SUPPORTED
16 NO_PERMISSION
17 TOPIC_NOT_EXIST
18 TOPIC_EXIST_ALREADY
19 PULL_NOT_FOUND
20 PULL_RETRY_IMMEDIATELY
21 PULL_OFFSET_MOVED
22 QUERY_NOT_FOUND
23 SUBSCRIPTION_PARSE_FAILED
24 SUBSCRIPTION_NOT_EXIST
25 SUBSCRIPTION_NOT_LATEST
26 SUBSCRIPTION_GROUP_NOT_EXIST
27 FILTER_DATA_NOT_EXIST
28 FILTER_DATA_NOT_LATEST
29 INVALID_PARAMETER
200 TRANSACTION_SHOULD_COMMIT
201 TRANSACTION_SHOULD_ROLLBACK
202 TRANSACTION_STATE_UNKNOW
203 TRANSACTION_STATE_GROUP_WRONG
204 NO_BUYER_ID
205 NOT_IN_CURRENT_UNIT
206 CONSUMER_NOT_ONLINE
207 CONSUME_MSG_TIMEOUT
208 NO_MESSAGE
209 POLLING_FULL
210 POLLING_TIMEOUT
211 BROKER_NOT_EXIST
212 BROKER_DISPATCH_NOT_COMPLETE
213 BROADCAST_CONSUMPTION
215 FLOW_CONTROL
501 NOT_LEADER_FOR_QUEUE
604 ILLEGAL_OPERATION
1500 GO_AWAY
2000 CONTROLLER_FENCED_MASTER_EPOCH
2001 CONTROLLER_FENCED_SYNC_STATE_SET_EPOCH
2002 CONTROLLER_INVALID_MASTER
2003 CONTROLLER_INVALID_REPLICAS
2004 CONTROLLER_MASTER_NOT_AVAILABLE
2005 CONTROLLER_INVALID_REQUEST
2006 CONTROLLER_BROKER_NOT_ALIVE
2007 CONTROLLER_NOT_LEADER
2008 CONTROLLER_BROKER_METADATA_NOT_EXIST
2009 CONTROLLER_INVALID_CLEAN_BROKER_METADATA
2010 CONTROLLER_BROKER_NEED_TO_BE_REGISTERED
2011 CONTROLLER_MASTER_STILL_EXIST
2012 CONTROLLER_ELECT_MASTER_FAILED
2013 CONTROLLER_ALTER_SYNC_STATE_SET_FAILED
2014 CONTROLLER_BROKER_ID_INVALID
2015 CONTROLLER_JRAFT_INTERNAL_ERROR
2016 CONTROLLER_BROKER_LIVE_INFO_NOT_EXISTS
3001 USER_NOT_EXIST
3002 POLICY_NOT_EXIST
`;
