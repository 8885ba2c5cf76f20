import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { alike, ConnectionError, ReplyError, TimeoutError } from './errors.ts';
import { MAX_TIMER_MS, type Resolved, within } from './options.ts';
import { pause } from './pause.ts';

/** How often to try, how long to wait in between, and what for. */
export interface RetryPolicy {
  /** Attempts in all, the first one included: 1 means no retry. 1 to 100. */
  readonly attempts: number;
  /**
   * The first pause is random below this, each further one below twice the one before; 0 tries again at once.
   * Milliseconds, 0 to 2^31-1. @defaultValue 100
   */
  readonly baseMs?: number | undefined;
  /** No pause is longer. Milliseconds, 0 to 2^31-1. @defaultValue 1000 */
  readonly maxMs?: number | undefined;
  /** One attempt is given up after this long. Milliseconds, 1 to 2^31-1. @defaultValue all the time that is left */
  readonly attemptTimeoutMs?: number | undefined;
  /** Whether another attempt can succeed after this error. @defaultValue {@link isRetryable} */
  readonly isRetryable?: ((cause: unknown) => boolean) | undefined;
}

/** An attempt that failed, to be followed by another. */
export interface Retry {
  /** Which attempt it was; the first is 1. */
  readonly attempt: number;
  readonly cause: unknown;
  /** The next one starts after this. Milliseconds. */
  readonly pauseMs: number;
}

/** What {@link withRetry} works in. */
export interface RetryContext {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** When all must have ended. Epoch milliseconds. @defaultValue never */
  readonly deadline?: number | undefined;
  /** Ends pauses at once; ending an attempt is up to the work. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of every attempt that is followed by another. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

/** Which attempt it is, and how long it may take. */
export interface Attempt {
  /** The first is 1. */
  readonly number: number;
  /** Milliseconds, at least 1. */
  readonly timeoutMs: number;
}

/** What the error of work that was tried more than once says besides its class and `code`, which are the last attempt's. */
export interface RetryFailure {
  /** How often it was tried. */
  readonly attempts: number;
}

/**
 * Whether another attempt can succeed: the server said so, there was no connection, or no answer. What had no answer may
 * have been carried out, so this is for work that may be done twice.
 */
export function isRetryable(cause: unknown): boolean {
  if (cause instanceof ReplyError) return cause.retryable;
  if (cause instanceof ConnectionError) return cause.code !== 'client-closed';
  return cause instanceof TimeoutError;
}

/** Checks a policy and fills in its defaults. @throws UsageError `value-out-of-range` */
export function resolveRetry(given: RetryPolicy): Resolved<RetryPolicy> {
  const any = { min: 0, max: MAX_TIMER_MS };
  return {
    attempts: within('retry.attempts', given.attempts, { min: 1, max: 100 }),
    baseMs: within('retry.baseMs', given.baseMs ?? 100, any),
    maxMs: within('retry.maxMs', given.maxMs ?? 1_000, any),
    attemptTimeoutMs: within('retry.attemptTimeoutMs', given.attemptTimeoutMs ?? MAX_TIMER_MS, { ...any, min: 1 }),
    isRetryable: given.isRetryable ?? isRetryable,
  };
}

/**
 * Does work again until it succeeds, fails for good, or attempts or time are used up. A pause takes no more than its share
 * of the time that is left, so that all attempts to come have some.
 * @throws what the last attempt failed with; after several attempts an error of the same class and code that is a
 *   {@link RetryFailure} too, with the last one as its `cause`. UsageError `value-out-of-range`, or the signal's reason
 */
export async function withRetry<T>(
  work: (attempt: Attempt) => Promise<T>,
  policy: RetryPolicy,
  context: RetryContext,
): Promise<T> {
  const { attempts, attemptTimeoutMs, baseMs, maxMs, isRetryable: isWorthIt } = resolveRetry(policy);
  const { clock, random, deadline = Number.POSITIVE_INFINITY, signal, onRetry } = context;
  const since = clock.now();
  const backoff = new Backoff({ baseMs, maxMs, random });
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted();
    try {
      return await work({ number, timeoutMs: Math.max(1, Math.min(attemptTimeoutMs, deadline - clock.now())) });
    } catch (cause) {
      signal?.throwIfAborted();
      const leftMs = deadline - clock.now();
      const share = leftMs / (attempts - number + 1);
      const pauseMs = baseMs === 0 ? 0 : Math.max(1, Math.floor(Math.min(backoff.next(), share)));
      if (number >= attempts || pauseMs >= leftMs || !isWorthIt(cause)) throw told(cause, number, clock.now() - since);
      onRetry?.({ attempt: number, cause, pauseMs });
      if (pauseMs > 0) await pause(clock, pauseMs, signal);
    }
  }
}

function told(cause: unknown, attempts: number, ms: number): unknown {
  const failure: RetryFailure = { attempts };
  return attempts === 1 ? cause : alike(cause, `(${attempts.toString()} attempts in ${ms.toString()} ms)`, failure);
}
