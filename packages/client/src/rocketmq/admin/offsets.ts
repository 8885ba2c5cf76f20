import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { decodeResponse, responseCodes } from '@rmq/protocol/rocketmq';
import { ask, type CallOptions, replyError } from '../remoting.ts';
import { checkOffset, checkQueue, checkText, checkTimestamp } from './checks.ts';
import type { Cluster } from './cluster.ts';

/** Where a group is to go on in a queue. */
export interface ConsumerPosition {
  readonly queue: MessageQueue;
  /** The next offset to read. 0 or more. */
  readonly offset: bigint;
}

/**
 * The part of the administration that is about single queues. All ask the queue's master, and reject with ConnectionError
 * `connect-failed` when it has none now.
 */
export interface OffsetAdmin {
  /** The next offset a group will read; undefined if it has none. Wire: QUERY_CONSUMER_OFFSET (14). */
  readonly consumerOffset: (group: string, queue: MessageQueue, options?: CallOptions) => Promise<bigint | undefined>;
  /**
   * Makes a group go on from an offset. Its members must be stopped, or they overwrite it. Wire: UPDATE_CONSUMER_OFFSET
   * (15).
   */
  readonly setConsumerOffset: (group: string, at: ConsumerPosition, options?: CallOptions) => Promise<void>;
  /**
   * The offset of the first message stored at a time or later. Wire: SEARCH_OFFSET_BY_TIMESTAMP (29).
   * @param timestamp - epoch milliseconds, 0 or more
   */
  readonly offsetAt: (queue: MessageQueue, timestamp: number, options?: CallOptions) => Promise<bigint>;
  /** The offset of the oldest message that is still there. Wire: GET_MIN_OFFSET (31). */
  readonly minOffset: (queue: MessageQueue, options?: CallOptions) => Promise<bigint>;
  /** The offset that the next message will get. Wire: GET_MAX_OFFSET (30). */
  readonly maxOffset: (queue: MessageQueue, options?: CallOptions) => Promise<bigint>;
}

/** {@link OffsetAdmin} of a cluster. */
export function offsetAdmin(cluster: Cluster): OffsetAdmin {
  return {
    consumerOffset: (group, queue, options) => consumerOffset(cluster, { group, queue }, options),
    setConsumerOffset: (group, at, options) => setConsumerOffset(cluster, { ...at, group }, options),
    offsetAt: (queue, timestamp, options) => offsetAt(cluster, { queue, timestamp }, options),
    minOffset: (queue, options) => minOffset(cluster, queue, options),
    maxOffset: (queue, options) => maxOffset(cluster, queue, options),
  };
}

async function consumerOffset(
  cluster: Cluster,
  { group, queue }: { readonly group: string; readonly queue: MessageQueue },
  options?: CallOptions,
): Promise<bigint | undefined> {
  checkText('group', group);
  const fields = { consumerGroup: group, ...checkQueue(queue), setZeroIfNotFound: false };
  const address = await cluster.masterOf(queue, options);
  const reply = await cluster.remoting.call(address, { name: 'queryConsumerOffset', fields }, options);
  if (reply.code === responseCodes.queryNotFound) return undefined;
  if (reply.code !== responseCodes.success) throw replyError(reply, address);
  return decodeResponse('queryConsumerOffset', reply).offset;
}

async function setConsumerOffset(
  cluster: Cluster,
  { group, queue, offset }: ConsumerPosition & { readonly group: string },
  options?: CallOptions,
): Promise<void> {
  checkText('group', group);
  const fields = { consumerGroup: group, ...checkQueue(queue), commitOffset: checkOffset('offset', offset) };
  const address = await cluster.masterOf(queue, options);
  await ask(cluster.remoting, address, { name: 'updateConsumerOffset', fields }, options);
}

async function offsetAt(
  cluster: Cluster,
  { queue, timestamp }: { readonly queue: MessageQueue; readonly timestamp: number },
  options?: CallOptions,
): Promise<bigint> {
  const fields = { ...checkQueue(queue), timestamp: checkTimestamp('timestamp', timestamp) };
  const address = await cluster.masterOf(queue, options);
  return (await ask(cluster.remoting, address, { name: 'searchOffsetByTimestamp', fields }, options)).offset;
}

async function minOffset(cluster: Cluster, queue: MessageQueue, options?: CallOptions): Promise<bigint> {
  const fields = checkQueue(queue);
  const address = await cluster.masterOf(queue, options);
  return (await ask(cluster.remoting, address, { name: 'getMinOffset', fields }, options)).offset;
}

async function maxOffset(cluster: Cluster, queue: MessageQueue, options?: CallOptions): Promise<bigint> {
  // Only what consumers can read counts, not what is still on its way to replicas: RocketMQ's own default.
  const fields = { ...checkQueue(queue), committed: true };
  const address = await cluster.masterOf(queue, options);
  return (await ask(cluster.remoting, address, { name: 'getMaxOffset', fields }, options)).offset;
}
