import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import type { Address, CallOptions } from './remoting.ts';

/** One broker of the cluster, as routes name it. */
export interface BrokerAddress {
  readonly brokerName: string;
  /** 0 is the master. */
  readonly brokerId: number;
  readonly address: Address;
}

/** Which queues a topic has and where its brokers are: a cache of what the name servers say. */
export interface Routes {
  /**
   * The writable queues of a topic whose master is known, in the order all clients use. A topic that does not exist yet
   * gets those that the template topic TBW102 would give it.
   * @throws ReplyError when neither has a route
   */
  readonly publishQueues: (topic: string, options?: CallOptions) => Promise<readonly MessageQueue[]>;
  /** What {@link publishQueues} would resolve with if it need not ask. */
  readonly knownPublishQueues: (topic: string) => readonly MessageQueue[] | undefined;
  /** The readable queues of a topic; undefined while the topic has no route. */
  readonly subscribeQueues: (topic: string, options?: CallOptions) => Promise<readonly MessageQueue[] | undefined>;
  /** The address of a broker, if a route named it. @param brokerId - 0, the master, unless given */
  readonly brokerAddress: (brokerName: string, brokerId?: number) => Address | undefined;
  /** The master of a broker name, asking for the topic's route once if it is unknown. @throws ConnectionError */
  readonly masterAddress: (brokerName: string, topic: string, options?: CallOptions) => Promise<Address>;
  /** A broker of the topic, a master if there is one; which one is a matter of chance. */
  readonly anyBrokerOf: (topic: string, options?: CallOptions) => Promise<Address | undefined>;
  /** All brokers that routes in the cache name. */
  readonly brokers: () => readonly BrokerAddress[];
  /** Reports a broker that could not be reached: fresh routes are asked for at once. */
  readonly unreachable: (address: Address) => void;
  /** Asks for a topic's route now. @returns whether it changed */
  readonly refresh: (topic: string, options?: CallOptions) => Promise<boolean>;
}
