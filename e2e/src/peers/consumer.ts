import { within } from '../process/deadline.ts';
import { PeerError } from '../process/peer-error.ts';
import type { PeerReceived } from './messages.ts';

/** How to start a push consumer of a foreign client. */
export interface PeerConsumerOptions {
  /** `host:port`. */
  readonly nameServer: string;
  readonly group: string;
  readonly topic: string;
  /** Tags: `*` or `a || b`. @defaultValue `*` */
  readonly expression?: string | undefined;
  /** Where a new group starts. @defaultValue `first` */
  readonly from?: 'first' | 'last' | undefined;
  /** Ask for each message again until it was redelivered this often. @defaultValue 0 */
  readonly retries?: number | undefined;
  /** After how many redeliveries the broker moves a message to the dead-letter topic. @defaultValue the client's: 16 */
  readonly maxReconsumeTimes?: number | undefined;
}

/** Consumers of both clients find the queues of a new group at their next 20 s round at the latest. */
const defaultTimeoutMs = 60_000;

/** A consumer, inside a peer or our own, and all it has received so far. */
export class PeerConsumer {
  readonly #name: string;
  readonly #stop: () => Promise<void>;
  readonly #received: PeerReceived[] = [];
  readonly #watchers = new Set<() => void>();

  /** @param name - for messages. */
  constructor(name: string, stop: () => Promise<void>) {
    this.#name = name;
    this.#stop = stop;
  }

  /** Every delivery in the order it came, repeated ones too. */
  get received(): readonly PeerReceived[] {
    return this.#received;
  }

  /** Called by the peer for each delivery. */
  deliver(message: PeerReceived): void {
    this.#received.push(message);
    for (const watch of this.#watchers) watch();
  }

  /**
   * Settles once enough was received: a number of deliveries, or a condition on all of them.
   * @throws PeerError `timed-out`, saying what had come.
   */
  async until(
    enough: number | ((received: readonly PeerReceived[]) => boolean),
    timeoutMs: number = defaultTimeoutMs,
  ): Promise<readonly PeerReceived[]> {
    const met =
      typeof enough === 'number'
        ? (): boolean => this.#received.length >= enough
        : (): boolean => enough(this.#received);
    if (met()) return this.#received;
    let watch: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      watch = () => {
        if (met()) resolve();
      };
      this.#watchers.add(watch);
    });
    try {
      await within(reached, timeoutMs, () => this.#tooFew(timeoutMs));
      return this.#received;
    } finally {
      if (watch) this.#watchers.delete(watch);
    }
  }

  /** Leaves the group in good order; offsets are stored. */
  async stop(): Promise<void> {
    await this.#stop();
  }

  #tooFew(timeoutMs: number): PeerError {
    const seen = this.#received
      .slice(0, 20)
      .map(
        ({ topic, queueId, queueOffset, tags, keys, reconsumeTimes }) =>
          `${topic}/${queueId}@${queueOffset} tags=${tags} keys=${keys} reconsumed=${reconsumeTimes}`,
      );
    return new PeerError('timed-out', `${this.#name}: waited ${timeoutMs} ms, received ${this.#received.length}`, {
      output: seen.join('\n'),
    });
  }
}
