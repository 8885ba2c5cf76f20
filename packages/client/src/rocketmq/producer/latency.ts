import type { Clock } from '../../core/clock.ts';

/** From this latency on (ms), a broker is passed over for so long (ms); `MQFaultStrategy.java`. */
const windows = [
  [15_000, 30_000],
  [5_000, 10_000],
  [3_000, 6_000],
  [1_800, 5_000],
  [550, 2_000],
] as const;
/** A failure counts as this latency. Milliseconds. */
const FAILURE_MS = 10_000;

/** Remembers which brokers were slow or failed, so that sends prefer others for a while. */
export class LatencyFaults {
  readonly #clock: Clock;
  readonly #availableAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins an attempt. @returns notes how it went */
  start(brokerName: string): (failed: boolean) => void {
    const since = this.#clock.now();
    return (failed) => {
      this.note(brokerName, { latencyMs: this.#clock.now() - since, failed });
    };
  }

  /** Notes how an attempt went. */
  note(brokerName: string, { latencyMs, failed }: { readonly latencyMs: number; readonly failed: boolean }): void {
    const latency = failed ? Math.max(latencyMs, FAILURE_MS) : latencyMs;
    const pause = windows.find(([from]) => latency >= from)?.[1];
    if (pause === undefined) return;
    const until = this.#clock.now() + pause;
    this.#availableAt.set(brokerName, Math.max(until, this.#availableAt.get(brokerName) ?? 0));
  }

  /** Whether a broker may be preferred now. */
  isAvailable(brokerName: string): boolean {
    const until = this.#availableAt.get(brokerName);
    if (until === undefined) return true;
    if (until > this.#clock.now()) return false;
    this.#availableAt.delete(brokerName);
    return true;
  }
}
