import { versions } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Broker } from '../broker.ts';
import type { Handler } from '../call.ts';
import type { RateMeter } from '../../core/rate-meter.ts';

/**
 * GET_BROKER_RUNTIME_INFO (28): figures about the broker. Of RocketMQ's some sixty those are here that can be told
 * truthfully; nothing ever queues up or is timed here, so the figures about that are 0.
 */
export const getBrokerRuntimeInfo: Handler<'getBrokerRuntimeInfo'> = ({ broker }) => ({
  body: encodeBody('KVTable', { table: { ...measured(broker), ...always(broker) } }),
});

/** Ten seconds, one minute, and ten minutes: of the last we know no more than the minute. */
function rates(meter: RateMeter): string {
  return [meter.perSecond(10), meter.perSecond(60), meter.perSecond(60)].map((rate) => rate.toFixed(2)).join(' ');
}

function measured({ options, startedAt, store, gets }: Broker): Record<string, string> {
  const { log, puts } = store;
  return {
    bootTimestamp: String(startedAt),
    runtime: `[ ${Math.floor((options.clock.now() - startedAt) / 1_000)} seconds ]`,
    putTps: rates(puts),
    getTransferredTps: rates(gets),
    getFoundTps: rates(gets),
    getTotalTps: rates(gets),
    msgPutTotalTodayNow: String(puts.total),
    msgGetTotalTodayNow: String(gets.total),
    putMessageTimesTotal: String(puts.total),
    putMessageSizeTotal: String(log.end),
    putMessageAverageSize: String(puts.total === 0 ? 0 : log.end / puts.total),
    commitLogMinOffset: String(log.begin),
    commitLogMaxOffset: String(log.end),
    commitLogDiskRatio: (log.bytes / options.maxStoreBytes).toFixed(4),
    earliestMessageTimeStamp: String(log.oldest?.storedAt ?? -1),
  };
}

const ZEROES = [
  'sendThreadPoolQueueSize',
  'pullThreadPoolQueueSize',
  'queryThreadPoolQueueSize',
  'ackThreadPoolQueueSize',
  'sendThreadPoolQueueHeadWaitTimeMills',
  'pullThreadPoolQueueHeadWaitTimeMills',
  'queryThreadPoolQueueHeadWaitTimeMills',
  'ackThreadPoolQueueHeadWaitTimeMills',
  'pageCacheLockTimeMills',
  'dispatchBehindBytes',
  'timerReadBehind',
  'timerOffsetBehind',
  'timerCongestNum',
  'timerEnqueueTps',
  'timerDequeueTps',
  'msgPutTotalYesterdayMorning',
  'msgPutTotalTodayMorning',
  'msgGetTotalYesterdayMorning',
  'msgGetTotalTodayMorning',
  'putMessageFailedTimes',
] as const;

function always({ options }: Broker): Record<string, string> {
  return {
    ...Object.fromEntries(ZEROES.map((name) => [name, '0'])),
    brokerActive: 'true',
    brokerVersion: String(versions.v5_3_3),
    brokerVersionDesc: 'V5_3_3',
    commitLogDirCapacity: `Total : ${options.maxStoreBytes} bytes of memory`,
  };
}
