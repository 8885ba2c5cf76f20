import type { MessageQueue, StoredMessage } from '@rmq/protocol/rocketmq/messages';
import type { CacheBudget } from './cache-budget.ts';

/**
 * Where a cached message stands: `waiting` to be handed out, `out` with the application, `returning` to the broker
 * (send-back under way), `finished` (acked or returned: nothing to do any more).
 */
export type SlotState = 'waiting' | 'out' | 'returning' | 'finished';

/** One cached message of a queue, from the pull that brought it until it is finished. */
export interface Slot {
  readonly owner: ProcessQueue;
  /** Position in the queue. A number, not a bigint: it is compared for every message. */
  readonly offset: number;
  readonly bytes: number;
  /** Undefined once finished, so that a long gap behind a slow message pins no memory. */
  message: StoredMessage | undefined;
  state: SlotState;
  /** When a running handler got it, epoch ms; 0 when no handler has a deadline for it. */
  startedAt: number;
  /** How often it was handed out again from here, because no broker took it back. */
  localRetries: number;
  /** The next higher offset. Cut when the slot is unlinked. */
  next: Slot | undefined;
}

/** When a queue stops pulling. All compared with `>`, so that one pull may overshoot. */
export interface QueueLimits {
  readonly messages: number;
  readonly bytes: number;
  /** Largest distance from the oldest unfinished message to the end of what was pulled. Offsets. */
  readonly span: number;
}

/** What a queue's cache begins with. */
export interface ProcessQueueOptions {
  /** The offset of the first pull, and the first one to be committed. */
  readonly start: number;
  readonly limits: QueueLimits;
  /** Shared by all queues of the consumer. */
  readonly budget: CacheBudget;
}

/**
 * The messages of one queue that were pulled and are not finished, oldest first, and how far the group has got in it.
 *
 * A linked list in order of offset: pulls append, acks mostly take from the front, so both cost the same however many
 * are cached. An instance lives for one assignment: {@link drop} ends it, and whatever finishes later changes nothing,
 * because the queue may belong to another member by then.
 */
export class ProcessQueue {
  readonly queue: MessageQueue;
  readonly #budget: CacheBudget;
  readonly #limits: QueueLimits;
  #head: Slot | undefined;
  #tail: Slot | undefined;
  /** The first slot that was never handed out; all before it were. */
  #fresh: Slot | undefined;
  /** Slots to hand out once more, before the fresh ones. Nearly always empty. */
  #again: Slot[] = [];
  #count = 0;
  #bytes = 0;
  /** One more than the largest offset ever cached: where commits go when nothing is left. */
  #end: number;
  #progress: number;
  #dropped = false;
  /** When a handler of `run` last ended. Epoch ms, 0 before. */
  lastHandledAt = 0;
  /** Called when messages can be handed out. */
  onReady: (() => void) | undefined;
  /** Called after messages were finished: there may be room for another pull. Undefined when nobody waits. */
  onRoom: (() => void) | undefined;

  constructor(queue: MessageQueue, { start, limits, budget }: ProcessQueueOptions) {
    this.queue = queue;
    this.#end = start;
    this.#progress = start;
    this.#limits = limits;
    this.#budget = budget;
  }

  /** Unfinished messages. */
  get count(): number {
    return this.#count;
  }
  /** Their bodies together, as stored. */
  get bytes(): number {
    return this.#bytes;
  }
  /** True from the moment the queue was given up. */
  get dropped(): boolean {
    return this.#dropped;
  }
  /** The offset to commit: everything below it is finished. Never goes down. */
  get progress(): number {
    return this.#progress;
  }
  /** Offset of the oldest unfinished message, undefined when there is none. */
  get oldestOffset(): number | undefined {
    return this.#head?.offset;
  }
  /** One more than the largest offset that was cached. */
  get end(): number {
    return this.#end;
  }
  /** Distance the commit lags behind what was pulled. A stuck message makes it grow even if all later ones are done. */
  get span(): number {
    return this.#head === undefined ? 0 : this.#end - this.#head.offset;
  }

