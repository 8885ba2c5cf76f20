import type { ConsumeStatus } from '@rmq/protocol/rocketmq/bodies';
import type { Clock } from '../../core/clock.ts';

interface Totals {
  pulls: number;
  pulled: number;
  pullMs: number;
  acked: number;
  failed: number;
  handled: number;
  handleMs: number;
}

/** Counts per topic since the start: what operators see of a member in RocketMQ's own tools. */
export class ConsumerStats {
  readonly startedAt: number;
  readonly #clock: Clock;
  readonly #totals = new Map<string, Totals>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.startedAt = clock.now();
  }

  #of(topic: string): Totals {
    let totals = this.#totals.get(topic);
    if (totals === undefined) {
      totals = { pulls: 0, pulled: 0, pullMs: 0, acked: 0, failed: 0, handled: 0, handleMs: 0 };
      this.#totals.set(topic, totals);
    }
    return totals;
  }

  /** A pull brought `messages` after `ms`. */

  pulled(topic: string, messages: number, ms: number): void {
    const totals = this.#of(topic);
    totals.pulls += 1;
    totals.pulled += messages;
    totals.pullMs += ms;
  }
  acked(topic: string): void {
    this.#of(topic).acked += 1;
  }
  failed(topic: string): void {
    this.#of(topic).failed += 1;
  }
  /** A handler of `run` ended after `ms`. */
  handled(topic: string, ms: number): void {
    const totals = this.#of(topic);
    totals.handled += 1;
    totals.handleMs += ms;
  }

  /** Averages since the start, by topic. */
  table(): Readonly<Record<string, ConsumeStatus>> {
    const seconds = Math.max(1, (this.#clock.now() - this.startedAt) / 1_000);
    return Object.fromEntries(
      [...this.#totals].map(([topic, { pulls, pulled, pullMs, acked, failed, handled, handleMs }]) => [
        topic,
        {
          pullRT: pulls === 0 ? 0 : pullMs / pulls,
          pullTPS: pulled / seconds,
          consumeRT: handled === 0 ? 0 : handleMs / handled,
          consumeOKTPS: acked / seconds,
          consumeFailedTPS: failed / seconds,
          consumeFailedMsgs: BigInt(failed),
        },
      ]),
    );
  }
}
