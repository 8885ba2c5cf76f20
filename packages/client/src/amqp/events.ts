import type { ClientEvent } from '../core/events.ts';

/** What happens in a client that is nobody's call: everything worth a line in a log. Never holds bodies or secrets. */
export type AmqpEvent =
  | ClientEvent
  /** The server is short of memory or disk: it stops reading this connection, so publishes, acks and calls wait. */
  | {
      readonly type: 'connection.blocked';
      readonly level: 'warn';
      readonly address: string;
      readonly reason: string;
    }
  /** It reads again. */
  | { readonly type: 'connection.unblocked'; readonly level: 'info'; readonly address: string }
  /** The server closed a channel because of what was asked on it. */
  | {
      readonly type: 'channel.closed';
      readonly level: 'warn';
      readonly address: string;
      readonly channel: number;
      readonly cause: unknown;
    }
  /** The server ended a consumer. */
  | {
      readonly type: 'consumer.cancelled';
      readonly level: 'warn';
      readonly queue: string;
      readonly consumerTag: string;
    }
  /** A handler threw; its message went back. */
  | {
      readonly type: 'handler.failed';
      readonly level: 'warn';
      readonly queue: string;
      readonly deliveryTag: number;
      readonly redelivered: boolean;
      readonly cause: unknown;
    }
  /** A message came back that nobody waits for any more. */
  | {
      readonly type: 'return.unmatched';
      readonly level: 'warn';
      readonly exchange: string;
      readonly routingKey: string;
      readonly replyCode: number;
    };
