import { UsageError } from '@rmq/protocol';
import { isRetryTopic, propertyNames } from '@rmq/protocol/rocketmq/messages';
import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { type MessageSource, type Reader, ReaderSeat } from '../../core/reader.ts';
import { Slab } from '../../core/slab.ts';
import type { Instance } from '../instance.ts';
import { isCompressed, openBody } from './message-body.ts';
import type { ResolvedConsumerOptions } from './options.ts';
import type { ProcessQueue, Slot } from './process-queue.ts';
import { ReadyQueues } from './ready-queues.ts';
import type { ReceivedMessage, RetryOptions, Settling } from './received-message.ts';
import { Received } from './received-message.ts';
import { sendBack, sendCopy } from './send-back.ts';
import type { SendBack } from './send-back.ts';
import type { ConsumerStats } from './stats.ts';

/** How long a message that no broker took back waits here. Milliseconds. */
const LOCAL_RETRY_MS = 5_000;

/** What deliveries need. */
export interface DeliveriesContext {
  readonly instance: Instance;
  readonly options: ResolvedConsumerOptions;
  readonly stats: ConsumerStats;
}

/** The way of messages from the cached queues to the application and back: ack, retry, failure. */
export class Deliveries implements Settling, MessageSource<Slot, ReceivedMessage> {
  readonly bodies: Slab | undefined;
  readonly #context: DeliveriesContext;
  readonly #ready = new ReadyQueues();
  /** Messages that no broker took back, handed out again at the next tick of {@link #laterTimer}. */
  #later: Slot[] = [];
  #laterTimer: (() => void) | undefined;
  readonly #seat = new ReaderSeat();
  #paused = false;

  constructor(context: DeliveriesContext) {
    this.#context = context;
    this.bodies = context.options.zeroCopy ? undefined : new Slab();
    this.#ready.onReady = () => this.#seat.reader?.wake();
  }

  /** Hands out what `queue` caches, until it is dropped. */
  watch(queue: ProcessQueue): void {
    this.#ready.watch(queue);
  }

  /** Messages being worked on by the reader. */
  get running(): number {
    return this.#seat.reader?.running ?? 0;
  }

  get closed(): boolean {
    return this.#seat.isClosed;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    if (!paused) this.#seat.reader?.wake();
  }

  /** Makes `reader` the one that takes messages. @throws UsageError `reader-taken`, `consumer-closed` */
  attach(reader: Reader): void {
    this.#seat.attach(reader);
  }

  detach(reader: Reader): void {
    this.#seat.detach(reader);
  }

  /** The next message, marked `out`; undefined when there is none to hand out. */
  take(): Slot | undefined {
    return this.#paused || this.#seat.isClosed ? undefined : this.#ready.take();
  }

  /** A message as the application sees it. Throws or rejects when its body cannot be opened. */
  open(slot: Slot): ReceivedMessage | Promise<ReceivedMessage> {
    const { message } = slot;
    if (message === undefined) throw new UsageError('message-gone', 'this message was finished already');
    if (!isCompressed(message)) return this.#received(slot, message);
    const { instance, options } = this.#context;
    const opened = openBody(instance, message, { maxBytes: options.maxBodyBytes });
    if (opened instanceof Uint8Array) return this.#received(slot, message, opened);
    return opened.then((body) => this.#received(slot, message, body));
  }

  #received(slot: Slot, message: StoredMessage, opened?: Uint8Array): Received {
    return new Received({ slot, message, opened, topic: topicOf(slot, message), settling: this });
  }

