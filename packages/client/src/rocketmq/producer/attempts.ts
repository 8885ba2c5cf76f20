import { UsageError } from '@rmq/protocol';
import type { MessageQueue, Request } from '@rmq/protocol/rocketmq';
import { templateTopic } from '@rmq/protocol/rocketmq';
import { Backoff } from '../../core/backoff.ts';
import { ConnectionError, ReplyError, TimeoutError } from '../../core/errors.ts';
import type { Resolved } from '../../core/options.ts';
import type { Instance } from '../instance.ts';
import type { Address } from '../remoting.ts';
import { DEFAULT_TOPIC_QUEUES } from '../route-table.ts';
import { LatencyFaults } from './latency.ts';
import type { ProducerOptions } from './options.ts';
import type { OutgoingMessage, Prepared } from './outgoing-message.ts';
import type { QueueSelector } from './selectors.ts';
import { type SendResult, sendResult } from './send-result.ts';

/** A checked message and how long its sending may take. */
export interface SendJob extends Prepared {
  readonly message: OutgoingMessage;
  readonly sysFlag: number;
  readonly isBatch: boolean;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly queue: MessageQueue | QueueSelector | undefined;
}

/** Pause before another attempt with the same broker: it has said that it is busy, or just gone. Milliseconds. */
const RETRY_BASE_MS = 50;
const RETRY_MAX_MS = 1_000;

/** Tries to send until it works, the attempts or the time are used up (`DefaultMQProducerImpl.java`). */
export class Attempts {
  readonly #instance: Instance;
  readonly #options: Resolved<ProducerOptions>;
  readonly #faults: LatencyFaults;
  #isKnown = false;

  constructor(instance: Instance, options: Resolved<ProducerOptions>) {
    this.#instance = instance;
    this.#options = options;
    this.#faults = new LatencyFaults(instance.clock);
  }

  /** @throws the last attempt's error */
  async send(job: SendJob): Promise<SendResult> {
    const most = job.queue === undefined ? 1 + this.#options.retries : 1;
    let last: string | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const queue = await this.#choose(job, last);
      try {
        return await this.#once(job, queue);
      } catch (cause) {
        if (attempt >= most || !isWorthRetrying(cause) || this.#timeLeft(job) <= 0) throw cause;
        const { topic } = job.message;
        this.#instance.emit({
          type: 'send.retried',
          level: 'warn',
          topic,
          brokerName: queue.brokerName,
          attempt,
          cause,
        });
        last = queue.brokerName;
        await this.#pause(job, attempt);
      }
    }
  }

  /** One attempt, no answer. */
  async sendOneway(job: SendJob): Promise<void> {
    const queue = await this.#choose(job, undefined);
    const address = await this.#address(job, queue);
    await this.#instance.remoting.oneway(address, this.#request(job, queue), this.#limits(job));
  }

  async #once(job: SendJob, queue: MessageQueue): Promise<SendResult> {
    const { clock, remoting, routes } = this.#instance;
    const since = clock.now();
    let failed = true;
    const address = await this.#address(job, queue);
    try {
      const reply = await remoting.call(address, this.#request(job, queue), this.#limits(job));
      const result = sendResult(reply, { queue, messageId: job.messageId, address });
      failed = false;
      return result;
    } catch (cause) {
      if (cause instanceof ConnectionError) routes.unreachable(address);
      throw cause;
    } finally {
      if (this.#options.latencyFaultTolerance)
        this.#faults.note(queue.brokerName, { latencyMs: clock.now() - since, failed });
    }
  }

  async #choose(job: SendJob, avoid: string | undefined): Promise<MessageQueue> {
    const { message, queue } = job;
    if (queue !== undefined && typeof queue !== 'function') return queue;
    const queues = await this.#instance.routes.publishQueues(message.topic, this.#limits(job));
    if (!this.#isKnown) {
      // Brokers check transactions and deliver replies only to producers whose heartbeat they have seen.
      this.#isKnown = true;
      void this.#instance.heartbeatNow();
    }
    const chosen =
      queue === undefined ? this.#options.selector(this.#preferred(queues, avoid), message) : queue(queues, message);
    if (queues.includes(chosen)) return chosen;
    throw new UsageError('queue-unknown', 'a queue selector must return one of the queues it was given');
  }

  /** Not the broker that just failed, nor one that was slow; but rather those than none. */
  #preferred(queues: readonly MessageQueue[], avoid: string | undefined): readonly MessageQueue[] {
    const isTolerant = this.#options.latencyFaultTolerance;
    if (avoid === undefined && !isTolerant) return queues;
    const others = queues.filter(({ brokerName }) => brokerName !== avoid);
    const quick = isTolerant ? others.filter(({ brokerName }) => this.#faults.isAvailable(brokerName)) : others;
    if (quick.length > 0) return quick;
    return others.length > 0 ? others : queues;
  }

  #address(job: SendJob, { brokerName }: MessageQueue): Address | Promise<Address> {
    const { routes } = this.#instance;
    return routes.brokerAddress(brokerName) ?? routes.masterAddress(brokerName, job.message.topic, this.#limits(job));
  }

  #request(job: SendJob, queue: MessageQueue): Request<'sendMessageV2'> | Request<'sendBatchMessage'> {
    const fields = {
      producerGroup: this.#options.group,
      topic: queue.topic,
      defaultTopic: templateTopic,
      defaultTopicQueueNums: DEFAULT_TOPIC_QUEUES,
      queueId: queue.queueId,
      sysFlag: job.sysFlag,
      bornTimestamp: BigInt(this.#instance.clock.now()),
      flag: job.flag,
      properties: job.properties,
      reconsumeTimes: 0,
      unitMode: false,
      batch: job.isBatch,
      brokerName: queue.brokerName,
    };
    return { name: job.isBatch ? 'sendBatchMessage' : 'sendMessageV2', fields, body: job.body };
  }

  #timeLeft({ deadline }: SendJob): number {
    return deadline - this.#instance.clock.now();
  }

  #limits(job: SendJob): { readonly timeoutMs: number; readonly signal: AbortSignal | undefined } {
    return { timeoutMs: Math.max(1, this.#timeLeft(job)), signal: job.signal };
  }

  /** A moment before the next attempt, so that a broker that restarts is not out of attempts before it is back. */
  async #pause(job: SendJob, attempt: number): Promise<void> {
    const { clock, random } = this.#instance;
    const backoff = new Backoff({ baseMs: RETRY_BASE_MS * 2 ** attempt, maxMs: RETRY_MAX_MS, random });
    const ms = Math.min(backoff.next(), this.#timeLeft(job));
    await new Promise<void>((resolve) => clock.after(Math.max(0, ms), resolve));
    job.signal?.throwIfAborted();
  }
}

function isWorthRetrying(cause: unknown): boolean {
  if (cause instanceof ReplyError) return cause.retryable;
  return cause instanceof ConnectionError || cause instanceof TimeoutError;
}
