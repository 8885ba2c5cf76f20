import { UsageError } from '@rmq/protocol';
import type { Request, RequestFields, RequestTemplate } from '@rmq/protocol/rocketmq';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { requestTemplate } from '@rmq/protocol/rocketmq';
import { templateTopic } from '@rmq/protocol/rocketmq/messages';
import { ConnectionError } from '../../core/errors.ts';
import type { Resolved } from '../../core/options.ts';
import type { Instance } from '../instance.ts';
import type { Address } from '../remoting.ts';
import { DEFAULT_TOPIC_QUEUES } from '../route-table.ts';
import { Failures, isWorthRetrying } from './failures.ts';
import { LatencyFaults } from './latency.ts';
import type { ProducerOptions } from './options.ts';
import type { OutgoingMessage, Prepared } from './outgoing-message.ts';
import { pause } from '../../core/pause.ts';
import type { QueueSelector } from './selectors.ts';
import { type SendResult, sendResult } from './send-result.ts';

/** What all messages of a producer for a topic on a broker say. */
type CommonFields = Pick<
  RequestFields<'sendMessageV2'>,
  'producerGroup' | 'topic' | 'defaultTopic' | 'defaultTopicQueueNums' | 'reconsumeTimes' | 'unitMode' | 'brokerName'
>;
type SendTemplate = RequestTemplate<'sendMessageV2'>;

/** A checked message and how long its sending may take. */
export interface SendJob extends Prepared {
  readonly message: OutgoingMessage;
  readonly sysFlag: number;
  readonly isBatch: boolean;
  /** When it began, and when it must have ended. Epoch milliseconds. */
  readonly since: number;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly queue: MessageQueue | QueueSelector | undefined;
}

/** Tries to send until it works, the attempts or the time are used up (`DefaultMQProducerImpl.java`). */
export class Attempts {
  readonly #instance: Instance;
  readonly #options: Resolved<ProducerOptions>;
  readonly #faults: LatencyFaults;
  /** By topic, then by broker: no more than there are routes. */
  readonly #templates = new Map<string, Map<string, SendTemplate>>();
  #isKnown = false;

  constructor(instance: Instance, options: Resolved<ProducerOptions>) {
    this.#instance = instance;
    this.#options = options;
    this.#faults = new LatencyFaults(instance.clock);
  }

  /** @throws the last attempt's error; if there were several, a copy of it that is a {@link SendFailure} too */
  readonly send = async (job: SendJob): Promise<SendResult> => {
    const { remoting } = this.#instance;
    let failures: Failures | undefined;
    for (;;) {
      const queue = this.#choose(job, this.#queues(job) ?? (await this.#lookUp(job)), failures);
      const watch = this.#options.latencyFaultTolerance ? this.#faults.start(queue.brokerName) : undefined;
      let address: Address | undefined;
      try {
        address = this.#address(queue) ?? (await this.#lookUpAddress(job, queue));
        const reply = await remoting.call(address, this.#request(job, queue), this.#limits(job));
        const result = sendResult(reply, { queue, messageId: job.messageId, address });
        watch?.(false);
        return result;
      } catch (cause) {
        // Not a fault is what the caller did: an abort, or a message that every broker would refuse.
        watch?.(job.signal?.aborted !== true && isWorthRetrying(cause));
        this.#reportUnreachable(address, cause);
        failures = await this.#another(job, queue, { failures, cause });
      }
    }
  };

  /** One attempt, no answer. */
  readonly sendOneway = async (job: SendJob): Promise<void> => {
    const queue = this.#choose(job, this.#queues(job) ?? (await this.#lookUp(job)), undefined);
    const address = this.#address(queue) ?? (await this.#lookUpAddress(job, queue));
    try {
      await this.#instance.remoting.oneway(address, this.#request(job, queue), this.#limits(job));
    } catch (cause) {
      this.#reportUnreachable(address, cause);
      throw cause;
    }
  };

  /**
   * Decides whether there is another attempt, and waits until it is time for it.
   * @throws what the send ends with
   */
  async #another(
    job: SendJob,
    queue: MessageQueue,
    { failures: before, cause }: { readonly failures: Failures | undefined; readonly cause: unknown },
  ): Promise<Failures> {
    if (job.signal?.aborted === true) throw cause;
    const failures = before ?? new Failures(job.since, job.queue === undefined ? this.#options.retries : 0);
    const isNews = failures.add(queue.brokerName, cause);
    if (!failures.allowAnother || this.#timeLeft(job) <= 0) throw failures.error(this.#instance.clock.now());
    if (isNews) this.#report(queue, failures.attempts, cause);
    await this.#beforeNext(job, queue, failures);
    return failures;
  }

  #reportUnreachable(address: Address | undefined, cause: unknown): void {
    if (address !== undefined && cause instanceof ConnectionError) this.#instance.routes.unreachable(address);
  }

  /** Goes to another broker at once; when all have failed, waits a moment, so that one can come back. */
  async #beforeNext(job: SendJob, { brokerName }: MessageQueue, failures: Failures): Promise<void> {
    const { clock, random, routes } = this.#instance;
    const queues = await routes.publishQueues(job.message.topic, this.#limits(job));
    if (queues.some((queue) => !failures.avoids(queue.brokerName))) return;
    const ms = failures.nextRound(brokerName, this.#timeLeft(job), random);
    if (ms === undefined) throw failures.error(clock.now());
    await pause(clock, ms, job.signal);
  }

  #report({ topic, brokerName }: MessageQueue, attempt: number, cause: unknown): void {
    this.#instance.emit({ type: 'send.retried', level: 'warn', topic, brokerName, attempt, cause });
  }

  /** What can be chosen from without asking anybody. */
  #queues({ message, queue }: SendJob): readonly MessageQueue[] | undefined {
    if (queue === undefined || typeof queue === 'function') {
      return this.#instance.routes.knownPublishQueues(message.topic);
    }
    if (queue.topic === message.topic) return [queue];
    throw new UsageError('queue-unknown', `a message for ${message.topic} cannot go to a queue of ${queue.topic}`);
  }

