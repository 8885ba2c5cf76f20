import { startBroker } from '@rmq/broker/rocketmq';
import { listen } from '@rmq/transport-node';
import type { Availability } from '../../src/available.ts';
import { prepareRealCluster } from '../../src/cluster/real-cluster.ts';
import type { BrokerSettings, RocketmqVersion } from '../../src/cluster/server-files.ts';

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

/**
 * For scenarios that begin all at once on a broker that has just started: it would turn messages away that had waited for
 * 200 ms, and the Go client does not send them again. Milliseconds.
 */
const patient: BrokerSettings = { waitTimeMillsInSendQueue: 20_000, osPageCacheBusyTimeOutMills: 20_000 };

/** A place to be started. */
interface PlaceDefinition {
  readonly prepare: () => Promise<Availability<object, Place>>;
  /** Whether mqadmin 5.3.3 can look at it: it asks for what brokers know since 5.0 (GET_TOPIC_CONFIG, 351). */
  readonly isOpenToMqadmin: boolean;
}

/** Where the scenarios of foreign clients run, unchanged. The real ones come first: they show that the scenarios are true. */
export const places: Readonly<Record<string, PlaceDefinition>> = {
  'RocketMQ 5.3.3': { prepare: () => realPlace('5.3.3'), isOpenToMqadmin: true },
  'RocketMQ 4.9.7': { prepare: () => realPlace('4.9.7'), isOpenToMqadmin: false },
  'the embedded broker': {
    prepare: () => Promise.resolve({ available: true, start: startEmbedded }),
    isOpenToMqadmin: true,
  },
};

async function realPlace(version: RocketmqVersion): Promise<Availability<object, Place>> {
  const real = await prepareRealCluster(version);
  return real.available ? { available: true, start: () => real.start({ settings: patient }) } : real;
}

async function startEmbedded(): Promise<Place> {
  const { nameServer, endpoint, close } = await startBroker({ listen, delayLevels: '1s 2s 3s 4s 5s' });
  const address = ({ host, port }: typeof endpoint): string => `${host}:${port.toString()}`;
  return { nameServer: address(nameServer), brokerAddress: address(endpoint), pids: () => [], stop: close };
}
