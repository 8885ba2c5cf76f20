import type { Endpoint, Listen } from '@rmq/transport';
import type { Clock } from '../core/clock.ts';
import { systemClock } from '../core/clock.ts';
import { within } from '../core/within.ts';
import type { MqmqServerEvent } from './events.ts';

/** What {@link startServer} takes. Only `listen` is needed. */
export interface ServerOptions {
  /** How to listen: `listen` of `@rmq/transport-node`, or a memory network's. */
  readonly listen: Listen;
  /** Where to listen; clients of mqmq expect port 47774. @defaultValue any free port of 127.0.0.1 */
  readonly address?: Endpoint | undefined;
  /** Where all times come from. @defaultValue the system's clock */
  readonly clock?: Clock | undefined;
  /** Told everything worth telling; see {@link MqmqServerEvent}. */
  readonly onEvent?: ((event: MqmqServerEvent) => void) | undefined;
  /**
   * How much messages, queues and half frames may take together. A Put beyond it is answered `Error`
   * `SERVER_MEMORY_LIMIT`. Bytes. @defaultValue no bound, as in the original
   */
  readonly maxMemoryBytes?: number | undefined;
  /**
   * Most queues. For a new one beyond it, empty queues that nobody waits on are removed; if there are none, the answer is
   * `Error` `SERVER_QUEUE_LIMIT`. @defaultValue no bound, as in the original, which keeps each queue for ever
   */
  readonly maxQueues?: number | undefined;
  /** Most connections; more are cut at once. @defaultValue 10000 */
  readonly maxConnections?: number | undefined;
  /** Ends connections on which nothing moved for so long, unless a Get waits. Milliseconds. @defaultValue never */
  readonly idleTimeoutMs?: number | undefined;
}

/** {@link ServerOptions}, checked and with defaults in place; undefined where there is no bound. */
export type ResolvedOptions = Required<
  Pick<ServerOptions, 'maxMemoryBytes' | 'maxQueues' | 'idleTimeoutMs' | 'onEvent'>
> & {
  readonly [K in 'listen' | 'address' | 'clock' | 'maxConnections']: Exclude<ServerOptions[K], undefined>;
};

/** Checks the options and fills in defaults. @throws UsageError `value-out-of-range` */
export function resolveServerOptions(given: ServerOptions): ResolvedOptions {
  return Object.freeze({
    listen: given.listen,
    address: given.address ?? { host: '127.0.0.1', port: 0 },
    clock: given.clock ?? systemClock,
    onEvent: given.onEvent,
    maxMemoryBytes: bound('maxMemoryBytes', given.maxMemoryBytes, Number.MAX_SAFE_INTEGER),
    maxQueues: bound('maxQueues', given.maxQueues, 2 ** 31 - 1),
    maxConnections: within('maxConnections', given.maxConnections ?? 10_000, 2 ** 31 - 1),
    idleTimeoutMs: bound('idleTimeoutMs', given.idleTimeoutMs, 2 ** 31 - 1),
  });
}

function bound(option: string, value: number | undefined, max: number): number | undefined {
  return value === undefined ? undefined : within(option, value, max);
}
