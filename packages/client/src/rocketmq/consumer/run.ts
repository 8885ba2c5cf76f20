import type { Clock } from '../../core/clock.ts';
import type { Deliveries, Reader } from './deliveries.ts';
import type { Slot } from './process-queue.ts';
import type { ReceivedMessage } from './received-message.ts';
import type { ConsumerStats } from './stats.ts';

/** Handles one message. Returning or resolving acks it, a throw or a rejection sends it back for a later retry. */
export type Handler = (message: ReceivedMessage) => unknown;

/** How `run` consumes. */
export interface RunOptions {
  /** Most handlers at a time. 1 to 1000. @defaultValue 20 */
  readonly concurrency?: number | undefined;
  /** When aborted, nothing more is taken, and `run` resolves as soon as the running handlers are done. */
  readonly signal?: AbortSignal | undefined;
}

/** What a {@link Runner} works with. */
export interface RunnerContext {
  readonly deliveries: Deliveries;
  readonly stats: ConsumerStats;
  readonly clock: Clock;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** A place for one running handler. Made once and used for message after message, so that none costs a closure. */
class Lane {
  readonly #runner: Runner;
  slot: Slot | undefined;
  readonly handle: (message: ReceivedMessage) => void;
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
  readonly unreadable: (cause: unknown) => void;
  readonly free: () => void;

  constructor(runner: Runner) {
    this.#runner = runner;
    this.handle = (message) => this.#runner.handle(this, message);
    this.done = () => this.#runner.succeeded(this);
    this.failed = (cause) => this.#runner.failed(this, cause);
    this.unreadable = (cause) => this.#runner.unreadable(this, cause);
    this.free = () => this.#runner.release(this);
  }
}

/** Runs a handler for many messages at a time. */
export class Runner implements Reader {
  readonly #context: RunnerContext;
  readonly #handler: Handler;
  readonly #idle: Lane[];
  readonly #concurrency: number;
  #pumping = false;
  #stopped = false;
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor(context: RunnerContext, handler: Handler, concurrency: number) {
    this.#context = context;
    this.#handler = handler;
    this.#concurrency = concurrency;
    this.#idle = Array.from({ length: concurrency }, () => new Lane(this));
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get running(): number {
    return this.#concurrency - this.#idle.length;
  }

  /** Resolves once stopped, when the last handler has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Starts handlers while there are places and messages. Not re-entrant: a handler that ends at once is seen by the loop. */
  wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#stopped && this.#idle.length > 0) {
      const slot = this.#context.deliveries.take();
      if (slot === undefined) break;
      const lane = this.#idle.pop();
      if (lane !== undefined) this.#begin(lane, slot);
    }
    this.#pumping = false;
  }

  #begin(lane: Lane, slot: Slot): void {
    const { message } = slot;
    lane.slot = slot;
    if (message === undefined) {
      this.release(lane);
      return;
    }
    slot.startedAt = this.#context.clock.now();
    try {
      const opened = this.#context.deliveries.open(slot, message);
      if (isPromise(opened)) opened.then(lane.handle, lane.unreadable);
      else this.handle(lane, opened);
    } catch (cause) {
      this.unreadable(lane, cause);
    }
  }

  handle(lane: Lane, message: ReceivedMessage): void {
    let result: unknown;
    try {
      result = this.#handler(message);
    } catch (cause) {
      this.failed(lane, cause);
      return;
    }
    if (isPromise(result)) result.then(lane.done, lane.failed);
    else this.succeeded(lane);
  }

  succeeded(lane: Lane): void {
    const { slot } = lane;
    if (slot !== undefined) {
      this.#measure(slot);
      this.#context.deliveries.ack(slot);
    }
    this.release(lane);
  }

  failed(lane: Lane, cause: unknown): void {
    const { slot } = lane;
    if (slot === undefined) return;
    this.#measure(slot);
    // The place stays taken until the message is back: a dead broker must not let failures pile up.
    void this.#context.deliveries.failed(slot, cause).then(lane.free, lane.free);
  }

  unreadable(lane: Lane, cause: unknown): void {
    const { slot } = lane;
    if (slot !== undefined) void this.#context.deliveries.unreadable(slot, cause).then(lane.free, lane.free);
  }

  #measure(slot: Slot): void {
    const { stats, clock } = this.#context;
    const now = clock.now();
    slot.owner.lastHandledAt = now;
    if (slot.startedAt > 0) stats.handled(slot.owner.queue.topic, now - slot.startedAt);
  }

  release(lane: Lane): void {
    lane.slot = undefined;
    this.#idle.push(lane);
    if (this.#stopped) this.#endIfIdle();
    else this.wake();
  }

  /** Takes nothing more. Resolves when no handler runs. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#endIfIdle();
    return this.#ended;
  }

  #endIfIdle(): void {
    if (this.running > 0) return;
    this.#context.deliveries.detach(this);
    this.#end();
  }
}
