import type { Endpoint, Listen } from '@rmq/transport';
import { checkTopic, defaultDelayLevels, parseDelayLevels } from '@rmq/protocol/rocketmq/messages';
import type { Clock } from '../core/clock.ts';
import { systemClock } from '../core/clock.ts';
import type { WhenFull } from '../core/message-log.ts';
import { within } from '../core/within.ts';
import type { BrokerEvent } from './events.ts';

/** What {@link startBroker} takes. Only `listen` is needed. */
export interface BrokerOptions {
  /** How to listen: `listen` of `@rmq/transport-node`, or a memory network's. */
  readonly listen: Listen;
  /** Where the name server listens. @defaultValue any free port of 127.0.0.1 */
  readonly nameServer?: Endpoint | undefined;
  /** Where the broker listens. @defaultValue any free port of 127.0.0.1 */
  readonly broker?: Endpoint | undefined;
  /** The host clients are told to connect to. @defaultValue the broker's own, or 127.0.0.1 if it listens everywhere */
  readonly advertisedHost?: string | undefined;
  /** @defaultValue 'DefaultCluster' */
  readonly clusterName?: string | undefined;
  /** @defaultValue 'broker-a' */
  readonly brokerName?: string | undefined;
  /** Where all times come from. @defaultValue the system's clock */
  readonly clock?: Clock | undefined;
  /** Picks queues for senders that leave it to the broker. 0 ≤ x < 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** Told everything worth telling; see {@link BrokerEvent}. */
  readonly onEvent?: ((event: BrokerEvent) => void) | undefined;
  /** Delays by level, as RocketMQ's `messageDelayLevel`. @defaultValue '1s 5s 10s 30s 1m 2m … 2h' */
  readonly delayLevels?: string | undefined;
  /** Whether a send may create its topic, and a consumer its group. @defaultValue true */
  readonly autoCreateTopics?: boolean | undefined;
  /** Most queues an automatically created topic gets. 1 to 1024. @defaultValue 8 */
  readonly defaultQueueCount?: number | undefined;
  /** Largest message body. Bytes. @defaultValue 4 MiB, as RocketMQ */
  readonly maxMessageBytes?: number | undefined;
  /** Largest frame: a larger one ends its connection. Bytes. @defaultValue 16 MiB, as RocketMQ */
  readonly maxFrameBytes?: number | undefined;
  /** How much all messages together may take. Bytes. @defaultValue 256 MiB */
  readonly maxStoreBytes?: number | undefined;
  /** Whether a full store refuses messages (SYSTEM_BUSY) or forgets the oldest. @defaultValue 'refuse' */
  readonly whenFull?: WhenFull | undefined;
  /** How much may wait to go out on one connection; beyond it the connection is cut. Bytes. @defaultValue 64 MiB */
  readonly maxOutgoingBytes?: number | undefined;
  /** How many pulls may be held at once; more are answered SYSTEM_BUSY. @defaultValue 100000 */
  readonly maxHeldPulls?: number | undefined;
  /** Most connections to each of the two servers. @defaultValue 10000 */
  readonly maxConnections?: number | undefined;
  /** Most topics, groups, and configuration entries each. @defaultValue 10000 */
  readonly maxNames?: number | undefined;
  /** A client that sends no heartbeat for so long is gone; so is a silent connection. Milliseconds. @defaultValue 120000 */
  readonly clientTimeoutMs?: number | undefined;
}

/** {@link BrokerOptions} with every default in place. */
export type ResolvedOptions = {
  readonly [K in Exclude<keyof BrokerOptions, 'advertisedHost' | 'onEvent' | 'delayLevels'>]-?: Exclude<
    BrokerOptions[K],
    undefined
  >;
} & Pick<BrokerOptions, 'advertisedHost' | 'onEvent'> & {
    /** Milliseconds; the first entry is level 1. */
    readonly delayLevels: readonly number[];
  };

const MiB = 2 ** 20;
const ANY_PORT: Endpoint = { host: '127.0.0.1', port: 0 };

/** Checks the options and fills in defaults. @throws UsageError `value-out-of-range`, `name-invalid` */
export function resolveBrokerOptions(given: BrokerOptions): ResolvedOptions {
  return Object.freeze({
    listen: given.listen,
    nameServer: given.nameServer ?? ANY_PORT,
    broker: given.broker ?? ANY_PORT,
    advertisedHost: given.advertisedHost,
    clusterName: name(given.clusterName ?? 'DefaultCluster'),
    brokerName: name(given.brokerName ?? 'broker-a'),
    clock: given.clock ?? systemClock,
    random: given.random ?? Math.random,
    onEvent: given.onEvent,
    delayLevels: parseDelayLevels(given.delayLevels ?? defaultDelayLevels),
    autoCreateTopics: given.autoCreateTopics ?? true,
    defaultQueueCount: within('defaultQueueCount', given.defaultQueueCount ?? 8, 1_024),
    maxMessageBytes: within('maxMessageBytes', given.maxMessageBytes ?? 4 * MiB, 2 ** 30),
    maxFrameBytes: within('maxFrameBytes', given.maxFrameBytes ?? 16 * MiB, 2 ** 31 - 1),
    maxStoreBytes: within('maxStoreBytes', given.maxStoreBytes ?? 256 * MiB, Number.MAX_SAFE_INTEGER),
    whenFull: given.whenFull ?? 'refuse',
    maxOutgoingBytes: within('maxOutgoingBytes', given.maxOutgoingBytes ?? 64 * MiB, 2 ** 40),
    maxHeldPulls: within('maxHeldPulls', given.maxHeldPulls ?? 100_000, 2 ** 31 - 1),
    maxConnections: within('maxConnections', given.maxConnections ?? 10_000, 2 ** 31 - 1),
    maxNames: within('maxNames', given.maxNames ?? 10_000, 2 ** 31 - 1),
    clientTimeoutMs: within('clientTimeoutMs', given.clientTimeoutMs ?? 120_000, 2 ** 31 - 1),
  });
}

/** Cluster and broker names are topics too. */
function name(value: string): string {
  checkTopic(value);
  return value;
}
