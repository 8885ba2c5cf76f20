import { Deque } from './deque.ts';

/** One stored message, as the bytes a pull hands out. */
export interface LogRecord {
  /** Never changed once it is here: pulls send these very bytes. */
  readonly bytes: Uint8Array;
  /** Place in its queue. */
  readonly offset: number;
  /** Place in the whole log: the sum of the sizes of all records before it. */
  readonly position: number;
  /** Epoch ms. Never smaller than its predecessor's in the log, or searching by time would not find it. */
  readonly storedAt: number;
  /** What queues are filtered by, without looking into `bytes`. */
  readonly tag: number;
  readonly queue: LogQueue;
}

/** What {@link MessageLog.append} is told of a record; the rest follows. */
export type NewRecord = Pick<LogRecord, 'bytes' | 'storedAt' | 'tag'>;

/** One queue of a {@link MessageLog}: consecutive offsets, of which the oldest may be gone. */
export class LogQueue {
  readonly key: string;
  readonly #records = new Deque<LogRecord>();
  #begin = 0;

  constructor(key: string) {
    this.key = key;
  }

  /** The oldest offset still here; equal to {@link end} when nothing is. */
  get begin(): number {
    return this.#begin;
  }

  /** The offset the next record will get. */
  get end(): number {
    return this.#begin + this.#records.length;
  }

  at(offset: number): LogRecord | undefined {
    return this.#records.at(offset - this.#begin);
  }

  /** The offset of the first record stored at `time` or later; {@link end} when there is none. O(log n). */
  firstSince(time: number): number {
    return this.#begin + this.#records.firstIndex((record) => record.storedAt >= time);
  }

  /** For {@link MessageLog} alone. */
  push(record: LogRecord): void {
    this.#records.push(record);
  }

  /** For {@link MessageLog} alone: forgets the oldest record. */
  dropFirst(): void {
    if (this.#records.shift() !== undefined) this.#begin += 1;
  }
}

/** What to do with a message that does not fit any more: say no to it, or forget the oldest ones. */
export type WhenFull = 'refuse' | 'evict';

/** Bounds of a {@link MessageLog}. */
export interface MessageLogOptions {
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
}

/**
 * Messages in memory: one log in order of arrival, seen through queues. Appending takes constant time, records are kept
 * as the bytes that pulls hand out, and the sum of their sizes is bounded.
 */
export class MessageLog {
  readonly #options: MessageLogOptions;
  readonly #queues = new Map<string, LogQueue>();
  readonly #records = new Deque<LogRecord>();
  #bytes = 0;
  #end = 0;

  constructor(options: MessageLogOptions) {
    this.#options = options;
  }

  /** Sum of the sizes of all records kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many records are kept. */
  get length(): number {
    return this.#records.length;
  }

  /** The position of the oldest record kept; {@link end} when there is none. */
  get begin(): number {
    return this.#records.at(0)?.position ?? this.#end;
  }

  /** The position the next record will get. */
  get end(): number {
    return this.#end;
  }

  /** The oldest record kept. */
  get oldest(): LogRecord | undefined {
    return this.#records.at(0);
  }

  /** The queue of this name, made when asked for first. */
  queue(key: string): LogQueue {
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new LogQueue(key);
      this.#queues.set(key, queue);
    }
    return queue;
  }

  /** The queue of this name, if anything was ever asked of it. */
  existing(key: string): LogQueue | undefined {
    return this.#queues.get(key);
  }

  /**
   * Makes sure that `size` more bytes fit, forgetting the oldest records if that is the rule.
   * @returns false when they do not fit; then nothing has changed.
   */
  makeRoom(size: number): boolean {
    const { maxBytes, whenFull } = this.#options;
    if (size > maxBytes || (whenFull === 'refuse' && this.#bytes + size > maxBytes)) return false;
    while (this.#bytes + size > maxBytes) {
      const record = this.#records.shift();
      if (record === undefined) break;
      // Records enter both lists in the same order, so the oldest of all is also its queue's first.
      record.queue.dropFirst();
      this.#bytes -= record.bytes.length;
    }
    return true;
  }

  /** Stores a record at the end of a queue. Ask {@link makeRoom} first. */
  append(queue: LogQueue, { bytes, storedAt, tag }: NewRecord): LogRecord {
    const record: LogRecord = { bytes, storedAt, tag, queue, offset: queue.end, position: this.#end };
    queue.push(record);
    this.#records.push(record);
    this.#bytes += bytes.length;
    this.#end += bytes.length;
    return record;
  }

  /** The record that begins exactly at `position`. O(log n). */
  find(position: number): LogRecord | undefined {
    const record = this.#records.at(this.#records.firstIndex((each) => each.position >= position));
    return record?.position === position ? record : undefined;
  }

  /** Forgets whole queues and what is in them. O(n) over the log. */
  remove(keys: Iterable<string>): void {
    const gone = new Set<LogQueue>();
    for (const key of keys) {
      const queue = this.#queues.get(key);
      if (queue !== undefined) gone.add(queue);
      this.#queues.delete(key);
    }
    if (gone.size === 0) return;
    this.#records.keep((record) => {
      const stays = !gone.has(record.queue);
      if (!stays) this.#bytes -= record.bytes.length;
      return stays;
    });
  }
}
