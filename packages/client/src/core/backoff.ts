/** What a {@link Backoff} is made of. */
export interface BackoffOptions {
  /** The first pause is at most this long. Milliseconds. */
  readonly baseMs: number;
  /** No pause is longer. Milliseconds. */
  readonly maxMs: number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Pauses between attempts: doubling, and random below that ("full jitter"), so that peers do not come back as one. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Notes a failure. @returns how long to wait. Milliseconds, at least 1 */
  next(): number {
    const { baseMs, maxMs, random } = this.#options;
    const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.max(1, Math.round(random() * ceiling));
  }

  /** Notes a success: the next pause is a first one. */
  reset(): void {
    this.#failures = 0;
  }
}
