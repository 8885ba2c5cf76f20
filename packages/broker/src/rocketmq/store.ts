import type { HostAddress, StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { decodeMessages, encodeMessage, javaHash, propertyNames, readProperty } from '@rmq/protocol/rocketmq/messages';
import type { HeldRequests } from '../core/held-requests.ts';
import type { LogQueue, LogRecord } from '../core/message-log.ts';
import { MessageLog } from '../core/message-log.ts';
import { RateMeter } from '../core/rate-meter.ts';
import type { ResolvedOptions } from './options.ts';
import { overloaded } from './refusal.ts';

/** A message about to be stored. */
export interface NewMessage {
  readonly topic: string;
  readonly queueId: number;
  readonly flag: number;
  readonly sysFlag: number;
  /** Epoch ms. */
  readonly bornTimestamp: number;
  readonly bornHost: HostAddress;
  readonly reconsumeTimes: number;
  /** Copied into the record, once. */
  readonly body: Uint8Array;
  /** The properties string. */
  readonly properties: string;
}

/** The name of a queue in the log. Topics cannot hold an `@`. */
export function queueKey(topic: string, queueId: number): string {
  return `${topic}@${queueId}`;
}

/** RocketMQ's messages in a {@link MessageLog}, kept as the records that pulls hand out. */
export class MessageStore {
  readonly log: MessageLog;
  /** Messages stored, per second. */
  readonly puts: RateMeter;
  readonly #options: ResolvedOptions;
  readonly #storeHost: HostAddress;
  readonly #held: HeldRequests;
  #lastStoredAt = 0;

  constructor(options: ResolvedOptions, storeHost: HostAddress, held: HeldRequests) {
    this.#options = options;
    this.#storeHost = storeHost;
    this.#held = held;
    this.log = new MessageLog({ maxBytes: options.maxStoreBytes, whenFull: options.whenFull });
    this.puts = new RateMeter(options.clock.now);
  }

  /** The queue to read from; made if need be, which costs next to nothing: callers have checked the topic. */
  queue(topic: string, queueId: number): LogQueue {
    return this.log.queue(queueKey(topic, queueId));
  }

  /** The offsets of a queue, 0 and 0 of one nobody knows. */
  bounds(topic: string, queueId: number): { readonly begin: number; readonly end: number } {
    const { begin, end } = this.log.existing(queueKey(topic, queueId)) ?? { begin: 0, end: 0 };
    return { begin, end };
  }

  /**
   * Stores a message at the end of its queue, and tells who waits for it.
   * @throws Refusal SYSTEM_BUSY when it does not fit. UsageError when it cannot be written.
   */
  put(message: NewMessage): LogRecord {
    const queue = this.queue(message.topic, message.queueId);
    // A clock may step back; the log's times must not, or they could not be searched.
    const storedAt = Math.max(this.#lastStoredAt, this.#options.clock.now());
    const bytes = encodeMessage({
      ...message,
      queueOffset: BigInt(queue.end),
      physicalOffset: BigInt(this.log.end),
      storeTimestamp: storedAt,
      storeHost: this.#storeHost,
    });
    this.checkRoom(bytes.length);
    this.#lastStoredAt = storedAt;
    const record = this.log.append(queue, { bytes, storedAt, tag: tagCode(message.properties) });
    this.puts.add(1);
    this.#held.arrived(queue.key);
    return record;
  }

  /** Makes sure of room for so many bytes. @throws Refusal SYSTEM_BUSY when there is none */
  checkRoom(size: number): void {
    if (this.log.makeRoom(size)) return;
    const { maxStoreBytes } = this.#options;
    throw overloaded(`the store is full: ${this.log.bytes} of ${maxStoreBytes} bytes, no room for ${size} more`);
  }

  /** The record that begins at this position of the log, if it is still there. */
  find(position: bigint): LogRecord | undefined {
    return position >= 0n && position <= BigInt(Number.MAX_SAFE_INTEGER) ? this.log.find(Number(position)) : undefined;
  }

  /** Takes a record apart. */
  read(record: LogRecord): StoredMessage {
    const [message] = decodeMessages(record.bytes);
    if (message === undefined) throw new RangeError(`record at ${record.position} holds no message`);
    return message;
  }

  /** Forgets the queues of a deleted topic. */
  removeTopic(topic: string, queues: number): void {
    this.log.remove(Array.from({ length: queues }, (_, queueId) => queueKey(topic, queueId)));
  }
}

/** What consume queues keep of a tag, and pulls are filtered by: 0 for no tag, as in RocketMQ. */
function tagCode(properties: string): number {
  const tag = readProperty(properties, propertyNames.TAGS);
  return tag === undefined ? 0 : javaHash(tag);
}
