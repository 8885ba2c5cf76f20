import type { Properties } from '@rmq/protocol/amqp';
import { MAX_TIMER_MS, within } from '../../core/options.ts';

/** Where a publisher's messages go, and how many may be under way. */
export interface PublisherOptions {
  /** @defaultValue the default exchange, which takes messages to the queue named by the routing key */
  readonly exchange?: string | undefined;
  /** Of messages that have none of their own. @defaultValue '' */
  readonly routingKey?: string | undefined;
  /** A message that no queue takes fails its publish; otherwise it is confirmed and gone. @defaultValue false */
  readonly mandatory?: boolean | undefined;
  /** Messages survive a restart of the server, in queues that do: sets `deliveryMode` 2. @defaultValue true */
  readonly persistent?: boolean | undefined;
  /** Of all messages; a message's own come on top, one by one. */
  readonly properties?: Properties | undefined;
  /** Publishes without a confirm; who publishes more waits. 1 to 2^20. @defaultValue 1024 */
  readonly maxUnconfirmed?: number | undefined;
  /** The bodies of those. One that is larger goes alone. Bytes, 1 to 2^31-1. @defaultValue 67108864 */
  readonly maxUnconfirmedBytes?: number | undefined;
  /** Give up on one publish after this long, waiting for room included. Milliseconds, 1 to 2^31-1. @defaultValue 30000 */
  readonly publishTimeoutMs?: number | undefined;
}

/** {@link PublisherOptions} with every default filled in. */
export interface ResolvedPublisherOptions {
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  readonly properties: Properties;
  readonly maxUnconfirmed: number;
  readonly maxUnconfirmedBytes: number;
  readonly publishTimeoutMs: number;
}

const PERSISTENT = 2;

/** Checks options and fills in the defaults. @throws UsageError `value-out-of-range` */
export function resolvePublisherOptions(given: PublisherOptions): ResolvedPublisherOptions {
  const { exchange = '', routingKey = '', mandatory = false, persistent = true, properties = {} } = given;
  return {
    exchange,
    routingKey,
    mandatory,
    properties: persistent ? { deliveryMode: PERSISTENT, ...properties } : properties,
    maxUnconfirmed: within('maxUnconfirmed', given.maxUnconfirmed ?? 1_024, { min: 1, max: 2 ** 20 }),
    maxUnconfirmedBytes: within('maxUnconfirmedBytes', given.maxUnconfirmedBytes ?? 67_108_864, {
      min: 1,
      max: 2 ** 31 - 1,
    }),
    publishTimeoutMs: within('publishTimeoutMs', given.publishTimeoutMs ?? 30_000, { min: 1, max: MAX_TIMER_MS }),
  };
}
