import { propertyNames, scheduleTopic } from '@rmq/protocol/rocketmq/messages';
import { isRmqError } from '@rmq/protocol';
import type { LogRecord } from '../core/message-log.ts';
import type { BrokerEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import { withProperties } from './property-text.ts';
import type { MessageStore, NewMessage } from './store.ts';
import type { Topics } from './topics.ts';

/** How long to wait until a full store is tried again. Milliseconds. */
const RETRY_MS = 1_000;
/** How many messages to deliver before others get their turn. */
const BURST = 512;

/** What {@link DelayedMessages} works on. */
export interface DelayParts {
  readonly options: ResolvedOptions;
  readonly store: MessageStore;
  readonly topics: Topics;
  readonly emit: (event: BrokerEvent) => void;
}

/**
 * Delay levels, as `ScheduleMessageService.java` does them: a delayed message is stored in the schedule topic, one queue
 * per level, and delivered to its own topic when its time has come. All messages of a level wait equally long, so each
 * queue is in order of time and needs but one timer.
 */
export class DelayedMessages {
  readonly #parts: DelayParts;
  /** By level: the next offset to deliver. */
  readonly #cursors: number[];
  /** By level: cancels the timer. */
  readonly #timers = new Map<number, () => void>();

  constructor(parts: DelayParts) {
    this.#parts = parts;
    this.#cursors = [0, ...parts.options.delayLevels.map(() => 0)];
  }

  /** Stores a message for delivery in `level`, which is cut to the highest. @param level - 1 or more */
  put(message: NewMessage, level: number): LogRecord {
    const { options, store } = this.#parts;
    const cut = Math.min(level, options.delayLevels.length);
    const record = store.put({
      ...message,
      topic: scheduleTopic,
      queueId: cut - 1,
      properties: withProperties(message.properties, {
        [propertyNames.DELAY]: String(cut),
        [propertyNames.REAL_TOPIC]: message.topic,
        [propertyNames.REAL_QID]: String(message.queueId),
      }),
    });
    if (!this.#timers.has(cut)) this.#arm(cut);
    return record;
  }

  /** Stops all timers. */
  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #head(level: number): LogRecord | undefined {
    const queue = this.#parts.store.queue(scheduleTopic, level - 1);
    const at = Math.max(this.#cursors[level] ?? 0, queue.begin); // the oldest may have been evicted
    this.#cursors[level] = at;
    return queue.at(at);
  }

  #msLeft(record: LogRecord, level: number): number {
    const { delayLevels, clock } = this.#parts.options;
    return record.storedAt + (delayLevels[level - 1] ?? 0) - clock.now();
  }

  #arm(level: number, atLeastMs = 0): void {
    this.#timers.delete(level);
    const head = this.#head(level);
    if (head === undefined) return;
    const ms = Math.max(atLeastMs, this.#msLeft(head, level));
    this.#timers.set(
      level,
      this.#parts.options.clock.after(ms, () => this.#due(level)),
    );
  }

  #due(level: number): void {
    for (let count = 0; count < BURST; count += 1) {
      const head = this.#head(level);
      if (head === undefined || this.#msLeft(head, level) > 0) break;
      if (!this.#deliver(head)) {
        this.#arm(level, RETRY_MS);
        return;
      }
      this.#cursors[level] = head.offset + 1;
    }
    this.#arm(level);
  }

  /** @returns false when it has to be tried again */
  #deliver(record: LogRecord): boolean {
    const { store, topics, emit } = this.#parts;
    const message = store.read(record);
    const topic = message.property(propertyNames.REAL_TOPIC) ?? '';
    if (topics.get(topic) === undefined) {
      emit({ type: 'delayed.undeliverable', level: 'warn', topic, willRetry: false });
      return true;
    }
    try {
      store.put({
        topic,
        queueId: Number(message.property(propertyNames.REAL_QID) ?? 0),
        flag: message.flag,
        sysFlag: message.sysFlag,
        bornTimestamp: message.bornTimestamp,
        bornHost: message.bornHost,
        reconsumeTimes: message.reconsumeTimes,
        body: message.body,
        properties: message.propertiesText,
      });
      return true;
    } catch (error) {
      if (!isRmqError(error, 'refused')) throw error;
      emit({ type: 'delayed.undeliverable', level: 'warn', topic, willRetry: true });
      return false;
    }
  }
}
