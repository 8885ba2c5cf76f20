/**
 * A token bucket that lends: what is taken is taken at once, and the debt says how long to wait. It knows no clock.
 * `rate` per second flow in, up to `capacity`.
 */
export class TokenBucket {
  readonly #rate: number;
  readonly #capacity: number;
  #tokens: number;
  #at: number;

  /** @param now - milliseconds of any monotonic clock, the same for all calls */
  constructor({ rate, capacity }: { readonly rate: number; readonly capacity: number }, now: number) {
    this.#rate = rate;
    this.#capacity = capacity;
    this.#tokens = capacity;
    this.#at = now;
  }

  /** Takes `count`, into debt if need be. @returns milliseconds until the debt is paid; 0 if there is none */
  borrow(count: number, now: number): number {
    this.#refill(now);
    this.#tokens -= count;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate) * 1_000;
  }

  /** Takes one if there is one. @returns milliseconds until there is one; 0 if it was taken */
  take(now: number): number {
    this.#refill(now);
    if (this.#tokens < 1) return ((1 - this.#tokens) / this.#rate) * 1_000;
    this.#tokens -= 1;
    return 0;
  }

  /** Nothing would be lost by forgetting it. */
  isFull(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.#capacity;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + ((now - this.#at) / 1_000) * this.#rate);
    this.#at = now;
  }
}
