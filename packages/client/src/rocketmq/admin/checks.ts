// What callers of `admin` can do wrong, found before anything is sent.

import { UsageError } from '@rmq/protocol';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { within } from '../../core/options.ts';

const MAX_INT32 = 2 ** 31 - 1;
const MAX_OFFSET = 2n ** 63n - 1n;

/** Why a call was refused here. */
function outOfRange(name: string, value: unknown, expected: string): UsageError {
  return new UsageError('value-out-of-range', `option ${name} is ${String(value)}: expected ${expected}`);
}

/** 1 to 65535 queues. @throws UsageError `value-out-of-range`, as all checks here */
export function checkQueues(queues: number): number {
  return within('queues', queues, { min: 1, max: 65_535 });
}

/** Read, write, or both. */
export function checkPermission(permission: number): number {
  if (permission === 2 || permission === 4 || permission === 6) return permission;
  throw outOfRange('permission', permission, '2 (write), 4 (read) or 6 (both)');
}

/** A count that a 32-bit field holds. */
export function checkCount(name: string, value: number, min: number): number {
  return within(name, value, { min, max: MAX_INT32 });
}

/** Epoch milliseconds as the wire has them. */
export function checkTimestamp(name: string, value: number): bigint {
  return BigInt(within(name, value, { min: 0, max: Number.MAX_SAFE_INTEGER }));
}

/** An offset: a bigint, as queues outgrow what a number counts. */
export function checkOffset(name: string, value: bigint): bigint {
  // Callers without a compiler give numbers.
  if (typeof value === 'bigint' && value >= 0n && value <= MAX_OFFSET) return value;
  throw outOfRange(name, value, `a bigint from 0 to ${MAX_OFFSET.toString()}`);
}

/**
 * A text with something in it. More is not asked of the name of what exists: old brokers let names through that new ones
 * refuse.
 */
export function checkText(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw outOfRange(name, JSON.stringify(value), 'a text that is not empty');
}

/** A key as messages have them: brokers separate keys by spaces, so one with a space is never found. */
export function checkKey(key: string): string {
  if (!checkText('key', key).includes(' ')) return key;
  throw outOfRange('key', JSON.stringify(key), 'one key, without spaces');
}

/** A queue that can exist. @returns its place, for request fields */
export function checkQueue({ topic, brokerName, queueId }: MessageQueue): Pick<MessageQueue, 'topic' | 'queueId'> {
  checkText('queue.brokerName', brokerName);
  return { topic: checkText('queue.topic', topic), queueId: checkCount('queue.queueId', queueId, 0) };
}

/** 32 hex digits (IPv4) or 56 (IPv6), with a port among them. */
export function checkOffsetMessageId(id: string): string {
  const port = /^(?:[0-9a-f]{8}|[0-9a-f]{32})([0-9a-f]{8})[0-9a-f]{16}$/iu.exec(id)?.[1];
  if (port !== undefined && Number.parseInt(port, 16) >= 1 && Number.parseInt(port, 16) <= 65_535) return id;
  throw outOfRange('offsetMessageId', JSON.stringify(id), '32 or 56 hex digits: address, port and offset of a broker');
}
