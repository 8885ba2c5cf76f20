import { TokenBucket } from './tokens.ts';

/** Holds one direction of a connection to a number of bytes per second, by telling how long to wait. */
export class Pace {
  readonly #bucket: TokenBucket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ring: (() => void) | undefined;

  /** @param bytesPerSecond - 0: no limit */
  constructor(bytesPerSecond: number) {
    if (bytesPerSecond === 0) return;
    this.#bucket = new TokenBucket({ rate: bytesPerSecond, capacity: bytesPerSecond }, performance.now());
  }

  /** Books bytes. @returns milliseconds to wait for it */
  book(bytes: number): number {
    return this.#bucket?.borrow(bytes, performance.now()) ?? 0;
  }

  /** Waits, one at a time; {@link stop} ends it early. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#ring = resolve;
      this.#timer = setTimeout(resolve, ms);
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ring?.();
  }
}
