import { encodeUtf8 } from '@rmq/protocol/bytes';
import type { Handler } from '../call.ts';

/** GET_BROKER_CONFIG (26): the settings that this broker shares with a real one, as Java properties text. */
export const getBrokerConfig: Handler<'getBrokerConfig'> = ({ broker }) => {
  const { options, place, startedAt } = broker;
  const settings: Readonly<Record<string, string | number | boolean>> = {
    brokerClusterName: options.clusterName,
    brokerName: options.brokerName,
    brokerId: 0,
    brokerIP1: place.host.host,
    listenPort: place.host.port,
    autoCreateTopicEnable: options.autoCreateTopics,
    autoCreateSubscriptionGroup: options.autoCreateTopics,
    defaultTopicQueueNums: options.defaultQueueCount,
    maxMessageSize: options.maxMessageBytes,
    messageDelayLevel: options.delayLevels.map((ms) => `${ms / 1_000}s`).join(' '),
    enablePropertyFilter: false,
    timerWheelEnable: false,
    startTimestamp: startedAt,
  };
  const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  return { body: encodeUtf8(text.join('')), fields: { version: JSON.stringify({ counter: 0, timestamp: startedAt }) } };
};
