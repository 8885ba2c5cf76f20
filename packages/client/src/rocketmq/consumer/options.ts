import { UsageError } from '@rmq/protocol';
import { checkGroup, checkTopic, parseTagExpression } from '@rmq/protocol/rocketmq/messages';
import type { Allocate } from './allocation.ts';
import { allocations } from './allocation.ts';

/**
 * Where a group begins in a queue that it has never committed an offset for.
 *
 * `'first'`: with the oldest message there is. `'last'`: with those sent from now on. `{ timestamp }` (epoch ms or a
 * Date): with the first one stored then or later.
 */
export type StartFrom = 'first' | 'last' | { readonly timestamp: number | Date };

/** How a member of a consumer group behaves. Numbers are whole; what is left out has the default. */
export interface ConsumerOptions {
  /** The group's name. Its members share the queues out and must all subscribe to the same. */
  readonly group: string;
  /** Tag expression by topic: `'*'` for all, `'new || paid'` for messages with one of these tags. At least one topic. */
  readonly subscribe: Readonly<Record<string, string>>;
  /**
   * Where to begin in queues without a committed offset. The position found is committed soon after, so it is chosen
   * once per group and queue, not at every start. Retry queues always begin with their first message.
   *
   * `'last'` means last: the broker is told not to answer 0 for young queues, as it does when Java clients ask.
   * @defaultValue 'last'
   */
  readonly startFrom?: StartFrom | undefined;
  /** How members share queues out: a name or a function. The same in all members. @defaultValue 'avg' */
  readonly allocation?: keyof typeof allocations | Allocate | undefined;
  /** Handled at most this often again before a message goes to `%DLQ%group`. 0 to 2^31-1. @defaultValue 16 */
  readonly maxReconsumeTimes?: number | undefined;
  /** Most messages per pull. 1 to 1024; brokers have their own limit, usually 32. @defaultValue 32 */
  readonly pullMessages?: number | undefined;
  /** Most bytes per pull; old brokers ignore it. 1 to 2^31-1. @defaultValue 262144 */
  readonly pullBytes?: number | undefined;
  /** How long a broker may hold a pull until something arrives. Milliseconds, 0 to 10^6. @defaultValue 15000 */
  readonly pullSuspendMs?: number | undefined;
  /** Give up on a pull after this long; more than `pullSuspendMs` + 5 s. Milliseconds. @defaultValue 30000 */
  readonly pullTimeoutMs?: number | undefined;
  /** A queue with more unfinished messages is not pulled. 1 to 65535. @defaultValue 1000 */
  readonly maxQueueMessages?: number | undefined;
  /** A queue with more bytes of unfinished bodies (as stored) is not pulled. @defaultValue 104857600 (100 MiB) */
  readonly maxQueueBytes?: number | undefined;
  /**
   * A queue whose newest message is further than this from its oldest unfinished one is not pulled: the most that can
   * come twice after a crash. Offsets, 1 to 65535. @defaultValue 2000
   */
  readonly maxQueueSpan?: number | undefined;
  /** No queue is pulled while all together hold more bytes of bodies. @defaultValue 268435456 (256 MiB) */
  readonly maxCachedBytes?: number | undefined;
  /** Largest body after decompressing; a larger one is not handed out, but sent back. @defaultValue 16777216 */
  readonly maxBodyBytes?: number | undefined;
  /** How often progress is committed. Milliseconds, 100 to 10^6. @defaultValue 5000 */
  readonly commitIntervalMs?: number | undefined;
  /** How often queues are shared out when nobody gives notice. Milliseconds, 1000 to 10^6. @defaultValue 20000 */
  readonly rebalanceIntervalMs?: number | undefined;
  /** A handler of `run` that takes longer loses its message to a retry. Milliseconds. @defaultValue 900000 (15 min) */
  readonly consumeTimeoutMs?: number | undefined;
  /** How long closing waits for running handlers. Milliseconds; 0 does not wait. @defaultValue 10000 */
  readonly drainTimeoutMs?: number | undefined;
  /** How long requests for offsets and send-backs may take. Milliseconds. @defaultValue 5000 */
  readonly controlTimeoutMs?: number | undefined;
  /**
   * Hand bodies out as views of what was received. Saves a copy, but each keeps its whole network chunk in memory.
   * @defaultValue false
   */
  readonly zeroCopy?: boolean | undefined;
}

