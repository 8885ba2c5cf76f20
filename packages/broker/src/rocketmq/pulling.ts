import type { SubscriptionData } from '@rmq/protocol/rocketmq/bodies';
import { responseCodes } from '@rmq/protocol/rocketmq';
import type { LogQueue, LogRecord } from '../core/message-log.ts';

/** Most messages one pull hands out, whatever it asks for; RocketMQ's limit for messages in memory. */
const MAX_MESSAGES = 32;
/** Most bytes one pull hands out, but for a single larger message. */
const MAX_BYTES = 256 * 1_024;
/** Most messages looked at for one pull, if hardly any match. */
const MAX_SCANNED = 800;

/** What a pull found. The names are RocketMQ's `GetMessageStatus`, and go into the answer's remark. */
export type PullStatus =
  | 'FOUND'
  | 'NO_MATCHED_MESSAGE'
  | 'NO_MESSAGE_IN_QUEUE'
  | 'OFFSET_OVERFLOW_ONE'
  | 'OFFSET_OVERFLOW_BADLY'
  | 'OFFSET_TOO_SMALL'
  | 'OFFSET_RESET';

/** The response code of each status. */
export const statusCodes: Readonly<Record<PullStatus, number>> = {
  FOUND: responseCodes.success,
  NO_MATCHED_MESSAGE: responseCodes.pullRetryImmediately,
  NO_MESSAGE_IN_QUEUE: responseCodes.pullNotFound,
  OFFSET_OVERFLOW_ONE: responseCodes.pullNotFound,
  OFFSET_OVERFLOW_BADLY: responseCodes.pullOffsetMoved,
  OFFSET_TOO_SMALL: responseCodes.pullOffsetMoved,
  OFFSET_RESET: responseCodes.pullOffsetMoved,
};

/** What to read of a queue. */
export interface PullWish {
  readonly offset: bigint;
  readonly maxMessages: number;
  readonly matches: (tag: number) => boolean;
}

/** The outcome of reading a queue. */
export interface PullResult {
  readonly status: PullStatus;
  readonly records: readonly LogRecord[];
  /** Where to read on. */
  readonly next: number;
}

/** Which messages a subscription wants, judged by the hash of their tag. */
export function tagFilter({ codeSet, tagsSet }: SubscriptionData): (tag: number) => boolean {
  if (codeSet.length === 0 && tagsSet.length === 0) return () => true;
  const codes = new Set(codeSet);
  return (tag) => codes.has(tag);
}

/** Reads a queue, after `DefaultMessageStore.getMessage`. */
export function readQueue(queue: LogQueue, wish: PullWish): PullResult {
  const { begin, end } = queue;
  const nothing = (status: PullStatus, next: number): PullResult => ({ status, records: [], next });
  if (end === 0) return nothing(wish.offset === 0n ? 'NO_MESSAGE_IN_QUEUE' : 'OFFSET_OVERFLOW_BADLY', 0);
  if (wish.offset < BigInt(begin)) return nothing('OFFSET_TOO_SMALL', begin);
  if (wish.offset === BigInt(end)) return nothing('OFFSET_OVERFLOW_ONE', end);
  if (wish.offset > BigInt(end)) return nothing('OFFSET_OVERFLOW_BADLY', end);
  return scan(queue, Number(wish.offset), wish);
}

function scan(queue: LogQueue, from: number, { maxMessages, matches }: PullWish): PullResult {
  const limit = Math.max(1, Math.min(maxMessages, MAX_MESSAGES));
  const last = Math.min(queue.end, from + MAX_SCANNED);
  const records: LogRecord[] = [];
  let bytes = 0;
  let next = from;
  for (; next < last && records.length < limit; next += 1) {
    const record = queue.at(next);
    if (record === undefined || !matches(record.tag)) continue;
    if (records.length > 0 && bytes + record.bytes.length > MAX_BYTES) break;
    records.push(record);
    bytes += record.bytes.length;
  }
  return { status: records.length > 0 ? 'FOUND' : 'NO_MATCHED_MESSAGE', records, next };
}

/** Whether anything from `from` on would be handed out. */
export function hasMatch(queue: LogQueue, from: number, matches: (tag: number) => boolean): boolean {
  for (let offset = from; offset < queue.end; offset += 1) {
    const record = queue.at(offset);
    if (record !== undefined && matches(record.tag)) return true;
  }
  return false;
}
