import type { Clock } from './clock.ts';
import { MAX_TIMER_MS } from './options.ts';

/** Counts calls that have not ended, for who closes and wants to wait for them. */
export class UnderWay {
  #calls = 0;
  #onNone: (() => void) | undefined;

  /** A call begins. */
  begin(): void {
    this.#calls += 1;
  }

  /** A call ended, however. */
  end(): void {
    this.#calls -= 1;
    if (this.#calls === 0) this.#onNone?.();
  }

  /** Settles when there are none, or the time is up. For one caller: who closes. */
  async none({ clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number }): Promise<void> {
    if (this.#calls === 0) return;
    await new Promise<void>((resolve) => {
      // Out of range, a timer would fire at once or never.
      const cancel = clock.after(timeoutMs > 0 ? Math.min(timeoutMs, MAX_TIMER_MS) : 0, resolve);
      this.#onNone = () => {
        cancel();
        resolve();
      };
    });
  }
}
