import type { Clock } from '../../core/clock.ts';

/** Least time from the start of one round to the next. Milliseconds. */
const SPACING_MS = 1_000;

/** What rounds need. */
export interface RoundsOptions {
  readonly clock: Clock;
  /** From the end of one round to the next, if nobody asks earlier. Milliseconds. */
  readonly intervalMs: number;
  /** One round. Resolves to false when it should be repeated soon. Must not reject. */
  readonly run: () => Promise<boolean>;
}

/**
 * Runs rounds one after the other: when asked to, though never closer than a second (a broker gives notice to all
 * members, for each that comes and goes, at once), and by themselves every `intervalMs`. A round that did not succeed is
 * repeated after 1 s, 2 s, 4 s … up to the interval. They can be held off for a while.
 */
export class Rounds {
  readonly #options: RoundsOptions;
  #state: 'idle' | 'running' | 'again' | 'stopped' = 'idle';
  #cancel: (() => void) | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #current: Promise<void> = Promise.resolve();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Asks for a round: at once, or as soon as the spacing allows. Many calls make one round. */
  request(): void {
    if (this.#state === 'stopped' || this.#state === 'again') return;
    if (this.#state === 'running') {
      this.#state = 'again';
      return;
    }
    const wait = this.#startedAt + SPACING_MS - this.#options.clock.now();
    if (wait > 0) this.#schedule(wait);
    else this.#start();
  }

  /** Puts off rounds that are asked for from now on, and the next one by itself. @param ms - from now */
  holdOff(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, this.#options.clock.now() + ms);
  }

  /** Resolves when the round under way has ended; at once without one. */
  get settled(): Promise<void> {
    return this.#current;
  }

  /** No more rounds. Resolves when the one under way has ended. */
  stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancel?.();
    this.#cancel = undefined;
    return this.#current;
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#cancel = undefined;
      this.#start();
    });
  }

  #start(): void {
    const held = this.#notBefore - this.#options.clock.now();
    if (held > 0) {
      this.#schedule(held);
      return;
    }
    this.#cancel?.();
    this.#cancel = undefined;
    this.#state = 'running';
    this.#startedAt = this.#options.clock.now();
    this.#current = this.#round();
  }

  async #round(): Promise<void> {
    const done = await this.#options.run();
    // Asked again while it ran: what it saw may be outdated.
    const again = this.#state === 'again';
    if (this.#state === 'stopped') return;
    this.#state = 'idle';
    this.#failures = done ? 0 : this.#failures + 1;
    const { intervalMs, clock } = this.#options;
    const backoff = done ? intervalMs : Math.min(intervalMs, SPACING_MS * 2 ** Math.min(this.#failures - 1, 10));
    const spacing = Math.max(0, this.#startedAt + SPACING_MS - clock.now());
    this.#schedule(again ? spacing : backoff);
  }
}
