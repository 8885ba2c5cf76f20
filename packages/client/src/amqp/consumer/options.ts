import type { FieldTable } from '@rmq/protocol/amqp';
import { MAX_TIMER_MS, within } from '../../core/options.ts';
import type { MessageHandler } from '../../core/runner.ts';
import type { Context } from '../context.ts';
import type { CallOptions } from '../options.ts';
import type { ReceivedMessage } from './received-message.ts';

/** What to consume, and how. */
export interface ConsumerOptions extends CallOptions {
  /** The queue's name. */
  readonly queue: string;
  /** The server sends so many messages ahead of what is settled. 1 to 65535. @defaultValue 200 */
  readonly prefetch?: number | undefined;
  /** Nobody else may consume from the queue. @defaultValue false */
  readonly exclusive?: boolean | undefined;
  /** What the consumer is called at the server. @defaultValue one made up */
  readonly consumerTag?: string | undefined;
  /** `x-priority` and others. */
  readonly arguments?: FieldTable | undefined;
  /** Wait this long for handlers when closing. Milliseconds, 0 to 2^31-1. @defaultValue the client's `drainTimeoutMs` */
  readonly drainTimeoutMs?: number | undefined;
  /**
   * Bodies are views of what arrived: no copy, but a body that is kept keeps all that arrived with it. @defaultValue false
   */
  readonly zeroCopy?: boolean | undefined;
}

/** Handles one message. Returning or resolving acks it; a throw or a rejection gives it back. */
export type Handler = MessageHandler<ReceivedMessage>;

/** How `run` consumes. */
export interface RunOptions {
  /** Most handlers at a time. 1 to 1000. @defaultValue 20 */
  readonly concurrency?: number | undefined;
  /**
   * What becomes of a message whose handler fails: `requeue` has it delivered again, at once and for ever; `reject` sends it
   * to the dead-letter exchange of its queue, or away if there is none. @defaultValue 'requeue'
   */
  readonly onFailure?: 'requeue' | 'reject' | undefined;
  /** When aborted, nothing more is taken, and `run` resolves as soon as the running handlers are done. */
  readonly signal?: AbortSignal | undefined;
}

/** How long to wait when closing. */
export interface CloseOptions {
  /** Milliseconds. @defaultValue `drainTimeoutMs` */
  readonly timeoutMs?: number | undefined;
}

/** {@link ConsumerOptions} that a consumer goes by all its life, with every default filled in. */
export interface ResolvedConsumerOptions {
  readonly queue: string;
  readonly consumerTag: string;
  readonly prefetch: number;
  readonly drainTimeoutMs: number;
  readonly zeroCopy: boolean;
}

/** Checks options and fills in the defaults. @throws UsageError `value-out-of-range` */
export function resolveConsumerOptions(given: ConsumerOptions, context: Context): ResolvedConsumerOptions {
  const drainTimeoutMs = given.drainTimeoutMs ?? context.options.drainTimeoutMs;
  return {
    queue: given.queue,
    consumerTag: given.consumerTag ?? context.makeTag(),
    prefetch: within('prefetch', given.prefetch ?? 200, { min: 1, max: 65_535 }),
    drainTimeoutMs: within('drainTimeoutMs', drainTimeoutMs, { min: 0, max: MAX_TIMER_MS }),
    zeroCopy: given.zeroCopy ?? false,
  };
}
