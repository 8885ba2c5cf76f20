import { ProtocolError, RmqError } from '@rmq/protocol';
import type { Writer } from '@rmq/protocol/bytes';
import { type Frame, frameDecoder, writeHeartbeat } from '@rmq/protocol/amqp';
import type { Transport } from '@rmq/transport';
import { dialWithin } from '../core/dial-within.ts';
import { ConnectionError, TimeoutError } from '../core/errors.ts';
import { Lifecycle, type State, type Watchable } from '../core/lifecycle.ts';
import { waitUntil } from '../core/wait-until.ts';
import { Wire } from '../core/wire.ts';
import type { ChannelSession, ChannelUser } from './channel-session.ts';
import { AmqpReplyError, closedByClient } from './errors.ts';
import type { AmqpEvent } from './events.ts';
import type { Agreement } from './handshake.ts';
import { Heartbeat } from './heartbeat.ts';
import type { CallOptions, ResolvedOptions } from './options.ts';
import { Session } from './session.ts';

/** How long the last words may take to go out. Milliseconds. */
const FAREWELL_MS = 1_000;

/**
 * One connection, from dialing to its end: a {@link Session} on a transport, with a clock. It lives once; a client that
 * survives losses has several, one after the other.
 */
export class Connection {
  readonly address: string;
  readonly reached: Watchable['reached'];
  readonly states: Watchable['states'];
  readonly #options: ResolvedOptions;
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  #wire: Wire<Frame> | undefined;
  #agreement: Agreement | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  #fault: Error | undefined;
  /** What waits for the handshake, or for the answer to our close. */
  #onAgreed: () => void = () => undefined;
  #onCloseOk: () => void = () => undefined;
  #onFailed: (fault: Error) => void = () => undefined;

