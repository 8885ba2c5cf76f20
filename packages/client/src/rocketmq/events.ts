import type { CommandName } from '@rmq/protocol/rocketmq';
import type { ClientEvent } from '../core/events.ts';
import type { ConsumerEvent } from './consumer/consumer-events.ts';
import type { Address } from './remoting.ts';

/** What happens in a client that is nobody's call: everything worth a line in a log. Never holds bodies or secrets. */
export type RocketmqEvent =
  | ClientEvent
  | ConsumerEvent
  /** A topic has other queues or brokers than before. */
  | { readonly type: 'route.changed'; readonly level: 'info'; readonly topic: string; readonly queues: number }
  /** A topic's route could not be asked for; the one in the cache stays in use. */
  | { readonly type: 'route.failed'; readonly level: 'warn'; readonly topic: string; readonly cause: unknown }
  /** The next name server is asked from now on. */
  | { readonly type: 'nameServer.changed'; readonly level: 'warn'; readonly address: Address; readonly cause: unknown }
  /** A broker did not take the heartbeat: it may think that this client is gone. */
  | { readonly type: 'heartbeat.failed'; readonly level: 'warn'; readonly address: Address; readonly cause: unknown }
  /** A broker could not be told that a member left: it finds out when the connection closes. */
  | { readonly type: 'unregister.failed'; readonly level: 'warn'; readonly address: Address; readonly cause: unknown }
  /** A server asked for something; `code` is the response, undefined when it wanted none. */
  | {
      readonly type: 'server.request';
      readonly level: 'debug';
      readonly address: Address;
      readonly code: number;
      readonly answer: number | undefined;
      readonly cause: unknown;
    }
  /** The server is about to stop: requests go to a new connection. */
  | { readonly type: 'server.goAway'; readonly level: 'info'; readonly address: Address }
  /** A request failed and is sent again, as its `retry` asks. */
  | {
      readonly type: 'rpc.retried';
      readonly level: 'debug';
      readonly address: Address;
      readonly command: CommandName;
      readonly attempt: number;
      readonly cause: unknown;
    }
  /** A send failed and is tried again. */
  | {
      readonly type: 'send.retried';
      readonly level: 'warn';
      readonly topic: string;
      readonly brokerName: string;
      readonly attempt: number;
      readonly cause: unknown;
    };