  ack(slot: Slot): void {
    if (slot.state === 'out' || slot.state === 'waiting') {
      if (slot.owner.finish(slot)) this.#context.stats.acked(slot.owner.queue.topic);
      // Of a queue that was given up as well: the reader must not wait for it.
      slot.state = 'finished';
      if (this.#seat.isClosed) this.#seat.reader?.settled?.();
    }
  }

  isUnsettled({ state }: Slot): boolean {
    return state === 'out' || state === 'returning';
  }

  putBack(slot: Slot): void {
    if (slot.state === 'out') slot.owner.putBack(slot);
  }

  async retry(slot: Slot, { delayLevel = 0 }: RetryOptions = {}): Promise<void> {
    if (!Number.isInteger(delayLevel) || delayLevel < -1 || delayLevel > 0x7fff_ffff) {
      throw new UsageError('value-out-of-range', `delayLevel is ${String(delayLevel)}, not a whole number from -1`);
    }
    const { message, owner } = slot;
    // Given up: the queue's next owner gets the message anyway.
    if ((slot.state !== 'out' && slot.state !== 'waiting') || message === undefined || owner.dropped) {
      if (owner.dropped) slot.state = 'finished';
      return;
    }
    slot.state = 'returning';
    this.#context.stats.failed(owner.queue.topic);
    await this.#giveBack({ slot, message, topic: topicOf(slot, message), delayLevel });
  }

  async #giveBack(back: SendBack): Promise<void> {
    const { slot } = back;
    try {
      await sendBack(this.#context, back);
      this.#retried(back, 'broker');
    } catch (first) {
      try {
        await sendCopy(this.#context, back);
        this.#retried(back, 'copy', first);
      } catch (cause) {
        this.#retried(back, 'local', cause);
        this.#keep(slot);
        return;
      }
    }
    slot.owner.finish(slot);
    slot.state = 'finished';
    if (this.#seat.isClosed) this.#seat.reader?.settled?.();
  }

  #retried({ slot, message, delayLevel }: SendBack, by: 'broker' | 'copy' | 'local', cause?: unknown): void {
    this.#context.instance.emit({
      type: 'message.retried',
      level: by === 'broker' ? 'info' : 'warn',
      group: this.#context.options.group,
      queue: slot.owner.queue,
      offset: slot.offset,
      reconsumeTimes: message.reconsumeTimes + slot.localRetries,
      delayLevel,
      by,
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /** Keeps a message for another try from here. One timer for all of them. */
  #keep(slot: Slot): void {
    slot.localRetries += 1;
    if (this.#seat.isClosed) {
      // Not committed, so it comes again after a restart.
      slot.state = 'waiting';
      this.#seat.reader?.settled?.();
      return;
    }
    this.#later.push(slot);
    this.#laterTimer ??= this.#context.instance.clock.after(LOCAL_RETRY_MS, () => {
      this.#laterTimer = undefined;
      const later = this.#later;
      this.#later = [];
      for (const kept of later) kept.owner.putBack(kept);
    });
  }

  /** A handler failed: says so, and sends the message back unless the handler has settled it itself. Never rejects. */
  async failed(slot: Slot, cause: unknown): Promise<void> {
    const { instance, options } = this.#context;
    instance.emit({
      type: 'handler.failed',
      level: 'warn',
      group: options.group,
      queue: slot.owner.queue,
      offset: slot.offset,
      reconsumeTimes: (slot.message?.reconsumeTimes ?? 0) + slot.localRetries,
      cause,
    });
    await this.retry(slot);
  }

  /** A body could not be opened: another member, or a later version of this one, may be able to. Never rejects. */
  async unreadable(slot: Slot, cause: unknown): Promise<void> {
    const { instance, options } = this.#context;
    const { queue } = slot.owner;
    instance.emit({
      type: 'message.unreadable',
      level: 'error',
      group: options.group,
      queue,
      offset: slot.offset,
      cause,
    });
    await this.retry(slot);
  }

  /** Hands nothing more out. Resolves when the reader's work is settled, which may be never. */
  async close(): Promise<void> {
    const closed = this.#seat.close();
    this.#laterTimer?.();
    this.#laterTimer = undefined;
    await closed;
  }
}

/** The topic the application subscribed to: retries hold theirs in a property. */
function topicOf(slot: Slot, message: StoredMessage): string {
  const { topic } = slot.owner.queue;
  return isRetryTopic(topic) ? (message.property(propertyNames.RETRY_TOPIC) ?? topic) : message.topic;
}
