import type { RequestError } from '@rmq/protocol/mqmq';

/** What a server answers that the original never does: one of its bounds is reached. The connection stays open. */
export type LimitError = 'SERVER_MEMORY_LIMIT' | 'SERVER_QUEUE_LIMIT';

/**
 * What a server says about itself. One union, so that a listener can be written with a `switch`; no messages, no names of
 * queues. `level` says how loud it should be logged.
 */
export type MqmqServerEvent =
  | { readonly type: 'connection.opened'; readonly level: 'debug'; readonly client: string }
  | {
      readonly type: 'connection.closed';
      readonly level: 'debug' | 'warn';
      readonly client: string;
      /**
       * - `quit`: the client said goodbye. `end`: it left without. `unknown-command`: it asked what there is not.
       * - `fault`: what it sent makes no sense, or the network failed; see `cause`. `server-closed`: we left.
       */
      readonly reason: CloseReason;
      readonly cause?: Error | undefined;
    }
  | {
      /** More connections than allowed: this one was dropped. */
      readonly type: 'connection.refused';
      readonly level: 'warn';
      readonly client: string;
    }
  | {
      readonly type: 'request.refused';
      readonly level: 'debug';
      readonly client: string;
      readonly error: RequestError | LimitError;
    }
  | {
      /** Messages could not be written to their client: they are in front of their queues again. */
      readonly type: 'delivery.failed';
      readonly level: 'warn';
      readonly client: string;
      readonly messages: number;
      readonly cause: Error;
    };

/** Why a connection is over. */
export type CloseReason = 'quit' | 'end' | 'unknown-command' | 'fault' | 'server-closed';
