import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { ConsumerData, ProducerData } from '@rmq/protocol/rocketmq/bodies';
import type { Compression, CompressionType } from '@rmq/protocol/rocketmq/messages';
import type { Clock } from '../core/clock.ts';
import type { RocketmqEvent } from './events.ts';
import type { ResolvedClientOptions } from './options.ts';
import type { Address, Remoting } from './remoting.ts';
import type { Routes } from './routes.ts';

/** A producer or consumer, as its client sees it. */
export interface Member {
  readonly kind: 'producer' | 'consumer';
  readonly group: string;
  /** Topics whose routes are kept fresh. */
  readonly topics: () => Iterable<string>;
  /** What the heartbeat says of it. */
  readonly heartbeat: () => ProducerData | ConsumerData;
  /** A topic of this member has other queues or brokers than before. */
  readonly routeChanged?: (topic: string) => void;
  /** A new connection to a broker is open; it does not know this member yet. */
  readonly brokerReached?: (address: Address) => void;
  /** A broker got its first heartbeat on a new connection. */
  readonly brokerConnected?: (address: Address) => void;
  /** Waits for what is under way, for so long, and leaves. Never rejects. */
  readonly close: (options: { readonly timeoutMs: number }) => Promise<void>;
  /** Answers a request of the server: undefined when it is none of this member's business. */
  readonly serverRequest?: (
    command: RemotingCommand,
    from: Address,
  ) => Promise<RemotingCommand | undefined> | undefined;
}

/** What all producers and consumers of a client share (`MQClientInstance.java`). */
export interface Instance {
  /** Names this client in the cluster; random bits make it unique. */
  readonly clientId: string;
  readonly clock: Clock;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly options: ResolvedClientOptions;
  readonly emit: (event: RocketmqEvent) => void;
  readonly remoting: Remoting;
  readonly routes: Routes;
  /**
   * Takes a member into heartbeats, route refreshes and the server's requests.
   * @returns leaves and unregisters from all brokers; never rejects
   * @throws UsageError `group-taken` when this client has a member of that kind and group; ConnectionError
   *   `client-closed`
   */
  readonly join: (member: Member) => () => Promise<void>;
  /** Sends a heartbeat to all known brokers now. Failures are events; never rejects. */
  readonly heartbeatNow: () => Promise<void>;
  /** A new message id (`UNIQ_KEY`). */
  readonly nextUniqueKey: () => string;
  readonly compression: (type: CompressionType) => Compression;
}
