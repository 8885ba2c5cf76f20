import type { FieldTable } from '@rmq/protocol/amqp';
import type { CallOptions } from '../options.ts';
import type { Caller } from './caller.ts';

/** What a queue is to be. */
export interface QueueOptions extends CallOptions {
  /** Survives a restart of the server. @defaultValue true */
  readonly durable?: boolean | undefined;
  /** For this connection only, and gone with it. @defaultValue false */
  readonly exclusive?: boolean | undefined;
  /** Gone when its last consumer is. @defaultValue false */
  readonly autoDelete?: boolean | undefined;
  /** `x-queue-type`, `x-max-length`, `x-dead-letter-exchange` and others. */
  readonly arguments?: FieldTable | undefined;
}

/** A queue as the server sees it. */
export interface QueueInfo {
  /** Its name: the one to use, as the server may have made it up. */
  readonly queue: string;
  /** Ready to be delivered. */
  readonly messageCount: number;
  readonly consumerCount: number;
}

/** When not to delete a queue. */
export interface DeleteQueueOptions extends CallOptions {
  /** Only if it has no consumers. @defaultValue false */
  readonly ifUnused?: boolean | undefined;
  /** Only if it has no messages. @defaultValue false */
  readonly ifEmpty?: boolean | undefined;
}

/** Messages of an exchange that a queue takes. */
export interface QueueBinding {
  readonly queue: string;
  readonly exchange: string;
  /** @defaultValue '' */
  readonly routingKey?: string | undefined;
  /** Of headers exchanges: what to match. */
  readonly arguments?: FieldTable | undefined;
}

/** Messages that are gone. */
export interface Removed {
  readonly messageCount: number;
}

/**
 * What can be done about queues. A no of the server is an `AmqpReplyError`: 403 without permission, 404 for what is not
 * there, 405 for another connection's exclusive queue, 406 for a queue that is otherwise than asked for.
 */
export interface Queues {
  /** Makes a queue, unless it is there and the same. With an empty name the server makes one up. */
  readonly declare: (queue: string, options?: QueueOptions) => Promise<QueueInfo>;
  /** Looks whether a queue is there. @returns undefined if not */
  readonly check: (queue: string, options?: CallOptions) => Promise<QueueInfo | undefined>;
  /** Deletes a queue with what is in it; one that is not there is fine. */
  readonly delete: (queue: string, options?: DeleteQueueOptions) => Promise<Removed>;
  /** Empties a queue of what is ready to be delivered. */
  readonly purge: (queue: string, options?: CallOptions) => Promise<Removed>;
  readonly bind: (binding: QueueBinding, options?: CallOptions) => Promise<void>;
  /** Undoes a binding with the same exchange, key and arguments; one that is not there is fine. */
  readonly unbind: (binding: QueueBinding, options?: CallOptions) => Promise<void>;
}

/** {@link Queues} by way of a channel. */
export function createQueues({ call, probe }: Caller): Queues {
  return {
    declare: async (queue, { durable = true, exclusive, autoDelete, arguments: given, ...limits } = {}) => {
      const args = { queue, durable, exclusive, autoDelete, arguments: given };
      return (await call({ name: 'queue.declare', args }, limits)).method.args;
    },
    check: async (queue, limits) => {
      const found = await probe({ name: 'queue.declare', args: { queue, passive: true } }, limits);
      return found?.method.args;
    },
    delete: async (queue, { ifUnused, ifEmpty, ...limits } = {}) =>
      (await call({ name: 'queue.delete', args: { queue, ifUnused, ifEmpty } }, limits)).method.args,
    purge: async (queue, limits) => (await call({ name: 'queue.purge', args: { queue } }, limits)).method.args,
    bind: async (binding, limits) => {
      await call({ name: 'queue.bind', args: binding }, limits);
    },
    unbind: async (binding, limits) => {
      await call({ name: 'queue.unbind', args: binding }, limits);
    },
  };
}
