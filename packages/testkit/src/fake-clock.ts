interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/**
 * A clock that moves only when told. It fits every `{ now, after }` in RMQ, so that a test of a timeout takes no time and
 * gives the same result on a busy machine.
 */
export class FakeClock {
  readonly #timers = new Set<Timer>();
  #now: number;
  #order = 0;

  /** @param start - what {@link now} says first. Epoch milliseconds. @defaultValue 2024-01-01T00:00:00Z */
  constructor(start = 1_704_067_200_000) {
    this.#now = start;
    // Bound, because `{ now: clock.now }` is an easy thing to write.
    this.now = () => this.#now;
    this.after = (ms, fn) => this.#add(ms, fn);
  }

  /** Epoch milliseconds. */
  readonly now: () => number;

  /** Calls `fn` once, when the clock has been advanced by `ms`; never at once, not even for 0. @returns cancels it */
  readonly after: (ms: number, fn: () => void) => () => void;

  /** How many timers wait: a test that ends with more than it began with has found a leak. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer, undefined if there is none. */
  get untilNext(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : Math.max(0, next.at - this.#now);
  }

  /**
   * Moves on by `ms`, running what falls due in order of time, then of creation; `now()` is the timer's own time while it
   * runs. Promise callbacks run dry before, between and after, so timers set by them count as well.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await drain();
    for (let timer = this.#next(); timer !== undefined && timer.at <= until; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.fn();
      await drain();
    }
    this.#now = until;
  }

  #add(ms: number, fn: () => void): () => void {
    if (!(ms >= 0)) throw new RangeError(`a timer needs a delay of 0 ms or more, not ${ms.toString()}`);
    const timer: Timer = { at: this.#now + ms, order: this.#order, fn };
    this.#order += 1;
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/**
 * Lets promise callbacks run until they have surely run dry: each turn of this loop lets everything that is ready go one
 * step further, and no chain in RMQ between two waits is near this long. Only microtasks: no real timer, no IO.
 */
export async function drain(turns = 200): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}
