import { UsageError } from '@rmq/protocol';
import type { MessageQueue } from '@rmq/protocol/rocketmq';
import { batchItemBytes, encodeBatch, encodeProperties, propertyNames, withCompression } from '@rmq/protocol/rocketmq';
import { Budget } from '../../core/budget.ts';
import type { Resolved } from '../../core/options.ts';
import type { Instance } from '../instance.ts';
import { Attempts, type SendJob } from './attempts.ts';
import { type ProducerOptions, resolveProducerOptions } from './options.ts';
import { type OutgoingMessage, prepare, type Prepared } from './outgoing-message.ts';
import type { QueueSelector } from './selectors.ts';
import type { SendResult } from './send-result.ts';

/** How one send differs from the producer's way. */
export interface SendOptions {
  /** Rejects with its reason; the message may be stored all the same. */
  readonly signal?: AbortSignal | undefined;
  /** For all attempts together. Milliseconds. @defaultValue the producer's `sendTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** This queue, or whichever this function chooses; there is then one attempt only. */
  readonly queue?: MessageQueue | QueueSelector | undefined;
}

/** Sends messages for a group of producers. Safe to use from many places at a time. */
export interface Producer extends AsyncDisposable {
  readonly group: string;
  /**
   * Sends a message and waits until the broker has stored it.
   * @throws UsageError before anything is sent; ReplyError, TimeoutError or ConnectionError when the last attempt failed
   * (a timeout may hide a stored message); OverloadError when too much is under way; the signal's reason
   */
  readonly send: (message: OutgoingMessage, options?: SendOptions) => Promise<SendResult>;
  /** Sends a message without asking whether it arrived. One attempt; losing it goes unnoticed. */
  readonly sendOneway: (message: OutgoingMessage, options?: SendOptions) => Promise<void>;
  /**
   * Sends messages of one topic with as few requests as their size allows; none may have a delay level. The batches go
   * one after another: when one fails, those before it are stored.
   * @returns a result per message, in order
   */
  readonly sendBatch: (messages: readonly OutgoingMessage[], options?: SendOptions) => Promise<readonly SendResult[]>;
  /** Takes nothing new, waits for what is under way, leaves the group. Never rejects. */
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/** Joins a group of producers. @throws UsageError `group-taken`, `name-invalid` or `value-out-of-range` */
export function createProducer(instance: Instance, options: ProducerOptions): Producer {
  return new GroupProducer(instance, resolveProducerOptions(options));
}

class GroupProducer implements Producer {
  readonly group: string;
  readonly #instance: Instance;
  readonly #options: Resolved<ProducerOptions>;
  readonly #budget: Budget;
  readonly #attempts: Attempts;
  readonly #topics = new Set<string>();
  readonly #leave: () => Promise<void>;
  #closed: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;
  /** Calls that have not ended: more than the budget knows of, as one may compress or be between two batches. */
  #calls = 0;

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
    });
  }

  readonly send = async (message: OutgoingMessage, options?: SendOptions): Promise<SendResult> => {
    const job = this.#job(message, options);
    this.#calls += 1;
    try {
      const compressed = job.body.byteLength < this.#options.compressOverBytes ? job : await this.#compressed(job);
      return await this.#within(compressed, () => this.#attempts.send(compressed));
    } finally {
      this.#ended();
    }
  };

  readonly sendOneway = async (message: OutgoingMessage, options?: SendOptions): Promise<void> => {
    const job = this.#job(message, options);
    this.#calls += 1;
    try {
      await this.#within(job, () => this.#attempts.sendOneway(job));
    } finally {
      this.#ended();
    }
  };

  readonly sendBatch = async (
    messages: readonly OutgoingMessage[],
    options?: SendOptions,
  ): Promise<readonly SendResult[]> => {
    const [first] = messages;
    if (first === undefined) return [];
    checkBatch(messages, first);
    const prepared = messages.map((message) => this.#prepared(message));
    this.#calls += 1;
    try {
      return await this.#sendParts(first, prepared, options);
    } finally {
      this.#ended();
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

  #job(message: OutgoingMessage, options: SendOptions | undefined): SendJob {
    const prepared = this.#prepared(message);
    return { ...prepared, message, sysFlag: 0, isBatch: false, ...this.#limits(message.topic, options) };
  }

  #limits(topic: string, options: SendOptions | undefined): Pick<SendJob, 'deadline' | 'signal' | 'queue'> {
    this.#topics.add(topic);
    const { signal, queue, timeoutMs = this.#options.sendTimeoutMs } = options ?? {};
    return { deadline: this.#instance.clock.now() + timeoutMs, signal, queue };
  }

  /** The user's body stays as it is. */
  async #compressed(job: SendJob): Promise<SendJob> {
    const body = await this.#instance.compression('zlib').compress(job.body, this.#options.compressLevel);
    return { ...job, body, sysFlag: withCompression(job.sysFlag, 'zlib') };
  }

  #batchJob(first: OutgoingMessage, part: readonly Prepared[], options: SendOptions | undefined): SendJob {
    const body = encodeBatch(part.map((item) => ({ flag: item.flag, body: item.body, properties: item.properties })));
    const messageId = this.#instance.nextUniqueKey();
    const wait = first.waitStored === false ? 'false' : 'true';
    const properties = encodeProperties({ [propertyNames.uniqueKey]: messageId, [propertyNames.wait]: wait });
    const common = { message: first, body, properties, messageId, flag: 0, sysFlag: 0, isBatch: true };
    return { ...common, ...this.#limits(first.topic, options) };
  }

  async #sendParts(
    first: OutgoingMessage,
    prepared: readonly Prepared[],
    options: SendOptions | undefined,
  ): Promise<readonly SendResult[]> {
    const results: SendResult[] = [];
    for (const part of this.#split(prepared)) {
      const job = this.#batchJob(first, part, options);
      const result = await this.#within(job, () => this.#attempts.send(job));
      const ids = result.offsetMessageId.split(',');
      part.forEach(({ messageId }, index) => {
        const offsetMessageId = ids[index] ?? result.offsetMessageId;
        results.push({ ...result, messageId, offsetMessageId, offset: result.offset + BigInt(index) });
      });
    }
    return results;
  }

  /** As many messages per request as fit into the largest body a broker takes. */
  *#split(items: readonly Prepared[]): Generator<readonly Prepared[]> {
    let part: Prepared[] = [];
    let bytes = 0;
    for (const item of items) {
      const size = batchItemBytes({ flag: item.flag, body: item.body, properties: item.properties });
      if (part.length > 0 && bytes + size > this.#options.maxMessageBytes) {
        yield part;
        part = [];
        bytes = 0;
      }
      part.push(item);
      bytes += size;
    }
    yield part;
  }

  /** Waits for room, then works. */
  async #within<T>(job: SendJob, work: () => Promise<T>): Promise<T> {
    const bytes = job.body.byteLength;
    if (!this.#budget.tryEnter(bytes)) {
      const timeoutMs = Math.max(0, job.deadline - this.#instance.clock.now());
      await this.#budget.enter(bytes, { timeoutMs, signal: job.signal });
    }
    try {
      return await work();
    } finally {
      this.#budget.leave(bytes);
    }
  }

  #ended(): void {
    this.#calls -= 1;
    if (this.#calls === 0) this.#onIdle?.();
  }

  async #drain(timeoutMs: number): Promise<void> {
    if (this.#calls > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#instance.clock.after(timeoutMs, resolve);
        this.#onIdle = () => {
          cancel();
          resolve();
        };
      });
    }
    await this.#leave();
  }
}

function checkBatch(messages: readonly OutgoingMessage[], first: OutgoingMessage): void {
  for (const { topic, delayLevel, waitStored } of messages) {
    if (topic !== first.topic)
      throw new UsageError('batch-invalid', `a batch has one topic, not ${first.topic} and ${topic}`);
    if (delayLevel !== undefined)
      throw new UsageError('batch-invalid', 'a delayed message cannot be part of a batch: send it alone');
    if (waitStored !== first.waitStored)
      throw new UsageError('batch-invalid', 'all messages of a batch have the same waitStored');
  }
}
