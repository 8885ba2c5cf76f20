import { ProtocolError } from '@rmq/protocol';
import type { Args, Content } from '@rmq/protocol/amqp';
import { MessageLoop } from '../../core/message-loop.ts';
import { type MessageSource, type Reader, ReaderSeat } from '../../core/reader.ts';
import { checkConcurrency, Runner } from '../../core/runner.ts';
import { waitUntil } from '../../core/wait-until.ts';
import type { ChannelSession, ChannelUser } from '../channel-session.ts';
import type { Context } from '../context.ts';
import { closedByClient, ConsumerCancelledError } from '../errors.ts';
import { type Entry, Ledger } from './ledger.ts';
import {
  type CloseOptions,
  type ConsumerOptions,
  type Handler,
  resolveConsumerOptions,
  type RunOptions,
} from './options.ts';
import { Received, type ReceivedMessage } from './received-message.ts';

/**
 * A consumer of one queue, on a channel of its own.
 *
 * Take messages one at a time with `for await`, or many at a time with {@link run}: one reader at a time. Without a reader
 * up to `prefetch` messages wait here. In a loop each message is settled by its `ack()`, `nack()` or `reject()`; asking for
 * the next one settles nothing. Leaving the loop (`break`, `return`, a throw) puts the message it was left with back, unless
 * it was settled: the next reader gets it first. Closing ends the loop.
 *
 * When the server ends the consumer, loop and `run` fail with a {@link ConsumerCancelledError}; when the channel or the
 * connection is lost, with the reason.
 */
export interface Consumer extends AsyncDisposable, AsyncIterable<ReceivedMessage> {
  readonly queue: string;
  readonly consumerTag: string;
  /** False once it is closed, cancelled or lost. */
  readonly isOpen: boolean;
  readonly [Symbol.asyncIterator]: () => AsyncIterator<ReceivedMessage, undefined>;
  /**
   * Runs `handler` for each message, up to `concurrency` at a time. A handler that returns or resolves acks its message;
   * one that throws or rejects gives it back (event `handler.failed`); either may settle it itself before.
   *
   * Resolves when `signal` is aborted or the consumer is closed, after the running handlers have ended. Never rejects
   * because of a handler.
   * @throws UsageError `reader-taken`, `consumer-closed`, `value-out-of-range`; ConsumerCancelledError, AmqpReplyError or
   *   ConnectionError when it is lost
   */
  readonly run: (handler: Handler, options?: RunOptions) => Promise<void>;
  /** Hands out nothing more until {@link resume}; up to `prefetch` messages wait here. */
  readonly pause: () => void;
  readonly resume: () => void;
  /**
   * Cancels, waits for running handlers (or for the body of a loop to settle its message or go on), sends the acks and
   * closes the channel: what was not settled goes back to the queue. Never rejects; the second call waits for the first.
   */
  readonly close: (options?: CloseOptions) => Promise<void>;
}

/** Starts consuming. @throws AmqpReplyError when the server refuses, and as every call */
export async function createConsumer(context: Context, options: ConsumerOptions): Promise<Consumer> {
  const consumer = new QueueConsumer(context, options);
  await consumer.start(options);
  return consumer;
}

