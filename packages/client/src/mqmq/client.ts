import { MAX_GET_TIMEOUT_MS, MIN_GET_TIMEOUT_MS } from '@rmq/protocol/mqmq';
import { decodeInfo, type Info } from '@rmq/protocol/mqmq/info';
import { Budget } from '../core/budget.ts';
import { ConnectionError, TimeoutError } from '../core/errors.ts';
import { Emitter, type Listener } from '../core/events.ts';
import type { ConnectionStatus } from '../core/link.ts';
import { MAX_TIMER_MS, within } from '../core/options.ts';
import { Slab } from '../core/slab.ts';
import { UnderWay } from '../core/under-way.ts';
import { Connection, type Limits } from './connection.ts';
import type { MqmqEvent, QueueName } from './events.ts';
import { unsent } from './failures.ts';
import { DEFAULT_WAIT_MS, type MessagesOptions, messagesOf } from './messages.ts';
import { messageOf, type MqmqMessage } from './message.ts';
import { type ClientOptions, type ResolvedClientOptions, resolveClientOptions } from './options.ts';
import { bytesOf, type Outgoing, outgoing, QueueNames } from './outgoing.ts';
import type { Answer } from './session.ts';
import { WaitingGets } from './waiting-gets.ts';

/** {@link ClientOptions}, who hears what happens, and who may stop connecting. */
export interface ConnectOptions extends ClientOptions {
  /** Hears every event from the beginning; see `prettyListener`. */
  readonly onEvent?: Listener<MqmqEvent> | undefined;
  /** Gives up connecting with its reason; without effect afterwards. */
  readonly signal?: AbortSignal | undefined;
}

/** How long one request may take, and who may stop it. */
export interface RequestOptions {
  /** Rejects with its reason; the request may be carried out all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, 1 to 2^31-1. @defaultValue the client's `requestTimeoutMs` */
  readonly timeoutMs?: number | undefined;
}

/** How long to wait for a message, and who may stop it. */
export interface GetOptions {
  /**
   * The server waits this long for a message. It is up to it to be on time: the client gives up `requestTimeoutMs` later.
   * Milliseconds, whole ones, up to 3600000 (one hour); anything below 1 counts as 1. @defaultValue 1
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Rejects with its reason. Of a get that waits the connection is reset, and a message that was on its way is lost unless
   * the server notices; one that does not wait is answered in a moment, and its message still comes.
   */
  readonly signal?: AbortSignal | undefined;
}

