import type { FieldTable } from '@rmq/protocol/amqp';
import { Emitter, type Listener } from '../core/events.ts';
import type { Watchable } from '../core/lifecycle.ts';
import { MAX_TIMER_MS } from '../core/options.ts';
import { Pool, resolvePoolLimits } from '../core/pool.ts';
import { waitUntil } from '../core/wait-until.ts';
import { type Borrow, lender } from './borrow.ts';
import { type Channel, openChannel, type OwnChannel } from './channel.ts';
import { Connection } from './connection.ts';
import { type Consumer, createConsumer } from './consumer/consumer.ts';
import type { ConsumerOptions } from './consumer/options.ts';
import type { ReceivedMessage } from './consumer/received-message.ts';
import type { Context, Member } from './context.ts';
import { closedByClient } from './errors.ts';
import type { AmqpEvent } from './events.ts';
import { type CallOptions, type ClientOptions, type ResolvedOptions, resolveClientOptions } from './options.ts';
import type { PublisherOptions } from './publisher/options.ts';
import { createPublisher, type Publisher } from './publisher/publisher.ts';
import { borrowingCaller } from './topology/borrowing-caller.ts';
import { createExchanges, type Exchanges } from './topology/exchanges.ts';
import { createQueues, type Queues } from './topology/queues.ts';

/** {@link ClientOptions}, who hears what happens, and who may stop it. */
export interface ConnectOptions extends ClientOptions {
  /** Hears every event from the beginning; see `prettyListener`. */
  readonly onEvent?: Listener<AmqpEvent> | undefined;
  /** Gives up connecting with its `reason`. Once connected it has no effect. */
  readonly signal?: AbortSignal | undefined;
}

/** The one connection of a client: its state, and what was agreed on. */
export interface AmqpConnection extends Watchable {
  /** `host:port`. */
  readonly address: string;
  /** What the server says about itself: `product`, `version`, `capabilities` and others. */
  readonly serverProperties: FieldTable;
  /** 0: none. */
  readonly heartbeatSeconds: number;
  /** 0: no limit. */
  readonly frameMaxBytes: number;
  readonly channelMax: number;
}

