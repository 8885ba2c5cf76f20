import { ProtocolError, RmqError } from '@rmq/protocol';
import type { RemotingCommand, Request, ResponseFields } from '@rmq/protocol/rocketmq';
import type { SubscriptionData } from '@rmq/protocol/rocketmq/bodies';
import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { decodeResponse } from '@rmq/protocol/rocketmq';
import { decodeMessages, matchesTags, propertyNames, pullSysFlags } from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';
import { replyError } from '../remoting.ts';
import type { Address } from '../remoting.ts';
import type { CacheBudget } from './cache-budget.ts';
import { holdsBatches, unwrapBatches } from './message-body.ts';
import type { ResolvedConsumerOptions } from './options.ts';
import type { ProcessQueue } from './process-queue.ts';
import { pullBackoffMs, pullStatus } from './pull-status.ts';
import type { ConsumerStats } from './stats.ts';

/** An answer without news that came faster than this was not held by the broker. Milliseconds. */
const NOT_HELD_MS = 20;

const MASTER = 0;

/** What pull loops share. */
export interface PullContext {
  readonly instance: Instance;
  readonly options: ResolvedConsumerOptions;
  readonly budget: CacheBudget;
  readonly stats: ConsumerStats;
  readonly paused: () => boolean;
  /** The subscription to a topic as the brokers know it from the last heartbeat. */
  readonly subscriptionOf: (topic: string) => SubscriptionData | undefined;
  /** The broker wants the queue to begin again at `to`. */
  readonly moved: (queue: ProcessQueue, to: number, reason: string | undefined) => void;
}

type PullFields = ResponseFields<'pullMessage'>;

/**
 * Keeps one queue's cache filled: one pull at a time, held by the broker while there is nothing new, paused while the
 * queue is full. Nothing polls: a full queue goes on when a message of it is finished.
 *
 * Lives as long as its {@link ProcessQueue}; after every wait it looks whether that was given up.
 */
export class PullLoop {
  readonly queue: ProcessQueue;
  readonly #context: PullContext;
  readonly #abort = new AbortController();
  #next: number;
  #brokerId = MASTER;
  #state: 'idle' | 'pulling' | 'delayed' | 'blocked' = 'idle';
  #cancelWait: (() => void) | undefined;
  /** When the last pull was sent. Epoch ms, 0 before the first. */
  lastPullAt = 0;

  constructor(queue: ProcessQueue, context: PullContext) {
    this.queue = queue;
    this.#context = context;
    this.#next = queue.progress;
  }

  /** Where the next pull begins. */
  get nextOffset(): number {
    return this.#next;
  }

