import type { Clock } from './clock.ts';

/** A request that waits for its answer. */
export interface Waiting<Call, Reply> {
  /** What was asked, for errors and for asking again. */
  readonly call: Call;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
  /** When it is given up. Epoch milliseconds. */
  readonly deadline: number;
  /** When it was sent. Epoch milliseconds. */
  readonly since: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds the request for an answer by its number. One timer serves all deadlines: a timer or signal for each request would
 * cost more than the request. A deadline is met to the millisecond of the clock that was given.
 */
export class Replies<Call, Reply> {
  readonly #waiting = new Map<number, Waiting<Call, Reply>>();
  readonly #aborts = new Map<number, () => void>();
  readonly #clock: Clock;
  readonly #onTimeout: (waiting: Waiting<Call, Reply>) => void;
  #sweepAt = Number.POSITIVE_INFINITY;
  #cancelSweep: (() => void) | undefined;
  #onEmpty: (() => void) | undefined;

  /** @param onTimeout - rejects a request whose time is up; it waits no longer when this is called */
  constructor(clock: Clock, onTimeout: (waiting: Waiting<Call, Reply>) => void) {
    this.#clock = clock;
    this.#onTimeout = onTimeout;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Whether a number is taken: one that is must be skipped when the counter comes round again. */
  has(id: number): boolean {
    return this.#waiting.has(id);
  }

  /** Waits for the answer with this number. */
  add(id: number, waiting: Waiting<Call, Reply>): void {
    this.#waiting.set(id, waiting);
    if (waiting.signal !== undefined) this.#watch(id, waiting.signal);
    if (waiting.deadline < this.#sweepAt) this.#schedule(waiting.deadline);
  }

  /** Takes out who waits for this number; undefined when nobody does, or no longer. */
  take(id: number): Waiting<Call, Reply> | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    if (waiting.signal !== undefined) this.#unwatch(id, waiting.signal);
    if (this.#onEmpty !== undefined && this.#waiting.size === 0) this.#onEmpty();
    return waiting;
  }

  /** Settles when nobody waits, for whatever reason. For one caller: who closes the connection. */
  empty(): Promise<void> {
    if (this.#waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Rejects all that wait, and forgets the timer. */
  failAll(reason: unknown): void {
    for (const id of [...this.#waiting.keys()]) this.take(id)?.reject(reason);
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#sweepAt = Number.POSITIVE_INFINITY;
  }

  #watch(id: number, signal: AbortSignal): void {
    const abort = (): void => this.take(id)?.reject(signal.reason);
    this.#aborts.set(id, abort);
    signal.addEventListener('abort', abort, { once: true });
  }

  #unwatch(id: number, signal: AbortSignal): void {
    const abort = this.#aborts.get(id);
    this.#aborts.delete(id);
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }

  #schedule(at: number): void {
    this.#cancelSweep?.();
    this.#sweepAt = at;
    this.#cancelSweep = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#sweep();
    });
  }

  #sweep(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [id, waiting] of this.#waiting) {
      if (waiting.deadline > now) next = Math.min(next, waiting.deadline);
      else if (this.take(id) !== undefined) this.#onTimeout(waiting);
    }
    this.#sweepAt = Number.POSITIVE_INFINITY;
    this.#cancelSweep = undefined;
    if (this.#waiting.size === 0) return; // who heard of a timeout ended the others
    if (next !== Number.POSITIVE_INFINITY) this.#schedule(next);
  }
}
