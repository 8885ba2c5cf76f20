/** The only source of time in these packages: injected, so that tests move it by hand. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Calls `fn` once, after `ms` milliseconds. @returns cancels it; harmless afterwards */
  readonly after: (ms: number, fn: () => void) => () => void;
}

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
