import { encodeUtf8 } from '@rmq/protocol/bytes';
import type { Args, Content, Properties, PublishTemplate } from '@rmq/protocol/amqp';
import { publishTemplate, writePublish } from '@rmq/protocol/amqp';
import { Budget } from '../../core/budget.ts';
import { waitUntil } from '../../core/wait-until.ts';
import type { ChannelSession, ChannelUser } from '../channel-session.ts';
import type { Context } from '../context.ts';
import { closedByClient } from '../errors.ts';
import { type CallOptions, timeoutOf } from '../options.ts';
import { Confirms } from './confirms.ts';
import { type PublisherOptions, type ResolvedPublisherOptions, resolvePublisherOptions } from './options.ts';
import { Pending } from './pending.ts';
import { Returns } from './returns.ts';

/** A message to publish. */
export interface OutgoingMessage {
  /** Text goes out as UTF-8. Bytes must not be changed before the publish is settled. */
  readonly body: string | Uint8Array;
  /** @defaultValue the publisher's */
  readonly routingKey?: string | undefined;
  /** On top of the publisher's, one by one. */
  readonly properties?: Properties | undefined;
}

/** Publishes to one exchange, on a channel of its own, with confirms. */
export interface Publisher extends AsyncDisposable {
  /** Publishes without a confirm yet. */
  readonly unconfirmed: number;
  /** False once it is closed or its channel is lost. */
  readonly isOpen: boolean;
  /**
   * Sends a message, behind those before it; resolves when the server has confirmed it. Waits for room while too many are
   * under way, and always settles: at the latest after `timeoutMs`.
   * @throws PublishError `publish-refused`, `publish-returned`, `publish-unknown`; nothing was sent after UsageError,
   *   OverloadError `send-budget-exhausted` (no room in time), ConnectionError or AmqpReplyError (lost before); the signal's
   *   reason, whatever became of the message
   */
  readonly publish: (message: OutgoingMessage, options?: CallOptions) => Promise<void>;
  /** Takes no new messages, waits for the confirms of those under way, and closes the channel. Never rejects. */
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/** Opens a channel for publishing. @throws as every call */
export async function createPublisher(
  context: Context,
  options: PublisherOptions,
  limits: CallOptions,
): Promise<Publisher> {
  const publisher = new ConfirmingPublisher(context, resolvePublisherOptions(options));
  await publisher.start(limits);
  return publisher;
}

/** Prepared for so many routing keys; with more, those used least lately are prepared again. */
const MAX_TEMPLATES = 256;

class ConfirmingPublisher implements Publisher, ChannelUser {
  readonly #context: Context;
  readonly #options: ResolvedPublisherOptions;
  readonly #budget: Budget;
  readonly #returns: Returns | undefined;
  readonly #confirms: Confirms;
  readonly #templates = new Map<string, PublishTemplate>();
  #channel: ChannelSession | undefined;
  /** Why nothing can be published any more. */
  #fault: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(context: Context, options: ResolvedPublisherOptions) {
    const { clock, address } = context.options;
    this.#context = context;
    this.#options = options;
    this.#budget = new Budget({ count: options.maxUnconfirmed, bytes: options.maxUnconfirmedBytes }, clock);
    this.#returns = options.mandatory ? new Returns() : undefined;
    this.#confirms = new Confirms(clock, address, this.#returns);
  }

  get unconfirmed(): number {
    return this.#confirms.size;
  }
  get isOpen(): boolean {
    return this.#fault === undefined;
  }

  async start(limits: CallOptions): Promise<void> {
    const channel = await this.#context.connection.channel(this, limits);
    this.#channel = channel;
    try {
      this.#template(this.#options.routingKey);
      await channel.call({ name: 'confirm.select', args: {} }, limits);
    } catch (cause) {
      void channel.close();
      throw cause;
    }
    this.#context.members.add(this);
  }

  readonly publish = (given: OutgoingMessage, { timeoutMs, signal }: CallOptions = {}): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#fault !== undefined) throw this.#fault;
      const { publishTimeoutMs, properties: common, routingKey: usual } = this.#options;
      const { body, properties, routingKey = usual } = given;
      const since = this.#context.options.clock.now();
      const limitMs = timeoutOf(timeoutMs, publishTimeoutMs);
      const pending = new Pending({
        body: typeof body === 'string' ? encodeUtf8(body) : body,
        properties: properties === undefined ? undefined : { ...common, ...properties },
        routingKey,
        since,
        deadline: since + limitMs,
        signal,
        budget: this.#budget,
        fulfil: resolve,
        fail: reject,
      });
      const { bytes } = pending;
      if (this.#budget.tryEnter(bytes)) this.#send(pending);
      else {
        const enter = (): void => {
          this.#send(pending);
        };
        this.#budget.line(bytes, { timeoutMs: limitMs, signal, enter, fail: reject });
      }
    });

  close({ timeoutMs = this.#context.options.drainTimeoutMs } = {}): Promise<void> {
    return (this.#closing ??= this.#drain(timeoutMs));
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What the channel brings.

  readonly confirmed = (args: Args<'basic.ack'>, isAck: boolean): void => {
    this.#confirms.receive(args, isAck);
  };

  readonly returned = (args: Args<'basic.return'>, content: Content): void => {
    if (this.#returns?.receive(args, content) === true) return;
    const { exchange, routingKey, replyCode } = args;
    this.#context.emit({ type: 'return.unmatched', level: 'warn', exchange, routingKey, replyCode });
  };

  readonly lost = (fault: Error): void => {
    this.#fault ??= fault;
    this.#context.members.delete(this);
    this.#confirms.end(fault);
  };

  /** Never throws: what goes wrong is told to whoever published. */
  #send(pending: Pending): void {
    try {
      const channel = this.#channel;
      if (channel === undefined) throw closedByClient('this publisher');
      const template = this.#template(pending.routingKey);
      channel.write((writer) => {
        writePublish(writer, template, pending);
      });
      const sequence = this.#confirms.add(pending);
      if (this.#returns !== undefined) this.#awaitReturn(sequence, pending);
    } catch (cause) {
      pending.reject(cause);
    }
  }

  #awaitReturn(sequence: number, pending: Pending): void {
    const { body, properties = this.#options.properties, routingKey } = pending;
    this.#returns?.add(sequence, { body, properties, routingKey });
    pending.forget = () => this.#returns?.take(sequence);
  }

  #template(routingKey: string): PublishTemplate {
    const known = this.#templates.get(routingKey);
    return known ?? this.#prepare(routingKey);
  }

  #prepare(routingKey: string): PublishTemplate {
    const { exchange, mandatory, properties } = this.#options;
    const { frameMaxBytes: frameMax } = this.#context.connection.agreement;
    const channel = this.#channel?.id ?? 0;
    const template = publishTemplate({ channel, exchange, routingKey, mandatory, properties, frameMax });
    // Any will do: who has that many keys prepares anew all the time.
    if (this.#templates.size >= MAX_TEMPLATES) this.#templates.clear();
    this.#templates.set(routingKey, template);
    return template;
  }

  async #drain(timeoutMs: number): Promise<void> {
    const { clock } = this.#context.options;
    const fault = closedByClient('this publisher');
    const limits = { clock, deadline: clock.now() + timeoutMs, late: () => fault };
    this.#fault ??= fault;
    await waitUntil(this.#confirms.quiet(), limits).catch(() => undefined);
    if (this.#channel !== undefined) await waitUntil(this.#channel.close(), limits).catch(() => undefined);
    this.#context.members.delete(this);
  }
}
