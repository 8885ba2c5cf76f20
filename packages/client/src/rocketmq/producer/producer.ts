import { UsageError } from '@rmq/protocol';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { encodeBatch, encodeProperties, propertyNames, withCompression } from '@rmq/protocol/rocketmq/messages';
import { Budget } from '../../core/budget.ts';
import { alike } from '../../core/errors.ts';
import { MAX_TIMER_MS, type Resolved, within } from '../../core/options.ts';
import { UnderWay } from '../../core/under-way.ts';
import type { Instance } from '../instance.ts';
import { Attempts, type SendJob } from './attempts.ts';
import { type BatchFailure, batchResults, checkBatch, splitBatch } from './batch.ts';
import { type ProducerOptions, resolveProducerOptions } from './options.ts';
import { type OutgoingMessage, prepare, type Prepared } from './outgoing-message.ts';
import type { QueueSelector } from './selectors.ts';
import type { SendResult } from './send-result.ts';

/** How one send differs from the producer's way. */
export interface SendOptions {
  /** Rejects with its reason; the message may be stored all the same. */
  readonly signal?: AbortSignal | undefined;
  /** For all attempts together. Milliseconds, 1 to 2^31-1. @defaultValue the producer's `sendTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** This queue of the topic, or whichever this function chooses; there is then one attempt only. */
  readonly queue?: MessageQueue | QueueSelector | undefined;
}

/** Sends messages for a group of producers. Safe to use from many places at a time. */
export interface Producer extends AsyncDisposable {
  readonly group: string;
  /**
   * Sends a message and waits until the broker has stored it.
   * @throws UsageError before anything is sent; ReplyError, TimeoutError or ConnectionError when the last attempt failed
   * (a timeout may hide a stored message); OverloadError when too much is under way; the signal's reason. After several
   * attempts the error has the class and `code` of the last one, tells in its message how often and with which brokers
   * it was tried, has both as {@link SendFailure} too, and the last attempt's own error as its `cause`
   */
  readonly send: (message: OutgoingMessage, options?: SendOptions) => Promise<SendResult>;
  /** Sends a message without asking whether it arrived. One attempt; losing it goes unnoticed. */
  readonly sendOneway: (message: OutgoingMessage, options?: SendOptions) => Promise<void>;
  /**
   * Sends messages of one topic with as few requests as their size allows; none may have a delay level. The batches go
   * one after another, each with the time and attempts of a send: when one fails, those before it are stored.
   * @returns a result per message, in order
   * @throws UsageError before anything is sent, such as `batch-invalid`, or `body-too-large` for a message that does not
   * fit into a request with its properties; else as {@link Producer.send}, with what is stored in `stored`, see
   * {@link BatchFailure}, unless it is the signal's reason
   */
  readonly sendBatch: (messages: readonly OutgoingMessage[], options?: SendOptions) => Promise<readonly SendResult[]>;
  /**
   * Takes nothing new, waits for what is under way, leaves the group. Never rejects.
   * @param options - `timeoutMs`: wait no longer; what is under way goes on. 0 to 2^31-1. @defaultValue the client's
   * `drainTimeoutMs`
   */
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/**
 * Joins a group of producers.
 * @throws UsageError `group-taken`, `name-invalid`, `value-out-of-range` or `compression-unknown`
 */
export function createProducer(instance: Instance, options: ProducerOptions): Producer {
  const resolved = resolveProducerOptions(options, instance.random);
  instance.compression(resolved.compressType); // better now than at the first large message
  return new GroupProducer(instance, resolved);
}

const NO_OPTIONS: SendOptions = {};

class GroupProducer implements Producer {
  readonly group: string;
  readonly #instance: Instance;
  readonly #options: Resolved<ProducerOptions>;
  readonly #budget: Budget;
  readonly #attempts: Attempts;
  readonly #topics = new Set<string>();
  readonly #leave: () => Promise<void>;
  /** More than the budget knows of, as one may wait for room or be between two batches. */
  readonly #calls = new UnderWay();
  #closed: Promise<void> | undefined;

