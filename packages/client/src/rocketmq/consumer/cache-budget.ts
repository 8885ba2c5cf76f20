/**
 * Counts the bytes that all queues of a consumer cache together, and tells those that wait when there is room again.
 *
 * It does not reserve: a pull is sent when there is room and may overshoot by what it brings. The alternative, reserving
 * for each pull, would let idle queues with a long poll under way hold all of the budget.
 */
export class CacheBudget {
  readonly #limitBytes: number;
  #usedBytes = 0;
  #waiting = new Set<() => void>();

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes cached now. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Whether no more should be pulled. */
  get full(): boolean {
    return this.#usedBytes > this.#limitBytes;
  }

  take(bytes: number): void {
    this.#usedBytes += bytes;
  }

  /** Gives bytes back; calls all who wait if that made room. */
  give(bytes: number): void {
    this.#usedBytes -= bytes;
    if (this.#waiting.size === 0 || this.full) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Calls `wake` once, as soon as there is room. @returns cancels it */
  whenRoom(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}