  constructor(options: ResolvedOptions, emit: (event: AmqpEvent) => void) {
    const { address } = options;
    this.address = address;
    this.#options = options;
    this.#lifecycle = new Lifecycle((from, to, cause) => {
      emit({ type: 'connection.state', level: 'info', address, from, to, cause });
    });
    this.reached = this.#lifecycle.reached;
    this.states = (watch) => this.#lifecycle.states(watch);
    this.#session = new Session(options, {
      emit,
      send: (write) => {
        this.#send(write);
      },
      onOpened: (agreement) => {
        this.#agreement = agreement;
        this.#onAgreed();
      },
      onClosed: () => {
        this.#onCloseOk();
      },
    });
  }

  get state(): State {
    return this.#lifecycle.state;
  }

  /** Why it is over, or about to be; undefined as long as it can be used. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** What was agreed on. @throws ConnectionError before the connection is open */
  get agreement(): Agreement {
    if (this.#agreement === undefined) throw this.#broken();
    return this.#agreement;
  }

  /**
   * Dials and shakes hands.
   * @throws ConnectionError `connect-failed`; TimeoutError `connect-timeout`; AmqpReplyError when the server says no, to
   *   the login or the vhost; UsageError `properties-too-large`; or the signal's reason
   */
  async open(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const { clock, connectTimeoutMs } = this.#options;
    const deadline = clock.now() + connectTimeoutMs;
    this.#lifecycle.to('connecting');
    try {
      const transport = await this.#dial(signal);
      await waitUntil(this.#greet(transport), { clock, deadline, signal, late: () => this.#lateHandshake() });
    } catch (cause) {
      const fault = this.#cannotConnect(cause);
      this.#end(fault, cause);
      signal?.throwIfAborted();
      throw fault;
    }
    this.#lifecycle.to('open');
    this.#beat();
  }

  /** A new channel, opened. @throws as {@link ChannelSession.call}, OverloadError `pool-exhausted` */
  async channel(user: ChannelUser, options: CallOptions = {}): Promise<ChannelSession> {
    options.signal?.throwIfAborted();
    const channel = this.#session.channel(user);
    try {
      await channel.call({ name: 'channel.open', args: {} }, options);
    } catch (cause) {
      void channel.close();
      throw cause;
    }
    return channel;
  }

  /** Opens no channels any more. */
  drain(): void {
    if (this.#lifecycle.state !== 'open') return;
    this.#session.drain();
    this.#lifecycle.to('draining');
  }

  /** Says goodbye, waits for the answer but no longer than this, and ends. Never rejects. */
  async close({ deadline }: { readonly deadline: number }): Promise<void> {
    const { clock } = this.#options;
    const fault = closedByClient(`the connection to ${this.address}`);
    this.drain();
    if (this.#lifecycle.state === 'draining') {
      // From now on the end is ours, whoever hangs up first.
      this.#fault = fault;
      const goodbye = this.#sayGoodbye();
      await waitUntil(goodbye, { clock, deadline, late: () => fault }).catch(() => undefined);
    }
    this.#end(fault, undefined);
  }

  #dial(signal: AbortSignal | undefined): Promise<Transport> {
    const { clock, connectTimeoutMs: timeoutMs, dial, endpoint } = this.#options;
    return dialWithin(endpoint, { dial, clock, timeoutMs, signal: signal ?? new AbortController().signal });
  }

  async #greet(transport: Transport): Promise<void> {
    const { clock, maxFrameBytes } = this.#options;
    const wire = new Wire(transport, { clock, decoder: frameDecoder({ maxFrameBytes }) });
    this.#wire = wire;
    const agreed = new Promise<void>((resolve, reject) => {
      this.#onAgreed = resolve;
      this.#onFailed = reject;
    });
    this.#session.start();
    void this.#read(wire);
    await agreed;
  }

  async #read(wire: Wire<Frame>): Promise<void> {
    const fault = await wire.read((frame) => {
      if (this.#wire === wire) this.#session.receive(frame);
    });
    if (this.#wire === wire) this.#lost(fault);
  }

  async #sayGoodbye(): Promise<void> {
    const answered = new Promise<void>((resolve) => (this.#onCloseOk = resolve));
    this.#session.close();
    await answered;
    await this.#wire?.end();
  }

  #send(write: (writer: Writer) => void): void {
    // Without a wire it is over, and whoever waits for an answer is about to hear of it.
    this.#wire?.send(write, undefined, this.#options.clock.now());
  }

  /** It broke, or the server ended it, or what it sent makes no sense. */
  #lost(cause: unknown): void {
    if (this.#lifecycle.state === 'connecting') this.#onFailed(asError(cause));
    else this.#end(this.#fault ?? this.#lostFault(cause), cause);
  }

  #lostFault(cause: unknown): Error {
    if (cause instanceof AmqpReplyError) return cause;
    const why = cause instanceof Error ? cause.message : 'the server closed it without a word';
    return new ConnectionError('connection-closed', `the connection to ${this.address} broke: ${why}`, { cause });
  }

  #cannotConnect(cause: unknown): Error {
    if (cause instanceof AmqpReplyError || cause instanceof TimeoutError) return cause;
    if (cause instanceof RmqError && cause.code === 'properties-too-large') return cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    // What was agreed on tells how far it came: before, RabbitMQ refuses by hanging up.
    const hint = this.#wire === undefined || cause instanceof ProtocolError ? '' : ` (${this.#session.hint})`;
    const message = `cannot connect to ${this.address}: ${why}${hint}`;
    return new ConnectionError('connect-failed', message, { cause });
  }

  #lateHandshake(): TimeoutError {
    const { connectTimeoutMs } = this.#options;
    const message = `${this.address} did not finish the handshake within ${connectTimeoutMs} ms: ${this.#session.hint}`;
    return new TimeoutError('connect-timeout', message);
  }

  /** The one end. @param cause - what the server did, if it did anything */
  #end(fault: Error, cause: unknown): void {
    if (this.#lifecycle.state === 'closed') return;
    const wire = this.#wire;
    if (cause instanceof ProtocolError && this.#agreement !== undefined) this.#session.complain(cause);
    this.#wire = undefined;
    this.#fault = fault;
    this.#cancelHeartbeat?.();
    this.#lifecycle.to('closed', fault);
    if (wire !== undefined) this.#part(wire, { fault, cause });
    this.#session.end(fault);
    this.#onCloseOk();
  }

  /** Lets the wire go, with what is still to be said: the answer to a close, or a complaint. */
  #part(wire: Wire<Frame>, { fault, cause }: { readonly fault: Error; readonly cause: unknown }): void {
    if (!(cause instanceof AmqpReplyError) && !(cause instanceof ProtocolError)) {
      wire.abort(fault);
      return;
    }
    const { clock } = this.#options;
    void waitUntil(wire.end(), { clock, deadline: clock.now() + FAREWELL_MS, late: () => fault })
      .catch(() => undefined)
      .finally(() => {
        wire.abort(fault);
      });
  }

  #beat(): void {
    const { heartbeatSeconds = 0 } = this.#agreement ?? {};
    const wire = this.#wire;
    if (heartbeatSeconds === 0 || wire === undefined) return;
    const { clock } = this.#options;
    const heartbeat = new Heartbeat(wire);
    const tick = (): void => {
      const now = clock.now();
      const verdict = heartbeat.tick(wire, now);
      if (verdict === 'dead') {
        this.#lost(new TimeoutError('request-timeout', `nothing came for ${2 * heartbeatSeconds} s`));
        return;
      }
      // What waits to be sent already is as good; a server that does not read is not sent more and more.
      if (verdict === 'send' && wire.outbox.pendingBytes === 0) wire.send(writeHeartbeat, undefined, now);
      this.#cancelHeartbeat = clock.after(heartbeatSeconds * 500, tick);
    };
    this.#cancelHeartbeat = clock.after(heartbeatSeconds * 500, tick);
  }

  #broken(): Error {
    return this.#fault ?? new ConnectionError('connection-closed', `there is no connection to ${this.address}`);
  }
}

/** The end of the stream is no error yet. */
function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new ConnectionError('connection-closed', 'the server closed it');
}