/** A client of one server. Safe to use from many places at a time. */
export interface MqmqClient extends AsyncDisposable {
  /** The connections there are now: that of puts and infos first, then that of gets that do not wait, then of those that do. */
  readonly connections: readonly ConnectionStatus[];
  /**
   * Puts a message at the end of a queue; resolves when the server has it.
   * @throws UsageError before anything is sent: `name-invalid`, `value-out-of-range` when it does not fit into a frame;
   *   ReplyError when the server refuses; ConnectionError or TimeoutError, each a {@link RequestFailure} that says whether
   *   it may be stored; OverloadError; the signal's reason
   */
  readonly put: (queue: QueueName, message: string | Uint8Array, options?: RequestOptions) => Promise<void>;
  /**
   * Takes the first message out of a queue, or waits for one: first come, first served.
   * @throws TimeoutError `no-message` when none came; else as {@link MqmqClient.put}, where a {@link RequestFailure} says
   *   whether a message may be lost; TimeoutError `acquire-timeout` or OverloadError `pool-exhausted` when too many wait
   */
  readonly get: (queue: QueueName, options?: GetOptions) => Promise<MqmqMessage>;
  /** Asks what the server has. @throws as {@link MqmqClient.put}; ProtocolError `body-malformed` */
  readonly info: (options?: RequestOptions) => Promise<Info>;
  /**
   * The messages of a queue as they come, one at a time, until the client closes. Outlives breaks of the connection: a
   * message that was on its way then may be lost. Leaving the loop takes nothing more; the signal ends a wait.
   * @throws ReplyError, UsageError, OverloadError, or the signal's reason
   */
  readonly messages: (queue: QueueName, options?: MessagesOptions) => AsyncGenerator<MqmqMessage, void>;
  /** The events from now on. */
  readonly events: () => AsyncGenerator<MqmqEvent, void>;
  /**
   * Takes nothing new, ends gets that wait, waits for all else under way, says Quit. Never rejects.
   * @param options - `timeoutMs`: wait no longer. 0 to 2^31-1. @defaultValue `drainTimeoutMs`
   */
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/**
 * Connects to a server: resolves when the connection is open.
 * @throws UsageError `value-out-of-range` or `address-invalid`; ConnectionError `connect-failed`; the signal's reason
 */
export async function connect({ onEvent, signal, ...options }: ConnectOptions): Promise<MqmqClient> {
  const emitter = new Emitter<MqmqEvent>();
  if (onEvent !== undefined) emitter.on(onEvent);
  const client = new Client(resolveClientOptions(options), emitter);
  signal?.throwIfAborted();
  const giveUp = (): void => void client.close({ timeoutMs: 0 });
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await client.open();
    return client;
  } catch (cause) {
    giveUp();
    throw signal?.aborted === true ? signal.reason : cause;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

class Client implements MqmqClient {
  readonly #options: ResolvedClientOptions;
  readonly #emitter: Emitter<MqmqEvent>;
  /** Puts and infos. */
  readonly #requests: Connection;
  /** Gets that do not wait: apart, as each may still hold up what is behind it for a moment. */
  readonly #polls: Connection;
  readonly #waiting: WaitingGets;
  readonly #budget: Budget;
  readonly #names = new QueueNames();
  readonly #bodies = new Slab();
  readonly #calls = new UnderWay();
  /** Aborted by closing. */
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(options: ResolvedClientOptions, emitter: Emitter<MqmqEvent>) {
    this.#options = options;
    this.#emitter = emitter;
    this.#requests = new Connection(options, emitter.emit);
    this.#polls = new Connection(options, emitter.emit);
    this.#waiting = new WaitingGets(options, emitter.emit);
    this.#budget = new Budget({ count: options.maxOutstanding, bytes: options.maxOutstandingBytes }, options.clock);
  }

  get connections(): readonly ConnectionStatus[] {
    return [this.#requests, this.#polls, ...this.#waiting.busy];
  }

  open(): Promise<void> {
    return this.#requests.open();
  }

  readonly put = async (
    queue: QueueName,
    message: string | Uint8Array,
    options: RequestOptions = {},
  ): Promise<void> => {
    const name = this.#names.bytesOf(queue);
    const request = outgoing({ type: 'Put', queue: name, message: bytesOf(message) });
    const limits = this.#limits(options);
    this.#begin();
    try {
      const left = this.#budget.tryEnter(request.bytes) ? limits : await this.#room(request.bytes, limits);
      try {
        await this.#requests.call({ type: 'Put', queue }, request, left);
      } finally {
        this.#budget.leave(request.bytes);
      }
    } finally {
      this.#calls.end();
    }
  };

  readonly get = async (queue: QueueName, { signal, timeoutMs }: GetOptions = {}): Promise<MqmqMessage> => {
    const waitMs = Math.max(timeoutMs ?? MIN_GET_TIMEOUT_MS, MIN_GET_TIMEOUT_MS);
    const request = outgoing({ type: 'Get', queue: this.#names.bytesOf(queue), timeoutMs });
    this.#begin();
    try {
      const { requestTimeoutMs: acquireTimeoutMs } = this.#options;
      const answer =
        waitMs > MIN_GET_TIMEOUT_MS
          ? await this.#waiting.get({ queue, request, waitMs, acquireTimeoutMs, signal })
          : await this.#poll(queue, request, signal);
      if (answer.type === 'OK' && answer.value !== undefined) return messageOf(answer.value, this.#bodies);
    } finally {
      this.#calls.end();
    }
    throw new TimeoutError('no-message', `no message came within ${waitMs.toString()} ms`);
  };

  readonly info = async (options: RequestOptions = {}): Promise<Info> => {
    const limits = this.#limits(options);
    this.#begin();
    try {
      const answer = await this.#requests.call({ type: 'Info' }, outgoing({ type: 'Info' }), limits);
      return decodeInfo((answer.type === 'OK' ? answer.value : undefined) ?? new Uint8Array(0));
    } finally {
      this.#calls.end();
    }
  };

  readonly messages = (queue: QueueName, options: MessagesOptions = {}): AsyncGenerator<MqmqMessage, void> => {
    const waitMs = within('timeoutMs', options.timeoutMs ?? DEFAULT_WAIT_MS, { min: 1, max: MAX_GET_TIMEOUT_MS });
    const request = outgoing({ type: 'Get', queue: bytesOf(queue), timeoutMs: waitMs });
    return messagesOf(
      { queue, request, waitMs, acquireTimeoutMs: MAX_TIMER_MS, signal: options.signal },
      {
        ...this.#options,
        gets: this.#waiting,
        bodies: this.#bodies,
        emit: this.#emitter.emit,
        closing: this.#closing.signal,
      },
    );
  };

  readonly events = (): AsyncGenerator<MqmqEvent, void> => this.#emitter.events();

  readonly close = ({ timeoutMs }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> =>
    (this.#closed ??= this.#drain(timeoutMs ?? this.#options.drainTimeoutMs));

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @throws ConnectionError `client-closed` */
  #begin(): void {
    if (this.#closed !== undefined) throw unsent(new ConnectionError('client-closed', 'this client was closed'));
    this.#calls.begin();
  }

  /** Whatever it brings is taken, also when the signal aborts after it was sent. */
  async #poll(queue: QueueName, request: Outgoing, signal: AbortSignal | undefined): Promise<Answer> {
    const { requestTimeoutMs: timeoutMs } = this.#options;
    const answer = await this.#polls.call({ type: 'Get', queue }, request, { timeoutMs, signal, isKept: true });
    if (answer.type === 'Timeout') signal?.throwIfAborted();
    return answer;
  }

  /** Waits for room, which leaves less time for the request. */
  async #room(bytes: number, { timeoutMs, signal }: Limits): Promise<Limits> {
    const { clock } = this.#options;
    const deadline = clock.now() + timeoutMs;
    await this.#budget.enter(bytes, { timeoutMs, signal });
    return { timeoutMs: deadline - clock.now(), signal };
  }

  /** @throws UsageError for what is no time: a timer set to it would fire at once, or never */
  #limits({ signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions): Limits {
    return { timeoutMs: within('timeoutMs', timeoutMs, { min: 1, max: MAX_TIMER_MS }), signal };
  }

  async #drain(timeoutMs: number): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.now() + timeoutMs;
    this.#closing.abort();
    const waiting = this.#waiting.close({ timeoutMs });
    await this.#calls.none({ clock, timeoutMs });
    const left = { timeoutMs: Math.max(0, deadline - clock.now()) };
    await Promise.all([waiting, this.#requests.close(left), this.#polls.close(left)]);
  }
}
