/** Why a command is to stop: somebody asked the process to. */
export class StoppedBySignal extends Error {
  override readonly name = 'StoppedBySignal';
  /** E.g. `SIGINT`. */
  readonly signal: string;

  constructor(signal: string) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Settles when the user asks to stop. */
export function untilStopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
