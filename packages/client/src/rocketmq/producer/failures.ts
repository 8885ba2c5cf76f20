import { alike, ConnectionError, ReplyError, TimeoutError } from '../../core/errors.ts';

/**
 * What the error of a send that was tried more than once says besides its class and `code`, which are those of the last
 * attempt.
 */
export interface SendFailure {
  /** How often it was tried, attempts that found no connection included. */
  readonly attempts: number;
  /** The brokers that were tried, in the order of their first attempts. */
  readonly brokers: readonly string[];
}

/** Whether another attempt can succeed where this one failed. */
export function isWorthRetrying(cause: unknown): boolean {
  if (cause instanceof ReplyError) return cause.retryable;
  if (cause instanceof ConnectionError) return cause.code !== 'client-closed';
  return cause instanceof TimeoutError;
}

/** The first retry comes after half of this to all of it: a connection that was reset is soon there again. Milliseconds. */
const SOON_MS = 200;
/** No pause is longer. Milliseconds. */
const MAX_PAUSE_MS = 1_000;
/** With less time left than this, waiting for a broker is of no use. Milliseconds. */
const MIN_LEFT_MS = 20;

/** What went wrong so far with one send, and what follows from it. Made by the first failure: most sends need none. */
export class Failures {
  readonly #since: number;
  readonly #retries: number;
  readonly #brokers = new Set<string>();
  /** Brokers to pass over in the next attempt, if there are others. */
  readonly #avoid = new Set<string>();
  #attempts = 0;
  /** Attempts that may have reached a broker. */
  #sent = 0;
  #last: unknown;

  /** @param since - when the send began. Epoch milliseconds */
  constructor(since: number, retries: number) {
    this.#since = since;
    this.#retries = retries;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** Notes a failed attempt. @returns whether it says more than the attempts before */
  add(brokerName: string, cause: unknown): boolean {
    const isSent = !(cause instanceof ConnectionError && cause.code === 'connect-failed');
    const isNews = isSent || !this.#brokers.has(brokerName);
    this.#attempts += 1;
    if (isSent) this.#sent += 1;
    this.#brokers.add(brokerName);
    this.#avoid.add(brokerName);
    this.#last = cause;
    return isNews;
  }

  /** Whether a broker failed since all were tried last. */
  avoids(brokerName: string): boolean {
    return this.#avoid.has(brokerName);
  }

  /**
   * Whether options and the last failure allow another attempt. One that found no connection costs no retry, as nothing
   * was sent: so a send outlives a broker's restart, if its time does. Without retries there is no second attempt at all.
   */
  get allowAnother(): boolean {
    return this.#retries > 0 && this.#sent <= this.#retries && isWorthRetrying(this.#last);
  }

  /**
   * Starts another round of the brokers, beginning with any but the last.
   * @param leftMs - the time that is left
   * @returns how long to wait before: never so long that the attempts to come have no time. Undefined when it is too late
   */
  nextRound(brokerName: string, leftMs: number, random: () => number): number | undefined {
    this.#avoid.clear();
    this.#avoid.add(brokerName);
    if (leftMs < MIN_LEFT_MS) return undefined;
    const share = leftMs / (2 + this.#retries - Math.max(1, this.#sent));
    const most = this.#sent > 1 ? MAX_PAUSE_MS : SOON_MS;
    return Math.max(1, Math.round(Math.min(most, share) * (0.5 + random() / 2)));
  }

  /** What the caller gets: the last error, of the same class and code, that tells of the others. */
  error(now: number): unknown {
    const cause = this.#last;
    if (this.#attempts === 1) return cause;
    const brokers = [...this.#brokers];
    const tries = `${this.#attempts.toString()} attempts in ${(now - this.#since).toString()} ms`;
    const failure: SendFailure = { attempts: this.#attempts, brokers };
    return alike(cause, `(${tries}, brokers tried: ${brokers.join(', ')})`, failure);
  }
}
