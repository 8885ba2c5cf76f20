import type { FieldTable } from '@rmq/protocol/amqp';
import type { CallOptions } from '../options.ts';
import type { Caller } from './caller.ts';

/** What an exchange is to be. */
export interface ExchangeOptions extends CallOptions {
  /** `direct`, `fanout`, `topic`, `headers`, or one of a plugin. */
  readonly type: string;
  /** Survives a restart of the server. @defaultValue true */
  readonly durable?: boolean | undefined;
  /** Gone when the last binding from it is. @defaultValue false */
  readonly autoDelete?: boolean | undefined;
  /** Takes messages from other exchanges only. @defaultValue false */
  readonly internal?: boolean | undefined;
  /** `alternate-exchange` and others. */
  readonly arguments?: FieldTable | undefined;
}

/** When not to delete an exchange. */
export interface DeleteExchangeOptions extends CallOptions {
  /** Only if nothing is bound to it. @defaultValue false */
  readonly ifUnused?: boolean | undefined;
}

/** Messages of one exchange that another takes. */
export interface ExchangeBinding {
  /** Where they go. */
  readonly destination: string;
  /** Where they come from. */
  readonly source: string;
  /** @defaultValue '' */
  readonly routingKey?: string | undefined;
  /** Of headers exchanges: what to match. */
  readonly arguments?: FieldTable | undefined;
}

/** What can be done about exchanges. A no of the server is an `AmqpReplyError`, as for `Queues`. */
export interface Exchanges {
  /** Makes an exchange, unless it is there and the same. */
  readonly declare: (exchange: string, options: ExchangeOptions) => Promise<void>;
  /** Looks whether an exchange is there. */
  readonly check: (exchange: string, options?: CallOptions) => Promise<boolean>;
  /** Deletes an exchange; one that is not there is fine. */
  readonly delete: (exchange: string, options?: DeleteExchangeOptions) => Promise<void>;
  readonly bind: (binding: ExchangeBinding, options?: CallOptions) => Promise<void>;
  /** Undoes a binding with the same ends, key and arguments; one that is not there is fine. */
  readonly unbind: (binding: ExchangeBinding, options?: CallOptions) => Promise<void>;
}

/** {@link Exchanges} by way of a channel. */
export function createExchanges({ call, probe }: Caller): Exchanges {
  return {
    declare: async (exchange, { type, durable = true, autoDelete, internal, arguments: given, timeoutMs, signal }) => {
      const args = { exchange, type, durable, autoDelete, internal, arguments: given };
      await call({ name: 'exchange.declare', args }, { timeoutMs, signal });
    },
    check: async (exchange, limits) => {
      const args = { exchange, type: '', passive: true };
      return (await probe({ name: 'exchange.declare', args }, limits)) !== undefined;
    },
    delete: async (exchange, { ifUnused, ...limits } = {}) => {
      await call({ name: 'exchange.delete', args: { exchange, ifUnused } }, limits);
    },
    bind: async (binding, limits) => {
      await call({ name: 'exchange.bind', args: binding }, limits);
    },
    unbind: async (binding, limits) => {
      await call({ name: 'exchange.unbind', args: binding }, limits);
    },
  };
}