  /** The queue was given up, or the consumer closes. */
  #over(): boolean {
    return this.queue.dropped || this.#abort.signal.aborted;
  }

  /** Goes on if nothing forbids it: after the start, a pause, or a wait for room. */
  kick(): void {
    if (this.#state === 'pulling' || this.#state === 'delayed' || this.#over()) return;
    this.#clearWait();
    this.#state = 'idle';
    if (this.#context.paused()) return;
    const limit = this.queue.full;
    if (limit === undefined) void this.#pull();
    else this.#block(limit);
  }

  /** Ends the loop; the pull that is under way is given up. */
  stop(): void {
    this.#clearWait();
    this.#state = 'idle';
    this.#abort.abort(new RmqError('queue-dropped', 'the queue was given up while a pull was under way'));
  }

  #block(limit: 'messages' | 'bytes' | 'span' | 'budget'): void {
    const { instance, options, budget } = this.#context;
    const { queue } = this;
    this.#state = 'blocked';
    instance.emit({ type: 'queue.full', level: 'debug', group: options.group, queue: queue.queue, limit });
    if (limit === 'budget') {
      this.#cancelWait = budget.whenRoom(() => this.kick());
      return;
    }
    queue.onRoom = () => {
      if (queue.full !== limit) this.kick();
    };
    this.#cancelWait = () => (queue.onRoom = undefined);
  }

  #clearWait(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  /** Asks the same offset again later. */
  #later(ms: number): void {
    if (this.#over()) return;
    this.#state = 'delayed';
    this.#cancelWait = this.#context.instance.clock.after(ms, () => {
      this.#cancelWait = undefined;
      this.#state = 'idle';
      this.kick();
    });
  }

  async #pull(): Promise<void> {
    const { instance, options } = this.#context;
    const { queue } = this.queue;
    this.#state = 'pulling';
    this.lastPullAt = instance.clock.now();
    let delayMs: number;
    try {
      const address = this.#address() ?? (await instance.routes.masterAddress(queue.brokerName, queue.topic));
      const sub = this.#context.subscriptionOf(queue.topic);
      if (this.#over() || sub === undefined) return;
      const call = { timeoutMs: options.pullTimeoutMs, signal: this.#abort.signal };
      const reply = await instance.remoting.call(address, this.#request(sub), call);
      if (this.#over()) return;
      delayMs = await this.#answered(reply, sub, address);
    } catch (cause) {
      // A slave that fails is not asked again until the master suggests one.
      this.#brokerId = MASTER;
      delayMs = this.#failed(cause, pullBackoffMs.failed);
    }
    if (this.#over()) return;
    this.#state = 'idle';
    if (delayMs > 0) this.#later(delayMs);
    else this.kick();
  }

  /** The broker the last answer suggested; one that is not there is replaced by the next slave, or any of that name. */
  #address(): Address | undefined {
    const { routes } = this.#context.instance;
    const { brokerName } = this.queue.queue;
    const id = this.#brokerId;
    return (
      routes.brokerAddress(brokerName, id) ??
      (id === MASTER ? undefined : routes.brokerAddress(brokerName, id + 1)) ??
      routes.brokers().find((broker) => broker.brokerName === brokerName)?.address
    );
  }

  #request(sub: SubscriptionData): Request<'pullMessage'> {
    const { options } = this.#context;
    const { topic, queueId, brokerName } = this.queue.queue;
    // Progress travels with the pull, but a slave must not store it.
    const commit = this.queue.progress > 0 && this.#brokerId === MASTER;
    const fields = {
      consumerGroup: options.group,
      topic,
      queueId,
      queueOffset: BigInt(this.#next),
      maxMsgNums: options.pullMessages,
      sysFlag: pullSysFlags.suspend | (commit ? pullSysFlags.commitOffset : 0),
      commitOffset: commit ? BigInt(this.queue.progress) : 0n,
      suspendTimeoutMillis: BigInt(options.pullSuspendMs),
      subVersion: BigInt(sub.subVersion),
      expressionType: sub.expressionType,
      maxMsgBytes: options.pullBytes,
      bname: brokerName,
    };
    return { name: 'pullMessage', fields };
  }

  /** Deals with an answer. @returns how long to wait before the next pull, ms */

  async #answered(reply: RemotingCommand, sub: SubscriptionData, address: Address): Promise<number> {
    const status = pullStatus(reply.code);
    if (status === 'busy' || status === 'failed') {
      return this.#failed(replyError(reply, address), pullBackoffMs[status]);
    }
    const fields = decodeResponse('pullMessage', reply);
    const next = Number(fields.nextBeginOffset);
    if (!Number.isSafeInteger(next)) throw new ProtocolError('field-malformed', `nextBeginOffset ${String(next)}`);
    this.#brokerId = Number(fields.suggestWhichBrokerId);
    const elapsed = this.#context.instance.clock.now() - this.lastPullAt;
    if (status === 'moved') {
      this.#context.moved(this.queue, next, reply.remark);
      return 0;
    }
    const advanced = next > this.#next;
    if (status === 'found') {
      await this.#take(reply.body, sub, fields);
      if (this.#over()) return 0;
      // Messages that lead nowhere would be asked for again at once, for ever.
      if (!advanced) throw new ProtocolError('field-malformed', `messages, but nextBeginOffset stays ${String(next)}`);
      this.#next = next;
      return 0;
    }
    this.#next = next;
    this.queue.skipTo(next);
    // A broker that does not hold pulls must not be asked in a tight loop.
    return advanced || elapsed >= NOT_HELD_MS ? 0 : NOT_HELD_MS;
  }

  async #take(body: Uint8Array, sub: SubscriptionData, { offsetDelta }: PullFields): Promise<void> {
    const { instance, options, stats } = this.#context;
    const { queue } = this.queue;
    const onBad = (cause: ProtocolError): void =>
      instance.emit({ type: 'message.malformed', level: 'error', group: options.group, queue, cause });
    let messages: readonly StoredMessage[] = decodeMessages(body, { onBad });
    stats.pulled(queue.topic, messages.length, instance.clock.now() - this.lastPullAt);
    if (holdsBatches(messages)) {
      messages = await unwrapBatches(instance, messages, { maxBytes: options.maxBodyBytes });
    }
    // Brokers compare hashes of tags only.
    if (sub.tagsSet.length > 0) {
      messages = messages.filter((message) => matchesTags(sub, message.property(propertyNames.TAGS)));
    }
    this.queue.put(messages, Number(offsetDelta ?? 0n));
  }

  #failed(cause: unknown, delayMs: number): number {
    if (this.#over()) return 0;
    const { instance, options } = this.#context;
    const { queue } = this.queue;
    instance.emit({ type: 'pull.failed', level: 'warn', group: options.group, queue, delayMs, cause });
    return delayMs;
  }
}
