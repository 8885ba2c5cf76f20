import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { MessageLoop } from '../../core/message-loop.ts';
import { checkConcurrency, Runner } from '../../core/runner.ts';
import type { Instance } from '../instance.ts';
import type { ConsumerState } from './consumer-events.ts';
import { Membership } from './membership.ts';
import type { ConsumerOptions } from './options.ts';
import { resolveConsumerOptions } from './options.ts';
import type { ReceivedMessage } from './received-message.ts';
import type { Handler, RunOptions } from './run.ts';

/** How a consumer is closed. */
export interface CloseConsumerOptions {
  /** How long to wait for running handlers. Milliseconds. @defaultValue the consumer's `drainTimeoutMs` */
  readonly timeoutMs?: number | undefined;
}

/**
 * A member of a consumer group. Reads its share of the queues, from where the group has got to; every message is
 * delivered at least once.
 *
 * Take messages one at a time with `for await`, or many at a time with {@link run}: one reader at a time. Without a
 * reader messages are cached up to the limits of {@link ConsumerOptions}, and wait.
 *
 * In a loop each message is settled by its `ack()` or `retry()`. Asking for the next one settles nothing: a message may
 * be acked later, also after others. Leaving the loop (`break`, `return`, a throw) puts the message it was left with
 * back, unless it was settled: the next reader gets it first. Closing ends the loop.
 */
export interface Consumer extends AsyncDisposable, AsyncIterable<ReceivedMessage> {
  readonly group: string;
  readonly state: ConsumerState;
  readonly [Symbol.asyncIterator]: () => AsyncIterator<ReceivedMessage, undefined>;
  /** The queues this member reads now. Changes with each event `rebalance`. */
  readonly assignment: readonly MessageQueue[];
  /**
   * Runs `handler` for each message, up to `concurrency` at a time, in no particular order. A handler that returns or
   * resolves acks its message; one that throws or rejects sends it back (event `handler.failed`); either may settle it
   * itself before. A handler that takes longer than `consumeTimeoutMs` loses its message to a retry.
   *
   * Resolves when `signal` is aborted or the consumer is closed, after the running handlers have ended. Never rejects
   * because of a handler.
   *
   * @throws UsageError `reader-taken` while there is another reader, `consumer-closed`, `value-out-of-range`.
   */
  readonly run: (handler: Handler, options?: RunOptions) => Promise<void>;
  /** Pulls and hands out nothing more until {@link resume}. The queues stay with this member. */
  readonly pause: () => void;
  readonly resume: () => void;
  /**
   * Leaves the group: stops pulling, hands nothing more out, waits for running handlers (or for the body of a loop to
   * settle its message or go on), commits with an answer and unregisters, so that others take over at once. Never
   * rejects; the second call waits for the first.
   */
  readonly close: (options?: CloseConsumerOptions) => Promise<void>;
}

class GroupConsumer implements Consumer {
  readonly #membership: Membership;
  readonly #instance: Instance;

  constructor(instance: Instance, membership: Membership) {
    this.#instance = instance;
    this.#membership = membership;
  }

  get group(): string {
    return this.#membership.group;
  }
  get state(): ConsumerState {
    return this.#membership.state;
  }
  get assignment(): readonly MessageQueue[] {
    return this.#membership.queues;
  }

  [Symbol.asyncIterator](): AsyncIterator<ReceivedMessage, undefined> {
    const { deliveries } = this.#membership;
    const loop = new MessageLoop(deliveries);
    deliveries.attach(loop);
    return loop;
  }

  async run(handler: Handler, { concurrency: wanted, signal }: RunOptions = {}): Promise<void> {
    const concurrency = checkConcurrency(wanted);
    if (signal?.aborted === true) return;
    const { deliveries, stats } = this.#membership;
    const { clock } = this.#instance;
    const runner = new Runner(deliveries, {
      handler,
      concurrency,
      onBegin: (slot) => {
        slot.startedAt = clock.now();
      },
      onEnd: (slot) => {
        const now = clock.now();
        slot.owner.lastHandledAt = now;
        if (slot.startedAt > 0) stats.handled(slot.owner.queue.topic, now - slot.startedAt);
      },
    });
    deliveries.attach(runner);
    this.#membership.handler = { handle: handler, concurrency };
    await runner.run(signal);
    this.#membership.handler = undefined;
  }

  pause(): void {
    this.#membership.pause(true);
  }
  resume(): void {
    this.#membership.pause(false);
  }
  close({ timeoutMs }: CloseConsumerOptions = {}): Promise<void> {
    return this.#membership.close(timeoutMs);
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Joins a consumer group. Resolves after the first attempt to share the queues out: where that worked, reading begins at
 * positions that are fixed by then. A topic without a route does not fail it; the queues come as soon as there are some.
 *
 * @throws UsageError `group-taken` when this client is a member already, and all of {@link resolveConsumerOptions}.
 */
export async function createConsumer(instance: Instance, options: ConsumerOptions): Promise<Consumer> {
  const membership = new Membership(instance, resolveConsumerOptions(options));
  await membership.join();
  return new GroupConsumer(instance, membership);
}