  #lookUp(job: SendJob): Promise<readonly MessageQueue[]> {
    return this.#instance.routes.publishQueues(job.message.topic, this.#limits(job));
  }

  #choose(
    { message, queue, signal }: SendJob,
    queues: readonly MessageQueue[],
    failures: Failures | undefined,
  ): MessageQueue {
    signal?.throwIfAborted();
    if (queue !== undefined && typeof queue !== 'function') return queue;
    if (!this.#isKnown) {
      // Brokers check transactions and deliver replies only to producers whose heartbeat they have seen.
      this.#isKnown = true;
      void this.#instance.heartbeatNow();
    }
    const chosen =
      queue === undefined ? this.#options.selector(this.#preferred(queues, failures), message) : queue(queues, message);
    if (queues.includes(chosen)) return chosen;
    throw new UsageError('queue-unknown', 'a queue selector must return one of the queues it was given');
  }

  /** Not the brokers that just failed, nor those that were slow; but rather those than none. */
  #preferred(queues: readonly MessageQueue[], failures: Failures | undefined): readonly MessageQueue[] {
    const isTolerant = this.#options.latencyFaultTolerance;
    if (failures === undefined && !isTolerant) return queues;
    const others = queues.filter(({ brokerName }) => failures?.avoids(brokerName) !== true);
    const quick = isTolerant ? others.filter(({ brokerName }) => this.#faults.isAvailable(brokerName)) : others;
    if (quick.length > 0) return quick;
    return others.length > 0 ? others : queues;
  }

  #address({ brokerName }: MessageQueue): Address | undefined {
    return this.#instance.routes.brokerAddress(brokerName);
  }

  #lookUpAddress(job: SendJob, { brokerName }: MessageQueue): Promise<Address> {
    return this.#instance.routes.masterAddress(brokerName, job.message.topic, this.#limits(job));
  }

  #request(job: SendJob, queue: MessageQueue): Request<'sendMessageV2'> | Request<'sendBatchMessage'> {
    const { body, flag, isBatch, properties, since, sysFlag } = job;
    const own = { queueId: queue.queueId, bornTimestamp: BigInt(since), properties };
    if (!isBatch && flag === 0 && sysFlag === 0) {
      return { name: 'sendMessageV2', template: this.#template(queue), fields: own, body };
    }
    const fields = { ...this.#common(queue), ...own, flag, sysFlag, batch: isBatch };
    return isBatch ? { name: 'sendBatchMessage', fields, body } : { name: 'sendMessageV2', fields, body };
  }

  /** What all messages for a topic on a broker have in common, written once. */
  #template(queue: MessageQueue): SendTemplate {
    const { topic, brokerName } = queue;
    let ofTopic = this.#templates.get(topic);
    if (ofTopic === undefined) this.#templates.set(topic, (ofTopic = new Map<string, SendTemplate>()));
    let template = ofTopic.get(brokerName);
    if (template === undefined) {
      template = requestTemplate('sendMessageV2', { ...this.#common(queue), flag: 0, sysFlag: 0, batch: false });
      ofTopic.set(brokerName, template);
    }
    return template;
  }

  #common({ topic, brokerName }: MessageQueue): CommonFields {
    return {
      producerGroup: this.#options.group,
      topic,
      defaultTopic: templateTopic,
      defaultTopicQueueNums: DEFAULT_TOPIC_QUEUES,
      reconsumeTimes: 0,
      unitMode: false,
      brokerName,
    };
  }

  #timeLeft({ deadline }: SendJob): number {
    return deadline - this.#instance.clock.now();
  }

  #limits(job: SendJob): { readonly timeoutMs: number; readonly signal: AbortSignal | undefined } {
    return { timeoutMs: Math.max(1, this.#timeLeft(job)), signal: job.signal };
  }
}
