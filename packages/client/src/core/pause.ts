import type { Clock } from './clock.ts';
import { onAbort } from './on-abort.ts';

/** Waits. @throws the signal's reason, as soon as it aborts */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const cancel = clock.after(ms, () => {
      ignore();
      resolve();
    });
    const ignore = onAbort(signal, () => {
      cancel();
      reject(signal?.reason);
    });
  });
}