  constructor(instance: Instance, options: Resolved<ProducerOptions>) {
    this.group = options.group;
    this.#instance = instance;
    this.#options = options;
    this.#budget = new Budget(
      { count: options.maxOutstandingMessages, bytes: options.maxOutstandingBytes },
      instance.clock,
    );
    this.#attempts = new Attempts(instance, options);
    this.#leave = instance.join({
      kind: 'producer',
      group: options.group,
      topics: () => this.#topics,
      heartbeat: () => ({ groupName: options.group }),
      close: (within) => this.close(within),
    });
  }

  readonly send = (message: OutgoingMessage, options?: SendOptions): Promise<SendResult> =>
    this.#within(() => this.#job(message, options), this.#attempts.send);

  readonly sendOneway = (message: OutgoingMessage, options?: SendOptions): Promise<void> =>
    this.#within(() => this.#job(message, options), this.#attempts.sendOneway);

  readonly sendBatch = async (
    messages: readonly OutgoingMessage[],
    options?: SendOptions,
  ): Promise<readonly SendResult[]> => {
    const [first] = messages;
    if (first === undefined) return [];
    checkBatch(messages, first);
    const prepared = messages.map((message) => this.#prepared(message));
    const parts = splitBatch(prepared, this.#options.maxMessageBytes);
    const results: SendResult[] = [];
    this.#calls.begin();
    try {
      for (const part of parts) {
        const result = await this.#within(() => this.#batchJob(first, part, options), this.#attempts.send);
        results.push(...batchResults(part, result));
      }
      return results;
    } catch (cause) {
      if (results.length === 0) throw cause;
      const failure: BatchFailure = { stored: results };
      throw alike(cause, `(${results.length} of ${messages.length} messages are stored)`, failure);
    } finally {
      this.#calls.end();
    }
  };

  readonly close = ({ timeoutMs }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> =>
    (this.#closed ??= this.#drain(timeoutMs ?? this.#instance.options.drainTimeoutMs));

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #prepared(message: OutgoingMessage): Prepared {
    if (this.#closed !== undefined) throw new UsageError('producer-closed', `the producer of ${this.group} was closed`);
    const messageId = this.#instance.nextUniqueKey();
    return prepare(message, { messageId, maxMessageBytes: this.#options.maxMessageBytes });
  }

  /** Written out, here and below: spreading objects together takes longer than all the checks. */
  #job(message: OutgoingMessage, options: SendOptions | undefined): SendJob {
    const { body, properties, messageId, flag } = this.#prepared(message);
    const since = this.#begin(message.topic, options);
    const deadline = since + (options?.timeoutMs ?? this.#options.sendTimeoutMs);
    const { signal, queue } = options ?? NO_OPTIONS;
    return { message, body, properties, messageId, flag, sysFlag: 0, isBatch: false, since, deadline, signal, queue };
  }

  /** @returns now. Epoch milliseconds */
  #begin(topic: string, options: SendOptions | undefined): number {
    if (options?.timeoutMs !== undefined) within('timeoutMs', options.timeoutMs, { min: 1, max: MAX_TIMER_MS });
    options?.signal?.throwIfAborted();
    this.#topics.add(topic);
    return this.#instance.clock.now();
  }

  /** Brokers take batches as they are. */
  #isLarge({ body, isBatch }: SendJob): boolean {
    return !isBatch && body.length >= this.#options.compressOverBytes;
  }

  /** The user's body stays as it is. What does not get smaller is sent unchanged: it might even exceed the limit. */
  async #compressed(job: SendJob): Promise<SendJob> {
    const { compressLevel, compressType } = this.#options;
    const body = await this.#instance.compression(compressType).compress(job.body, compressLevel);
    if (body.length >= job.body.length) return job;
    return { ...job, body, sysFlag: withCompression(job.sysFlag, compressType) };
  }

  /**
   * A batch has no unique key of its own: brokers append its properties to those of each message, so all its messages
   * would be received under that one key instead of the `messageId` their results told.
   */
  #batchJob(first: OutgoingMessage, part: readonly Prepared[], options: SendOptions | undefined): SendJob {
    const body = encodeBatch(part);
    const messageId = part[0]?.messageId ?? '';
    const properties = encodeProperties({ [propertyNames.WAIT]: first.waitStored === false ? 'false' : 'true' });
    const since = this.#begin(first.topic, options);
    const deadline = since + (options?.timeoutMs ?? this.#options.sendTimeoutMs);
    const common = { message: first, body, properties, messageId, flag: 0, sysFlag: 0, isBatch: true };
    return { ...common, since, deadline, signal: options?.signal, queue: options?.queue };
  }

  /** Waits for room, then sends. One asynchronous function for all of it: each costs as much as encoding a header. */
  async #within<T>(prepare: () => SendJob, attempt: (job: SendJob) => Promise<T>): Promise<T> {
    const job = prepare();
    const bytes = job.body.length;
    this.#calls.begin();
    try {
      if (!this.#budget.tryEnter(bytes)) await this.#room(job);
      try {
        return await attempt(this.#isLarge(job) ? await this.#compressed(job) : job);
      } finally {
        this.#budget.leave(bytes);
      }
    } finally {
      this.#calls.end();
    }
  }

  #room({ body, deadline, signal }: SendJob): Promise<void> {
    const timeoutMs = Math.max(0, deadline - this.#instance.clock.now());
    return this.#budget.enter(body.length, { timeoutMs, signal });
  }

  async #drain(timeoutMs: number): Promise<void> {
    await this.#calls.none({ clock: this.#instance.clock, timeoutMs });
    await this.#leave();
  }
}
