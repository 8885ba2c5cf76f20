import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';
import { queueKey } from './allocation.ts';
import type { Deliveries } from './deliveries.ts';
import type { OffsetStore } from './offset-store.ts';
import type { ResolvedConsumerOptions } from './options.ts';
import type { Ownership } from './ownership.ts';
import { ProcessQueue } from './process-queue.ts';
import type { PullContext } from './pull-loop.ts';
import { PullLoop } from './pull-loop.ts';
import { startOffset } from './start-offset.ts';

/** One queue this member reads. */
export interface Owned {
  readonly queue: MessageQueue;
  readonly cache: ProcessQueue;
  readonly loop: PullLoop;
  /** What the store was last told; undefined when it must be told, whatever it is. */
  committed: number | undefined;
  /** The commits under way. Those of one queue never overtake each other. Never rejects. */
  committing: Promise<void> | undefined;
}

/** What an assignment is made of. */
export interface AssignmentContext {
  readonly instance: Instance;
  readonly options: ResolvedConsumerOptions;
  readonly store: OffsetStore;
  readonly ownership: Ownership;
  readonly deliveries: Deliveries;
  readonly pulls: PullContext;
}

/** The queues this member reads now: taken on, committed, given up. */
export class Assignment {
  readonly #context: AssignmentContext;
  readonly #owned = new Map<string, Owned>();
  /** Where queues begin that were given up because the broker or an operator moved their offset. */
  readonly #moved = new Map<string, number>();

  constructor(context: AssignmentContext) {
    this.#context = context;
  }

  /** All owned queues, in the order they came. */
  all(): Owned[] {
    return [...this.#owned.values()];
  }

  /** Owned queues of one topic. */
  ofTopic(topic: string): Owned[] {
    return this.all().filter(({ queue }) => queue.topic === topic);
  }

  has(queue: MessageQueue): boolean {
    return this.#owned.has(queueKey(queue));
  }

  /**
   * Takes a queue on: finds where to begin, stores that if nothing was stored, and makes its cache. Its loop waits for
   * {@link PullLoop.kick}.
   *
   * @param wanted - asked after the last wait: false when the queue must not be taken on any more.
   * @returns false when it was not taken on.
   * @throws when the start cannot be told: try again later, never begin at a guess.
   */
  async add(queue: MessageQueue, wanted: () => boolean): Promise<boolean> {
    const { ownership, options, deliveries, pulls } = this.#context;
    if (!(await ownership.claim(queue))) return false;
    const key = queueKey(queue);
    const moved = this.#moved.get(key);
    const start = moved === undefined ? await startOffset(this.#context, queue) : { offset: moved, stored: false };
    if (!wanted() || this.#owned.has(key)) return false;
    this.#moved.delete(key);
    const limits = { messages: options.maxQueueMessages, bytes: options.maxQueueBytes, span: options.maxQueueSpan };
    const cache = new ProcessQueue(queue, { start: start.offset, limits, budget: pulls.budget });
    deliveries.watch(cache);
    const committed = start.stored ? start.offset : undefined;
    const owned: Owned = { queue, cache, loop: new PullLoop(cache, pulls), committed, committing: undefined };
    this.#owned.set(key, owned);
    if (!start.stored) await this.commit(owned); // before the first pull, which stores offsets, too
    return true;
  }

  /**
   * Gives a queue up: at once, with a commit of what is finished, and without waiting for running handlers. Their
   * messages come again to whoever reads the queue next.
   *
   * @param correction - begin here next time, instead of where the handlers got to.
   * @returns resolves when the commit was answered or failed. Never rejects.
   */
  async remove(owned: Owned, correction?: number): Promise<void> {
    const key = queueKey(owned.queue);
    if (this.#owned.get(key) !== owned) return;
    this.#owned.delete(key);
    owned.cache.drop(correction);
    owned.loop.stop();
    if (correction !== undefined) {
      owned.committed = undefined;
      this.#moved.set(key, owned.cache.progress);
    }
    await this.commit(owned);
    await this.#context.ownership.release(owned.queue);
  }

  /** Forgets corrections of a topic's queues that went to other members: those know them from the store. */
  forget(topic: string, mine: ReadonlyMap<string, MessageQueue>): void {
    for (const key of this.#moved.keys()) {
      if (key.startsWith(`${topic}@`) && !mine.has(key)) this.#moved.delete(key);
    }
  }

  /** Stores a queue's progress if it changed, after commits under way. A failure is an event, and stays to be done. */
  commit(owned: Owned): Promise<void> {
    const before = owned.committing;
    if (before === undefined && owned.cache.progress === owned.committed) return Promise.resolve();
    const committing = (before ?? Promise.resolve()).then(() => this.#write(owned));
    owned.committing = committing;
    return committing.then(() => {
      if (owned.committing === committing) owned.committing = undefined;
    });
  }

  async #write(owned: Owned): Promise<void> {
    const { instance, options, store } = this.#context;
    const offset = owned.cache.progress;
    if (offset === owned.committed) return;
    try {
      await store.write(owned.queue, offset);
      owned.committed = offset;
    } catch (cause) {
      const { group } = options;
      instance.emit({ type: 'offset.commitFailed', level: 'warn', group, queue: owned.queue, offset, cause });
    }
  }

  /** Commits all queues whose last commit is answered. */
  commitIdle(): void {
    for (const owned of this.#owned.values()) if (owned.committing === undefined) void this.commit(owned);
  }
}
