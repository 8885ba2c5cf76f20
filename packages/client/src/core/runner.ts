import { onAbort } from './on-abort.ts';
import { within } from './options.ts';
import { isPromise, type MessageSource, type Reader } from './reader.ts';

/** Handles one message. Returning or resolving acks it, a throw or a rejection gives it back. */
export type MessageHandler<Message> = (message: Message) => unknown;

/** How a {@link Runner} works. */
export interface RunnerOptions<Slot, Message> {
  readonly handler: MessageHandler<Message>;
  /** Most handlers at a time. */
  readonly concurrency: number;
  /** Called before each handler. */
  readonly onBegin?: ((slot: Slot) => void) | undefined;
  /** Called when a handler has succeeded or failed, before its message is settled for it. */
  readonly onEnd?: ((slot: Slot) => void) | undefined;
}

/** Checks how many handlers are wanted at a time. @throws UsageError `value-out-of-range` */
export function checkConcurrency(given: number = DEFAULT_CONCURRENCY): number {
  return within('concurrency', given, { min: 1, max: MAX_CONCURRENCY });
}

const DEFAULT_CONCURRENCY = 20;
const MAX_CONCURRENCY = 1_000;

/** A place for one running handler. Made once and used for message after message, so that none costs a closure. */
class Lane<Slot, Message> {
  readonly #runner: Runner<Slot, Message>;
  slot: Slot | undefined;
  readonly handle: (message: Message) => void;
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
  readonly unreadable: (cause: unknown) => void;
  readonly free: () => void;

  constructor(runner: Runner<Slot, Message>) {
    this.#runner = runner;
    this.handle = (message) => this.#runner.handle(this, message);
    this.done = () => this.#runner.succeeded(this);
    this.failed = (cause) => this.#runner.failed(this, cause);
    this.unreadable = (cause) => this.#runner.unreadable(this, cause);
    this.free = () => this.#runner.release(this);
  }
}

/** Runs a handler for many messages at a time. */
export class Runner<Slot, Message> implements Reader {
  readonly #source: MessageSource<Slot, Message>;
  readonly #options: RunnerOptions<Slot, Message>;
  readonly #idle: Lane<Slot, Message>[];
  #pumping = false;
  #stopped = false;
  #fault: Error | undefined;
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor(source: MessageSource<Slot, Message>, options: RunnerOptions<Slot, Message>) {
    this.#source = source;
    this.#options = options;
    this.#idle = Array.from({ length: options.concurrency }, () => new Lane(this));
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get running(): number {
    return this.#options.concurrency - this.#idle.length;
  }

  /**
   * Runs until it is stopped and the last handler has ended.
   * @throws the fault it was stopped with
   */
  async run(signal: AbortSignal | undefined): Promise<void> {
    const ignore = onAbort(signal, () => void this.stop());
    this.wake();
    await this.#ended;
    ignore();
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Starts handlers while there are places and messages. Not re-entrant: a handler that ends at once is seen by the loop. */
  wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#stopped && this.#idle.length > 0) {
      const slot = this.#source.take();
      if (slot === undefined) break;
      const lane = this.#idle.pop();
      if (lane !== undefined) this.#begin(lane, slot);
    }
    this.#pumping = false;
  }

  #begin(lane: Lane<Slot, Message>, slot: Slot): void {
    lane.slot = slot;
    this.#options.onBegin?.(slot);
    try {
      const opened = this.#source.open(slot);
      if (opened instanceof Promise) opened.then(lane.handle, lane.unreadable);
      else this.handle(lane, opened);
    } catch (cause) {
      this.unreadable(lane, cause);
    }
  }

  handle(lane: Lane<Slot, Message>, message: Message): void {
    let result: unknown;
    try {
      result = this.#options.handler(message);
    } catch (cause) {
      this.failed(lane, cause);
      return;
    }
    if (isPromise(result)) result.then(lane.done, lane.failed);
    else this.succeeded(lane);
  }

  succeeded(lane: Lane<Slot, Message>): void {
    const { slot } = lane;
    if (slot !== undefined) {
      this.#options.onEnd?.(slot);
      this.#source.ack(slot);
    }
    this.release(lane);
  }

  failed(lane: Lane<Slot, Message>, cause: unknown): void {
    const { slot } = lane;
    if (slot === undefined) return;
    this.#options.onEnd?.(slot);
    // The place stays taken until the message is back: a dead server must not let failures pile up.
    void this.#source.failed(slot, cause).then(lane.free, lane.free);
  }

  unreadable(lane: Lane<Slot, Message>, cause: unknown): void {
    const { slot } = lane;
    if (slot !== undefined) void this.#source.unreadable(slot, cause).then(lane.free, lane.free);
  }

  release(lane: Lane<Slot, Message>): void {
    lane.slot = undefined;
    this.#idle.push(lane);
    if (this.#stopped) this.#endIfIdle();
    else this.wake();
  }

  /** Takes nothing more. Resolves when no handler runs. */
  stop(fault?: Error): Promise<void> {
    this.#stopped = true;
    this.#fault ??= fault;
    this.#endIfIdle();
    return this.#ended;
  }

  #endIfIdle(): void {
    if (this.running > 0) return;
    this.#source.detach(this);
    this.#end();
  }
}
