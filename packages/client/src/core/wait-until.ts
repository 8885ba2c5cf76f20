import type { Clock } from './clock.ts';
import { onAbort } from './on-abort.ts';

/** How long to wait. */
export interface WaitOptions {
  readonly clock: Clock;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  /** What to reject with when the deadline has come. */
  readonly late: () => unknown;
}

/**
 * Waits for a promise, but not beyond a deadline or an abort. For what is rare, such as connecting: it takes a timer.
 * @throws what the promise rejects with, what `late` says, or the signal's reason
 */
export function waitUntil<T>(promise: Promise<T>, { clock, deadline, signal, late }: WaitOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (reason: unknown): void => {
      settle();
      reject(reason);
    };
    const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
      giveUp(late());
    });
    const ignore = onAbort(signal, () => {
      giveUp(signal?.reason);
    });
    const settle = (): void => {
      cancel();
      ignore();
    };
    promise.then((value) => {
      settle();
      resolve(value);
    }, giveUp);
  });
}
