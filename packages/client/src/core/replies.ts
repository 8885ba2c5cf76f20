import type { Clock } from './clock.ts';
import { onAbort } from './on-abort.ts';

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

/** One who waits, and how to stop listening to its signal. */
interface Place<Call, Reply> {
  readonly id: number;
  readonly waiting: Waiting<Call, Reply>;
  readonly unwatch: (() => void) | undefined;
}

/** Places to begin with; a power of two. */
const FIRST_PLACES = 64;

/**
 * Finds the request for an answer by its number. One timer serves all deadlines: a timer or signal for each request would
 * cost more than the request. A deadline is met to the millisecond of the clock that was given.
 *
 * Numbers are handed out one after another, so their low bits are the place, and a number whose place is taken is skipped.
 * A Map would do, but V8 chains the tables that a busy Map leaves behind: once one of them is old, garbage collections
 * for the young keep all later ones and what was in them.
 */
export class Replies<Call, Reply> {
  #places: (Place<Call, Reply> | undefined)[] = emptyPlaces(FIRST_PLACES);
  #size = 0;
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
    return this.#size;
  }

  /** Whether a number cannot be used now. At least half of all places are free. */
  isTaken(id: number): boolean {
    return this.#places[this.#at(id)] !== undefined;
  }

  /**
   * Waits for the answer with this number, which nobody waits for yet. Where numbers cannot be skipped, one whose place is
   * taken makes room.
   */
  add(id: number, waiting: Waiting<Call, Reply>): void {
    const unwatch = waiting.signal === undefined ? undefined : this.#watch(id, waiting.signal);
    while (this.isTaken(id)) this.#grow();
    this.#places[this.#at(id)] = { id, waiting, unwatch };
    this.#size += 1;
    if (this.#size * 2 > this.#places.length) this.#grow();
    if (waiting.deadline < this.#sweepAt) this.#schedule(waiting.deadline);
  }

  /** Takes out who waits for this number; undefined when nobody does, or no longer. */
  take(id: number): Waiting<Call, Reply> | undefined {
    const at = this.#at(id);
    const place = this.#places[at];
    if (place?.id !== id) return undefined;
    this.#places[at] = undefined;
    this.#size -= 1;
    place.unwatch?.();
    if (this.#onEmpty !== undefined && this.#size === 0) this.#onEmpty();
    return place.waiting;
  }

  /** Settles when nobody waits, for whatever reason. For one caller: who closes the connection. */
  empty(): Promise<void> {
    if (this.#size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Rejects all that wait, and forgets the timer. */
  failAll(reason: unknown): void {
    for (const { id } of this.#all()) this.take(id)?.reject(reason);
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#sweepAt = Number.POSITIVE_INFINITY;
  }

  #at(id: number): number {
    return id & (this.#places.length - 1);
  }

  /** Numbers with different low bits have different ones when there is one bit more: none lose their place. */
  #grow(): void {
    const all = this.#all();
    this.#places = emptyPlaces(this.#places.length * 2);
    for (const place of all) this.#places[this.#at(place.id)] = place;
  }

  #all(): Place<Call, Reply>[] {
    return this.#places.filter((place) => place !== undefined);
  }

  #watch(id: number, signal: AbortSignal): () => void {
    return onAbort(signal, () => this.take(id)?.reject(signal.reason));
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
    this.#sweepAt = Number.POSITIVE_INFINITY;
    this.#cancelSweep = undefined;
    // Who hears of a timeout may end the others, or send what waited for room: then a timer is set already.
    for (const { id, waiting } of this.#all()) {
      if (waiting.deadline <= now && this.take(id) !== undefined) this.#onTimeout(waiting);
    }
    const next = this.#all().reduce((least, { waiting }) => Math.min(least, waiting.deadline), this.#sweepAt);
    if (next < this.#sweepAt) this.#schedule(next);
  }
}

function emptyPlaces<T>(count: number): (T | undefined)[] {
  return Array.from({ length: count }, () => undefined);
}