/** A client of one server, on one connection. It ends with the connection: whatever is asked then fails with the reason. */
export interface AmqpClient extends AsyncDisposable {
  readonly connection: AmqpConnection;
  /** On a channel of the client's own, one call at a time: a call that is refused concerns no other. */
  readonly queues: Queues;
  readonly exchanges: Exchanges;
  /** Opens a channel of one's own. @throws OverloadError `pool-exhausted` when all are in use */
  readonly channel: (options?: CallOptions) => Promise<Channel>;
  /** Opens a publisher. @throws UsageError, OverloadError `pool-exhausted` */
  readonly publisher: (options?: PublisherOptions & CallOptions) => Promise<Publisher>;
  /** Starts consuming from a queue. @throws UsageError, OverloadError `pool-exhausted`, AmqpReplyError */
  readonly consumer: (options: ConsumerOptions) => Promise<Consumer>;
  /**
   * Takes a message from a queue, on a channel of the client's own: if a later `get` is refused, as there is no such queue,
   * what was got and not settled is delivered again. @returns undefined when the queue is empty
   */
  readonly get: (queue: string, options?: CallOptions) => Promise<ReceivedMessage | undefined>;
  /** The events from now on. */
  readonly events: () => AsyncGenerator<AmqpEvent, void>;
  /** Closes consumers and publishers, which waits for what is under way, then the connection. Never rejects. */
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/**
 * Connects to a server: dials, logs in, and opens the virtual host.
 * @throws UsageError for wrong options; ConnectionError `connect-failed`; TimeoutError `connect-timeout`; AmqpReplyError
 *   when the server says no: 403 to the login, 530 to the virtual host
 */
export async function connect({ onEvent, signal, ...given }: ConnectOptions): Promise<AmqpClient> {
  const options = resolveClientOptions(given);
  const emitter = new Emitter<AmqpEvent>();
  if (onEvent !== undefined) emitter.on(onEvent);
  const connection = new Connection(options, emitter.emit);
  await connection.open(signal);
  return new Client(options, connection, emitter);
}

class Client implements AmqpClient {
  readonly connection: AmqpConnection;
  readonly queues: Queues;
  readonly exchanges: Exchanges;
  readonly #options: ResolvedOptions;
  readonly #connection: Connection;
  readonly #emitter: Emitter<AmqpEvent>;
  readonly #context: Context;
  readonly #members = new Set<Member>();
  /** Channels for calls about topology, and for messages that are asked for: one each, when it is needed. */
  readonly #forCalls: Pool<OwnChannel>;
  readonly #forGets: Pool<OwnChannel>;
  readonly #borrowForGet: Borrow;
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedOptions, connection: Connection, emitter: Emitter<AmqpEvent>) {
    this.#options = options;
    this.#connection = connection;
    this.#emitter = emitter;
    let tags = 0;
    this.#context = {
      options,
      connection,
      emit: emitter.emit,
      members: this.#members,
      makeTag: () => `rmq-${(tags += 1)}`,
    };
    const { address, agreement, reached, states } = connection;
    this.connection = {
      address,
      reached,
      states,
      get state() {
        return connection.state;
      },
      ...agreement,
    };
    this.#forCalls = this.#channels({ idleMs: 60_000 });
    // Never idle: with the channel, messages that are not settled would go.
    this.#forGets = this.#channels({ idleMs: MAX_TIMER_MS });
    // A timer of theirs would keep a program from ending whose connection is gone.
    void connection.reached('closed').then(() => this.#closePools(0));
    this.#borrowForGet = lender(connection, this.#forGets, options);
    const caller = borrowingCaller(connection, lender(connection, this.#forCalls, options));
    this.queues = createQueues(caller);
    this.exchanges = createExchanges(caller);
  }

  readonly channel = (options?: CallOptions): Promise<Channel> => openChannel(this.#context, options);

  readonly publisher = ({ timeoutMs, signal, ...options }: PublisherOptions & CallOptions = {}): Promise<Publisher> =>
    createPublisher(this.#context, options, { timeoutMs, signal });

  readonly consumer = (options: ConsumerOptions): Promise<Consumer> => createConsumer(this.#context, options);

  readonly get = (queue: string, options?: CallOptions): Promise<ReceivedMessage | undefined> =>
    this.#borrowForGet((channel) => channel.get(queue, options), options);

  readonly events = (): AsyncGenerator<AmqpEvent, void> => this.#emitter.events();

  readonly close = ({ timeoutMs }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> =>
    (this.#closing ??= this.#drain(timeoutMs ?? this.#options.drainTimeoutMs));

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #channels({ idleMs }: { readonly idleMs: number }): Pool<OwnChannel> {
    const { clock, requestTimeoutMs } = this.#options;
    const limits = resolvePoolLimits({ max: 1, idleMs, acquireTimeoutMs: requestTimeoutMs, maxWaiting: MAX_WAITING });
    return new Pool(limits, {
      clock,
      create: (signal) => openChannel(this.#context, { signal }),
      destroy: (channel) => channel.close(),
      isHealthy: (channel) => channel.isOpen,
      destroyTimeoutMs: requestTimeoutMs,
    });
  }

  async #closePools(timeoutMs: number): Promise<void> {
    await Promise.all([this.#forCalls, this.#forGets].map((pool) => pool.close({ timeoutMs })));
  }

  async #drain(timeoutMs: number): Promise<void> {
    const { clock, address } = this.#options;
    const deadline = clock.now() + timeoutMs;
    this.#connection.drain();
    // Consumers and publishers at the same time: a handler may be waiting for the confirm of what it published.
    const members = [...this.#members].map((member) => member.close({ timeoutMs }));
    const late = (): Error => closedByClient(`the connection to ${address}`);
    const all = Promise.all([...members, this.#closePools(timeoutMs)]);
    await waitUntil(all, { clock, deadline, late }).catch(() => undefined);
    await this.#connection.close({ deadline });
  }
}

/** Calls that wait for their turn. */
const MAX_WAITING = 65_535;