class QueueConsumer implements Consumer, MessageSource<Entry, ReceivedMessage>, ChannelUser {
  readonly queue: string;
  readonly consumerTag: string;
  readonly #context: Context;
  readonly #ledger: Ledger;
  readonly #prefetch: number;
  readonly #drainTimeoutMs: number;
  readonly #zeroCopy: boolean;
  readonly #seat = new ReaderSeat();
  /** The oldest that was not handed out; the others are behind it. */
  #ready: Entry | undefined;
  /** Handed out, and put back: next in line, the last one first. */
  readonly #back: Entry[] = [];
  #isPaused = false;
  #onFailure: 'requeue' | 'reject' = 'requeue';
  #channel: ChannelSession | undefined;
  /** Why nothing more comes, if nobody here wanted it so. */
  #fault: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(context: Context, options: ConsumerOptions) {
    const { queue, consumerTag, prefetch, drainTimeoutMs, zeroCopy } = resolveConsumerOptions(options, context);
    this.queue = queue;
    this.consumerTag = consumerTag;
    this.#context = context;
    this.#prefetch = prefetch;
    this.#drainTimeoutMs = drainTimeoutMs;
    this.#zeroCopy = zeroCopy;
    this.#ledger = new Ledger(() => this.#open(), {
      clock: context.options.clock,
      // Before the server runs out of what it may send.
      flushAt: Math.max(1, Math.floor(prefetch / 2)),
      limit: 2 * prefetch,
      onSettled: () => {
        if (this.#seat.isClosed) this.#seat.reader?.settled?.();
      },
    });
  }

  get isOpen(): boolean {
    return !this.#seat.isClosed;
  }

  async start({ exclusive = false, arguments: given = {}, timeoutMs, signal }: ConsumerOptions): Promise<void> {
    const limits = { timeoutMs, signal };
    const { queue, consumerTag } = this;
    const channel = await this.#context.connection.channel(this, limits);
    this.#channel = channel;
    try {
      await channel.call({ name: 'basic.qos', args: { prefetchCount: this.#prefetch } }, limits);
      await channel.call({ name: 'basic.consume', args: { queue, consumerTag, exclusive, arguments: given } }, limits);
    } catch (cause) {
      // Takes along whatever the server may still make of it.
      void channel.close();
      throw cause;
    }
    this.#context.members.add(this);
  }

  // What the channel brings.

  readonly delivered = (args: Args<'basic.deliver'>, content: Content): void => {
    if (args.consumerTag !== this.consumerTag) {
      throw new ProtocolError('frame-unexpected', 'a message arrived for a consumer that is not on this channel');
    }
    const entry = this.#ledger.add({ args, content, state: 'ready' });
    this.#ready ??= entry;
    this.#seat.reader?.wake();
  };

  readonly cancelled = (): void => {
    const { queue, consumerTag } = this;
    this.#context.emit({ type: 'consumer.cancelled', level: 'warn', queue, consumerTag });
    this.#fault = new ConsumerCancelledError('consumer-cancelled', `the server ended the consumer of ${queue}`);
    void this.#finish(this.#fault, this.#drainTimeoutMs);
  };

  readonly lost = (fault: Error): void => {
    this.#ledger.end();
    this.#ready = undefined;
    this.#back.length = 0;
    this.#context.members.delete(this);
    if (this.#closing !== undefined) return;
    this.#fault ??= fault;
    this.#closing = this.#seat.close(fault);
  };

  // What readers take.

  take(): Entry | undefined {
    if (this.#isPaused || this.#seat.isClosed) return undefined;
    let entry = this.#back.pop();
    if (entry === undefined) {
      entry = this.#ready;
      this.#ready = entry?.behind;
    }
    if (entry !== undefined) entry.state = 'out';
    return entry;
  }

  open(entry: Entry): ReceivedMessage {
    return new Received(this.#ledger, entry, { zeroCopy: this.#zeroCopy });
  }

  ack(entry: Entry): void {
    this.#ledger.ack(entry);
  }

  failed(entry: Entry, cause: unknown): Promise<void> {
    const { deliveryTag, redelivered } = entry.args;
    const { queue } = this;
    this.#context.emit({ type: 'handler.failed', level: 'warn', queue, deliveryTag, redelivered, cause });
    this.#ledger.giveBack(entry, { requeue: this.#onFailure === 'requeue' });
    return Promise.resolve();
  }

  unreadable(entry: Entry, cause: unknown): Promise<void> {
    return this.failed(entry, cause);
  }

  putBack(entry: Entry): void {
    if (entry.state !== 'out' || this.#channel?.fault !== undefined) return;
    entry.state = 'ready';
    this.#back.push(entry);
  }

  isUnsettled({ state }: Entry): boolean {
    return state === 'out';
  }

  detach(reader: Reader): void {
    this.#seat.detach(reader);
  }

  // What the application does.

  [Symbol.asyncIterator](): AsyncIterator<ReceivedMessage, undefined> {
    if (this.#fault !== undefined) throw this.#fault;
    const loop = new MessageLoop(this);
    this.#seat.attach(loop);
    return loop;
  }

  async run(handler: Handler, { concurrency, onFailure = 'requeue', signal }: RunOptions = {}): Promise<void> {
    const runner = new Runner(this, { handler, concurrency: checkConcurrency(concurrency) });
    if (signal?.aborted === true) return;
    if (this.#fault !== undefined) throw this.#fault;
    this.#seat.attach(runner);
    this.#onFailure = onFailure;
    await runner.run(signal);
  }

  pause(): void {
    this.#isPaused = true;
  }
  resume(): void {
    this.#isPaused = false;
    this.#seat.reader?.wake();
  }

  close({ timeoutMs = this.#drainTimeoutMs }: CloseOptions = {}): Promise<void> {
    return this.#finish(undefined, timeoutMs);
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #finish(fault: Error | undefined, timeoutMs: number): Promise<void> {
    return (this.#closing ??= this.#drain(fault, timeoutMs));
  }

  async #drain(fault: Error | undefined, timeoutMs: number): Promise<void> {
    const { clock } = this.#context.options;
    const deadline = clock.now() + timeoutMs;
    const late = (): Error => closedByClient(`the consumer of ${this.queue}`);
    const within = (work: Promise<unknown>): Promise<unknown> =>
      waitUntil(work, { clock, deadline, late }).catch(() => undefined);
    const channel = this.#open();
    const { consumerTag } = this;
    const ended = this.#seat.close(fault);
    if (fault === undefined) await within(channel.call({ name: 'basic.cancel', args: { consumerTag } }));
    await within(ended);
    this.#ledger.flush();
    await within(channel.close());
    this.#context.members.delete(this);
  }

  /** @throws ConnectionError before it is open, which nobody sees: nothing is handed out then */
  #open(): ChannelSession {
    if (this.#channel === undefined) throw closedByClient(`the consumer of ${this.queue}`);
    return this.#channel;
  }
}
