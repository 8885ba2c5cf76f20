/** All times of a broker come from here, so that a test decides when they pass. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Calls `fn` once after `ms` milliseconds, never at once. @returns cancels it */
  readonly after: (ms: number, fn: () => void) => () => void;
}

/** The runtime's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Calls `fn` every `ms` milliseconds of `clock` until the returned function is called. */
export function every(clock: Clock, ms: number, fn: () => void): () => void {
  let cancel: (() => void) | undefined;
  const arm = (): void => {
    cancel = clock.after(ms, () => {
      arm(); // before `fn`, which may cancel
      fn();
    });
  };
  arm();
  return () => cancel?.();
}
