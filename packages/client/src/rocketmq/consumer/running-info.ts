import type { ConsumerRunningInfo, ProcessQueueInfo, SubscriptionData } from '@rmq/protocol/rocketmq/bodies';
import type { Assignment, Owned } from './assignment.ts';
import type { ResolvedConsumerOptions } from './options.ts';
import type { ConsumerStats } from './stats.ts';

const MEBIBYTE = 1024 * 1024;

/** What running info tells of. */
export interface RunningInfoContext {
  readonly options: ResolvedConsumerOptions;
  readonly nameServers: readonly string[];
  readonly assignment: Assignment;
  readonly stats: ConsumerStats;
  readonly subscriptions: readonly SubscriptionData[];
  /** Most handlers at a time; 0 without a running handler. */
  readonly concurrency: number;
}

function queueInfo({ cache, loop, committed }: Owned): ProcessQueueInfo {
  const oldest = cache.oldestOffset;
  return {
    commitOffset: BigInt(committed ?? cache.progress),
    cachedMsgMinOffset: BigInt(oldest ?? 0),
    cachedMsgMaxOffset: BigInt(oldest === undefined ? 0 : cache.end - 1),
    cachedMsgCount: cache.count,
    cachedMsgSizeInMiB: Math.floor(cache.bytes / MEBIBYTE),
    transactionMsgMinOffset: 0n,
    transactionMsgMaxOffset: 0n,
    transactionMsgCount: 0,
    locked: false,
    tryUnlockTimes: 0n,
    lastLockTimestamp: 0,
    droped: cache.dropped,
    lastPullTimestamp: loop.lastPullAt,
    lastConsumeTimestamp: cache.lastHandledAt,
  };
}

/** What operators' tools ask of a member. Body of GET_CONSUMER_RUNNING_INFO (307); the first six properties are expected. */
export function runningInfo(context: RunningInfoContext): ConsumerRunningInfo {
  const { options, assignment, stats, subscriptions, nameServers, concurrency } = context;
  const { subscribe, startFrom, allocate, ...plain } = options;
  const numbers = Object.entries(plain).map(([name, value]) => [name, String(value)] as const);
  return {
    properties: {
      PROP_NAMESERVER_ADDR: `${nameServers.join(';')};`,
      PROP_CONSUME_TYPE: 'CONSUME_PASSIVELY',
      PROP_CLIENT_VERSION: 'V5_3_3',
      PROP_THREADPOOL_CORE_SIZE: String(concurrency),
      PROP_CONSUMEORDERLY: 'false',
      PROP_CONSUMER_START_TIMESTAMP: String(stats.startedAt),
      startFrom: typeof startFrom === 'string' ? startFrom : new Date(startFrom.timestamp).toISOString(),
      allocation: allocate.name,
      topics: [...subscribe.keys()].join(','),
      ...Object.fromEntries(numbers),
    },
    subscriptionSet: subscriptions,
    mqTable: assignment.all().map((owned) => ({ queue: owned.queue, value: queueInfo(owned) })),
    mqPopTable: [],
    statusTable: stats.table(),
    userConsumerInfo: {},
    jstack: undefined,
  };
}
