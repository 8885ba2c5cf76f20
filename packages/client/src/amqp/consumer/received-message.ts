import type { Properties } from '@rmq/protocol/amqp';
import type { Entry, Ledger } from './ledger.ts';

/** Whether a message is to be delivered again. */
export interface GiveBackOptions {
  /** True: again, to any consumer; false: to the dead-letter exchange of its queue, or away. */
  readonly requeue?: boolean | undefined;
}

/**
 * A message handed to the application. Exactly one of {@link ack}, {@link nack} and {@link reject} settles it: the first
 * call counts, later ones do nothing. All three settle at once; the server hears of an ack within a millisecond or so, of
 * the others right away. What is not settled when its channel ends is delivered again, and settling it then does nothing.
 */
export interface ReceivedMessage {
  /**
   * The content. A copy, unless the consumer has `zeroCopy`; must not be changed then. Either is a part of its `buffer`: take
   * `byteOffset` and `byteLength` along.
   */
  readonly body: Uint8Array;
  /** The body as text: UTF-8, with U+FFFD for what is not. */
  readonly text: () => string;
  readonly properties: Properties;
  /** Where it was published to; empty for the default exchange. */
  readonly exchange: string;
  readonly routingKey: string;
  /** Whether it may have been delivered before. */
  readonly redelivered: boolean;
  /** Counts the deliveries of its channel. */
  readonly deliveryTag: number;
  /** How many are left in the queue, of a message that was asked for by `get`. */
  readonly messageCount: number | undefined;
  /** Done: the queue forgets it. */
  readonly ack: () => Promise<void>;
  /** Not done. @param options - `requeue` is true unless it says otherwise */
  readonly nack: (options?: GiveBackOptions) => Promise<void>;
  /** Not wanted. @param options - `requeue` is false unless it says otherwise */
  readonly reject: (options?: GiveBackOptions) => Promise<void>;
}

/** The settled promise that all three return: nothing about it depends on the message. */
const settled: Promise<void> = Promise.resolve();

/** Declared here: the portable libraries know no text classes. */
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
const decoder = new TextDecoder();

/** A message as handed out. */
export class Received implements ReceivedMessage {
  readonly #ledger: Ledger;
  readonly #entry: Entry;
  readonly #zeroCopy: boolean;
  #body: Uint8Array | undefined;

  constructor(ledger: Ledger, entry: Entry, { zeroCopy }: { readonly zeroCopy: boolean }) {
    this.#ledger = ledger;
    this.#entry = entry;
    this.#zeroCopy = zeroCopy;
  }

  get body(): Uint8Array {
    const { body } = this.#entry.content;
    // Copied when first asked for, once: a view would pin the whole chunk it came in.
    return (this.#body ??= this.#zeroCopy ? body : this.#ledger.bodies.copyOf(body));
  }
  text(): string {
    return decoder.decode(this.#entry.content.body);
  }
  get properties(): Properties {
    return this.#entry.content.properties;
  }
  get exchange(): string {
    return this.#entry.args.exchange;
  }
  get routingKey(): string {
    return this.#entry.args.routingKey;
  }
  get redelivered(): boolean {
    return this.#entry.args.redelivered;
  }
  get deliveryTag(): number {
    return this.#entry.args.deliveryTag;
  }
  get messageCount(): number | undefined {
    const { args } = this.#entry;
    return 'messageCount' in args ? args.messageCount : undefined;
  }

  ack(): Promise<void> {
    this.#ledger.ack(this.#entry);
    return settled;
  }
  nack({ requeue = true }: GiveBackOptions = {}): Promise<void> {
    this.#ledger.giveBack(this.#entry, { requeue });
    return settled;
  }
  reject({ requeue = false }: GiveBackOptions = {}): Promise<void> {
    this.#ledger.giveBack(this.#entry, { requeue });
    return settled;
  }
}
