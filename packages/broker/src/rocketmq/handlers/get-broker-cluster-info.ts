import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_BROKER_CLUSTER_INFO (106): the brokers and clusters; always with bare numbers as keys, as RocketMQ writes it. */
export const getBrokerClusterInfo: Handler<'getBrokerClusterInfo'> = ({ broker }) => {
  const { brokerName, clusterName } = broker.options;
  const body = {
    brokerAddrTable: { [brokerName]: broker.routes.brokerData },
    clusterAddrTable: { [clusterName]: [brokerName] },
  };
  return { body: encodeBody('ClusterInfo', body, { strict: false }) };
};