/** {@link ConsumerOptions}, checked and complete. */
export interface ResolvedConsumerOptions {
  readonly group: string;
  readonly subscribe: ReadonlyMap<string, string>;
  readonly startFrom: 'first' | 'last' | { readonly timestamp: number };
  readonly allocate: Allocate;
  readonly maxReconsumeTimes: number;
  readonly pullMessages: number;
  readonly pullBytes: number;
  readonly pullSuspendMs: number;
  readonly pullTimeoutMs: number;
  readonly maxQueueMessages: number;
  readonly maxQueueBytes: number;
  readonly maxQueueSpan: number;
  readonly maxCachedBytes: number;
  readonly maxBodyBytes: number;
  readonly commitIntervalMs: number;
  readonly rebalanceIntervalMs: number;
  readonly consumeTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly controlTimeoutMs: number;
  readonly zeroCopy: boolean;
}

const INT32_MAX = 2 ** 31 - 1;

/** Numeric options: default, least, most. */
const numbers = {
  maxReconsumeTimes: [16, 0, INT32_MAX],
  pullMessages: [32, 1, 1024],
  pullBytes: [262_144, 1, INT32_MAX],
  pullSuspendMs: [15_000, 0, 1_000_000],
  pullTimeoutMs: [30_000, 1, INT32_MAX],
  maxQueueMessages: [1_000, 1, 65_535],
  maxQueueBytes: [100 * 1024 * 1024, 1, Number.MAX_SAFE_INTEGER],
  maxQueueSpan: [2_000, 1, 65_535],
  maxCachedBytes: [256 * 1024 * 1024, 1, Number.MAX_SAFE_INTEGER],
  maxBodyBytes: [16 * 1024 * 1024, 1, INT32_MAX],
  commitIntervalMs: [5_000, 100, 1_000_000],
  rebalanceIntervalMs: [20_000, 1_000, 1_000_000],
  consumeTimeoutMs: [900_000, 1, INT32_MAX],
  drainTimeoutMs: [10_000, 0, INT32_MAX],
  controlTimeoutMs: [5_000, 1, INT32_MAX],
} as const;
type NumberOption = keyof typeof numbers;

function numberOf(given: ConsumerOptions, name: NumberOption): number {
  const [fallback, least, most] = numbers[name];
  const value = given[name] ?? fallback;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(
    'value-out-of-range',
    `${name} is ${String(value)}, not a whole number from ${least} to ${most}`,
  );
}

function startOf(given: StartFrom | undefined): ResolvedConsumerOptions['startFrom'] {
  if (given === undefined || given === 'first' || given === 'last') return given ?? 'last';
  const timestamp = Number((given as { readonly timestamp?: unknown }).timestamp);
  if (Number.isSafeInteger(timestamp) && timestamp >= 0) return { timestamp };
  throw new UsageError('value-out-of-range', 'startFrom is not first, last or a timestamp in epoch milliseconds');
}

function allocateOf(given: keyof typeof allocations | Allocate): Allocate {
  if (typeof given === 'function') return given;
  if (Object.hasOwn(allocations, given)) return allocations[given];
  throw new UsageError(
    'value-out-of-range',
    `allocation is "${given}", not a function or ${Object.keys(allocations).join(', ')}`,
  );
}

function subscriptionsOf(subscribe: ConsumerOptions['subscribe']): ReadonlyMap<string, string> {
  const entries = Object.entries(subscribe);
  if (entries.length === 0) throw new UsageError('field-missing', 'subscribe names no topic');
  for (const [topic, expression] of entries) {
    checkTopic(topic);
    parseTagExpression(expression);
  }
  return new Map(entries);
}

/**
 * Checks what the caller wants and fills in the rest.
 *
 * @throws UsageError `value-out-of-range`, `field-missing` (no topic) or `name-invalid` (group, topic, tag expression).
 */
export function resolveConsumerOptions(given: ConsumerOptions): ResolvedConsumerOptions {
  checkGroup(given.group);
  const names = Object.keys(numbers) as NumberOption[];
  const values = Object.fromEntries(names.map((name) => [name, numberOf(given, name)])) as Record<NumberOption, number>;
  const longest = values.pullSuspendMs;
  if (values.pullTimeoutMs <= longest) {
    throw new UsageError('value-out-of-range', `pullTimeoutMs must be more than pullSuspendMs (${String(longest)})`);
  }
  return Object.freeze({
    ...values,
    group: given.group,
    subscribe: subscriptionsOf(given.subscribe),
    startFrom: startOf(given.startFrom),
    allocate: allocateOf(given.allocation ?? 'avg'),
    zeroCopy: given.zeroCopy ?? false,
  });
}
