import { startBroker } from '@rmq/broker/rocketmq';
import { listen } from '@rmq/transport-node';
import type { Availability } from '../../src/available.ts';
import { prepareRealCluster } from '../../src/cluster/real-cluster.ts';

/** Somewhere clients meet: a cluster whose delay level n takes n seconds. */
export interface Place {
  /** `host:port`. */
  readonly nameServer: string;
  /** `host:port`. */
  readonly brokerAddress: string;
  /** The processes that must be gone after `stop`. */
  readonly pids: () => readonly number[];
  readonly stop: () => Promise<void>;
}

/** Where the scenarios of foreign clients run, unchanged. The real ones come first: they show that the scenarios are true. */
export const places: Readonly<Record<string, () => Promise<Availability<object, Place>>>> = {
  'RocketMQ 5.3.3': () => prepareRealCluster('5.3.3'),
  'RocketMQ 4.9.7': () => prepareRealCluster('4.9.7'),
  'the embedded broker': () => Promise.resolve({ available: true, start: startEmbedded }),
};

async function startEmbedded(): Promise<Place> {
  const { nameServer, endpoint, close } = await startBroker({ listen, delayLevels: '1s 2s 3s 4s 5s' });
  const address = ({ host, port }: typeof endpoint): string => `${host}:${port.toString()}`;
  return { nameServer: address(nameServer), brokerAddress: address(endpoint), pids: () => [], stop: close };
}
