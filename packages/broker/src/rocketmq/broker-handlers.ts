import type { Handlers } from './call.ts';
import { checkClientConfigHandler } from './handlers/check-client-config.ts';
import { cloneGroupOffset } from './handlers/clone-group-offset.ts';
import { consumeMessageDirectly } from './handlers/consume-message-directly.ts';
import { consumerSendMsgBack } from './handlers/consumer-send-msg-back.ts';
import { deleteSubscriptiongroup } from './handlers/delete-subscriptiongroup.ts';
import { deleteTopicInBroker } from './handlers/delete-topic-in-broker.ts';
import { getAllProducerInfo } from './handlers/get-all-producer-info.ts';
import { getAllSubscriptiongroupConfig } from './handlers/get-all-subscriptiongroup-config.ts';
import { getAllTopicConfig } from './handlers/get-all-topic-config.ts';
import { getBrokerConfig } from './handlers/get-broker-config.ts';
import { getBrokerRuntimeInfo } from './handlers/get-broker-runtime-info.ts';
import { getConsumeStats } from './handlers/get-consume-stats.ts';
import { getConsumerConnectionList } from './handlers/get-consumer-connection-list.ts';
import { getConsumerListByGroup } from './handlers/get-consumer-list-by-group.ts';
import { getConsumerRunningInfo } from './handlers/get-consumer-running-info.ts';
import { getEarliestMsgStoretime } from './handlers/get-earliest-msg-storetime.ts';
import { getMaxOffset } from './handlers/get-max-offset.ts';
import { getMinOffset } from './handlers/get-min-offset.ts';
import { getProducerConnectionList } from './handlers/get-producer-connection-list.ts';
import { getSubscriptiongroupConfig } from './handlers/get-subscriptiongroup-config.ts';
import { getSystemTopicListFromBroker } from './handlers/get-system-topic-list-from-broker.ts';
import { getTopicConfig } from './handlers/get-topic-config.ts';
import { getTopicStatsInfo } from './handlers/get-topic-stats-info.ts';
import { heartBeat } from './handlers/heart-beat.ts';
import { invokeBrokerToGetConsumerStatus } from './handlers/invoke-broker-to-get-consumer-status.ts';
import { invokeBrokerToResetOffset } from './handlers/invoke-broker-to-reset-offset.ts';
import { litePullMessage } from './handlers/lite-pull-message.ts';
import { lockBatchMq } from './handlers/lock-batch-mq.ts';
import { pullMessage } from './handlers/pull-message.ts';
import { queryConsumerOffset } from './handlers/query-consumer-offset.ts';
import { queryMessage } from './handlers/query-message.ts';
import { querySubscriptionByConsumer } from './handlers/query-subscription-by-consumer.ts';
import { queryTopicConsumeByWho } from './handlers/query-topic-consume-by-who.ts';
import { queryTopicsByConsumer } from './handlers/query-topics-by-consumer.ts';
import { searchOffsetByTimestamp } from './handlers/search-offset-by-timestamp.ts';
import { sendBatchMessage } from './handlers/send-batch-message.ts';
import { sendMessage } from './handlers/send-message.ts';
import { sendMessageV2 } from './handlers/send-message-v2.ts';
import { unlockBatchMq } from './handlers/unlock-batch-mq.ts';
import { unregisterClient } from './handlers/unregister-client.ts';
import { updateAndCreateSubscriptiongroup } from './handlers/update-and-create-subscriptiongroup.ts';
import { updateAndCreateSubscriptiongroupList } from './handlers/update-and-create-subscriptiongroup-list.ts';
import { updateAndCreateTopic } from './handlers/update-and-create-topic.ts';
import { updateAndCreateTopicList } from './handlers/update-and-create-topic-list.ts';
import { updateConsumerOffset } from './handlers/update-consumer-offset.ts';
import { viewMessageById } from './handlers/view-message-by-id.ts';

/** What the broker serves: one file each in `handlers/`. */
export const brokerHandlers: Handlers = {
  checkClientConfig: checkClientConfigHandler,
  cloneGroupOffset,
  consumeMessageDirectly,
  consumerSendMsgBack,
  deleteSubscriptiongroup,
  deleteTopicInBroker,
  getAllProducerInfo,
  getAllSubscriptiongroupConfig,
  getAllTopicConfig,
  getBrokerConfig,
  getBrokerRuntimeInfo,
  getConsumeStats,
  getConsumerConnectionList,
  getConsumerListByGroup,
  getConsumerRunningInfo,
  getEarliestMsgStoretime,
  getMaxOffset,
  getMinOffset,
  getProducerConnectionList,
  getSubscriptiongroupConfig,
  getSystemTopicListFromBroker,
  getTopicConfig,
  getTopicStatsInfo,
  heartBeat,
  invokeBrokerToGetConsumerStatus,
  invokeBrokerToResetOffset,
  litePullMessage,
  lockBatchMq,
  pullMessage,
  queryConsumerOffset,
  queryMessage,
  querySubscriptionByConsumer,
  queryTopicConsumeByWho,
  queryTopicsByConsumer,
  searchOffsetByTimestamp,
  sendBatchMessage,
  sendMessage,
  sendMessageV2,
  unlockBatchMq,
  unregisterClient,
  updateAndCreateSubscriptiongroup,
  updateAndCreateSubscriptiongroupList,
  updateAndCreateTopic,
  updateAndCreateTopicList,
  updateConsumerOffset,
  viewMessageById,
};
