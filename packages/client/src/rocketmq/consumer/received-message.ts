import type { HostAddress, MessageQueue, Properties, StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { offsetMessageId, propertyNames } from '@rmq/protocol/rocketmq/messages';
import type { Slab } from '../../core/slab.ts';
import type { Slot } from './process-queue.ts';

/** How a message is to be tried again. */
export interface RetryOptions {
  /**
   * How long the broker waits: a level of its delay table (1 is 1 s, 5 is 1 min, 18 is 2 h). 0 leaves it to the broker,
   * which waits longer each time, from 10 s on. -1 sends the message to the dead-letter topic at once.
   * @defaultValue 0
   */
  readonly delayLevel?: number | undefined;
}

/**
 * A message handed to the application. Exactly one of {@link ack} and {@link retry} settles it: the first call counts,
 * later ones do nothing. A message that is never settled comes again after a restart or a hand-over of its queue, and
 * keeps its queue's commit from moving on meanwhile.
 */
export interface ReceivedMessage {
  /** Where it was sent to; a message that is tried again has its first topic here, not the retry topic. */
  readonly topic: string;
  /** The content, decompressed. A copy, unless the consumer has `zeroCopy`. Must not be changed then. */
  readonly body: Uint8Array;
  /** The body as text: UTF-8, with U+FFFD for what is not. */
  readonly text: () => string;
  /** The sender's unique key, the same in every delivery; of senders without one, {@link offsetMessageId}. */
  readonly messageId: string;
  /** Says where the message is stored; another one for each delivery. */
  readonly offsetMessageId: string;
  /** The queue it was read from: one of the retry topic, when it is tried again. */
  readonly queue: MessageQueue;
  readonly offset: bigint;
  readonly tags: string | undefined;
  readonly keys: readonly string[];
  /** All properties, those of RocketMQ itself included. No prototype. */
  readonly properties: Properties;
  /** By the producer's clock, epoch ms. */
  readonly bornTimestamp: number;
  /** By the broker's clock, epoch ms. */
  readonly storeTimestamp: number;
  readonly bornHost: HostAddress;
  /** 0 for the first delivery. */
  readonly reconsumeTimes: number;
  readonly flag: number;
  /**
   * Done: the group need not see it again. Settles at once; the broker learns it with the next commit (within
   * `commitIntervalMs`, with a pull, or when the consumer closes).
   */
  readonly ack: () => Promise<void>;
  /**
   * Not done: send it back, to be delivered again later to some member of the group, or to the dead-letter topic after
   * `maxReconsumeTimes`. Settles when a broker has taken it. If none does, the message stays here and is handed out once
   * more after 5 s.
   *
   * @throws UsageError `value-out-of-range` when `delayLevel` is not a whole number from -1.
   */
  readonly retry: (options?: RetryOptions) => Promise<void>;
}

/** What messages have in common that one consumer hands out: who settles them, and where their bodies go. */
export interface Settling {
  /** Copies bodies; undefined when they are handed out as they arrived. */
  readonly bodies: Slab | undefined;
  readonly ack: (slot: Slot) => void;
  readonly retry: (slot: Slot, options?: RetryOptions) => Promise<void>;
}

/** The settled promise that every `ack` returns: nothing about it depends on the message. */
const acked: Promise<void> = Promise.resolve();

/** Declared here: the portable libraries know no text classes. */
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
const decoder = new TextDecoder();

/** What {@link Received} is made of. */
export interface Delivery {
  readonly slot: Slot;
  readonly message: StoredMessage;
  /** The decompressed body, undefined when it was stored as it is. */
  readonly opened: Uint8Array | undefined;
  /** The topic to show. */
  readonly topic: string;
  readonly settling: Settling;
}

/** A message as handed out. Its members are made when asked for: most handlers look at few of them. */
export class Received implements ReceivedMessage {
  readonly topic: string;
  readonly queue: MessageQueue;
  readonly #slot: Slot;
  readonly #message: StoredMessage;
  readonly #settling: Settling;
  #body: Uint8Array | undefined;

  constructor({ slot, message, opened, topic, settling }: Delivery) {
    this.topic = topic;
    this.queue = slot.owner.queue;
    this.#slot = slot;
    this.#message = message;
    this.#body = opened;
    this.#settling = settling;
  }

  get body(): Uint8Array {
    // Copied when first asked for, once: a view would pin the whole chunk it came in.
    return (this.#body ??= this.#settling.bodies?.copyOf(this.#message.body) ?? this.#message.body);
  }
  text(): string {
    return decoder.decode(this.#body ?? this.#message.body);
  }
  get messageId(): string {
    return this.#message.property(propertyNames.UNIQ_KEY) ?? this.offsetMessageId;
  }
  get offsetMessageId(): string {
    return offsetMessageId(this.#message.storeHost, this.#message.physicalOffset);
  }
  get offset(): bigint {
    return BigInt(this.#slot.offset);
  }
  get tags(): string | undefined {
    return this.#message.property(propertyNames.TAGS);
  }
  get keys(): readonly string[] {
    const keys = this.#message.property(propertyNames.KEYS);
    return keys === undefined ? [] : keys.split(' ').filter((key) => key !== '');
  }
  get properties(): Properties {
    return this.#message.properties;
  }
  get bornTimestamp(): number {
    return this.#message.bornTimestamp;
  }
  get storeTimestamp(): number {
    return this.#message.storeTimestamp;
  }
  get bornHost(): HostAddress {
    return this.#message.bornHost;
  }
  get reconsumeTimes(): number {
    return this.#message.reconsumeTimes + this.#slot.localRetries;
  }
  get flag(): number {
    return this.#message.flag;
  }

  ack(): Promise<void> {
    this.#settling.ack(this.#slot);
    return acked;
  }
  retry(options?: RetryOptions): Promise<void> {
    return this.#settling.retry(this.#slot, options);
  }
}