  /** Whether another pull is welcome, or which limit forbids it. */
  get full(): 'messages' | 'bytes' | 'span' | 'budget' | undefined {
    if (this.#count > this.#limits.messages) return 'messages';
    if (this.#bytes > this.#limits.bytes) return 'bytes';
    if (this.span > this.#limits.span) return 'span';
    if (this.#budget.full) return 'budget';
    return undefined;
  }

  /**
   * Caches what a pull brought. Offsets that do not rise are left out: they are cached already or were finished.
   *
   * @param delta - what a static topic adds to the offsets that are stored.
   * @returns how many were taken.
   */
  put(messages: readonly StoredMessage[], delta = 0): number {
    if (this.#dropped) return 0;
    let taken = 0;
    for (const message of messages) {
      const offset = Number(message.queueOffset) + delta;
      if (offset < this.#end || !Number.isSafeInteger(offset)) continue;
      this.#append(message, offset);
      taken += 1;
    }
    if (taken > 0) this.onReady?.();
    return taken;
  }

  #append(message: StoredMessage, offset: number): void {
    const bytes = message.body.length;
    const slot: Slot = {
      owner: this,
      offset,
      bytes,
      message,
      state: 'waiting',
      startedAt: 0,
      localRetries: 0,
      next: undefined,
    };
    if (this.#tail === undefined) {
      this.#head = slot;
      // What lies below was skipped: it does not match, or is no longer there.
      this.#raise(offset);
    } else {
      this.#tail.next = slot;
    }
    this.#tail = slot;
    this.#fresh ??= slot;
    this.#end = offset + 1;
    this.#count += 1;
    this.#bytes += bytes;
    this.#budget.take(bytes);
  }

  /** Hands out the next message, marked `out`; undefined when none waits. */
  take(): Slot | undefined {
    if (this.#dropped) return undefined;
    let slot = this.#again.length === 0 ? undefined : this.#takeAgain();
    if (slot === undefined) {
      slot = this.#fresh;
      if (slot === undefined) return undefined;
      this.#fresh = slot.next;
    }
    slot.state = 'out';
    return slot;
  }

  #takeAgain(): Slot | undefined {
    for (let slot = this.#again.shift(); slot !== undefined; slot = this.#again.shift()) {
      if (slot.state === 'waiting') return slot;
    }
    return undefined;
  }

  /** Puts a message that was handed out in front of those that were not: it is handed out again next. */
  putBack(slot: Slot): void {
    if (this.#dropped || slot.state === 'finished' || slot.state === 'waiting') return;
    slot.state = 'waiting';
    slot.startedAt = 0;
    this.#again.push(slot);
    this.onReady?.();
  }

  /**
   * Marks a message finished and moves {@link progress} up to the oldest that is not.
   *
   * @returns false when it was finished before, or the queue was given up: then nothing changed.
   */
  finish(slot: Slot): boolean {
    if (slot.state === 'finished' || this.#dropped) return false;
    slot.state = 'finished';
    slot.message = undefined;
    this.#count -= 1;
    this.#bytes -= slot.bytes;
    this.#budget.give(slot.bytes);
    if (slot === this.#head) this.#unlink();
    this.onRoom?.();
    return true;
  }

  /** Drops finished slots from the front. Links are cut, or old slots would keep young ones alive in the heap. */
  #unlink(): void {
    let head = this.#head;
    while (head?.state === 'finished') {
      const next = head.next;
      head.next = undefined;
      head = next;
    }
    this.#head = head;
    if (head === undefined) this.#tail = undefined;
    this.#raise(head === undefined ? this.#end : head.offset);
  }

  /**
   * The broker says there is nothing (that matches) below `offset`. Counts only while nothing is cached: otherwise the
   * oldest unfinished message decides.
   */
  skipTo(offset: number): void {
    if (this.#head !== undefined || this.#dropped) return;
    this.#end = Math.max(this.#end, offset);
    this.#raise(offset);
  }

  #raise(offset: number): void {
    if (offset > this.#progress) this.#progress = offset;
  }

  /** Up to `limit` of the oldest unfinished messages, oldest first. */
  *oldest(limit: number): Generator<Slot, void> {
    let left = limit;
    for (let slot = this.#head; slot !== undefined && left > 0; slot = slot.next) {
      if (slot.state === 'finished') continue;
      left -= 1;
      yield slot;
    }
  }

  /**
   * Gives the queue up. What is out may finish, but no longer counts.
   *
   * @param correction - where the broker (or an operator) says the group shall go on: it replaces {@link progress}, down
   * as well as up, and stays, because nothing changes a dropped queue any more.
   */
  drop(correction?: number): void {
    if (this.#dropped) return;
    this.#dropped = true;
    if (correction !== undefined) this.#progress = Math.max(0, correction);
    this.#budget.give(this.#bytes);
    this.#count = 0;
    this.#bytes = 0;
    this.#head = undefined;
    this.#tail = undefined;
    this.#fresh = undefined;
    this.#again = [];
    this.onReady = undefined;
    this.onRoom = undefined;
  }
}
