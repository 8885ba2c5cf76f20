import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { Transport } from '@rmq/transport';
import { Backoff } from '../core/backoff.ts';
import { dialWithin } from '../core/dial-within.ts';
import { ConnectionError, OverloadError, TimeoutError } from '../core/errors.ts';
import { Lifecycle, type State, type Watchable, type WatchOptions } from '../core/lifecycle.ts';
import { waitUntil } from '../core/wait-until.ts';
import { endpointOf, type ResolvedClientOptions } from './options.ts';
import type { Address } from './remoting.ts';
import { ServerRequests, type ServerRequestsHooks } from './server-requests.ts';
import { type Call, headOf, overloadOf, Session, timeoutOf, type WaitingCall } from './session.ts';
import { Wire } from './wire.ts';

/** What connections ask of their owner. */
export interface ConnectionHooks extends ServerRequestsHooks {
  /** A new connection is open. */
  readonly onConnected: (address: Address) => void;
  /** The server is about to stop: send this to a new connection. */
  readonly onGoAway: (waiting: WaitingCall, connection: Connection) => void;
}

/** What users see of a connection. */
export interface ConnectionStatus extends Watchable {
  readonly address: Address;
  /** Requests without an answer yet. */
  readonly outstanding: number;
}

/** The first pause between attempts to connect. Milliseconds. */
const BACKOFF_BASE_MS = 100;
/** With more than this unsent, a oneway waits: nothing else slows its sender down. Bytes. */
const ONEWAY_PENDING_BYTES = 1_024 * 1_024;
/** A server that asks and asks but does not read its answers is given up beyond this. Bytes. */
const MAX_PENDING_BYTES = 64 * 1_024 * 1_024;

/** How long a request may take, and who may stop it. */
export interface Limits {
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What waiting for a connection depends on. */
type Budget = Pick<WaitingCall, 'call' | 'since' | 'deadline' | 'signal'>;

/**
 * The connection to one server. It opens with the first request, again after it broke, and closes when nothing moves;
 * {@link Lifecycle} has its states. Requests share it in any number, answers come in any order.
 */
export class Connection implements ConnectionStatus {
  readonly address: Address;
  readonly reached: Watchable['reached'];
  readonly #options: ResolvedClientOptions;
  readonly #hooks: ConnectionHooks;
  readonly #lifecycle: Lifecycle;
  readonly #backoff: Backoff;
  readonly #session: Session;
  #wire: Wire | undefined;
  #opening: Promise<void> | undefined;
  /** Ends the attempt to connect. */
  #giveUp = new AbortController();
  #drained: Promise<void> | undefined;
  /** Requests that wait for the connection. */
  #parked = 0;
  #isWanted = false;
  #cancelTimer: (() => void) | undefined;
  #fault: Error | undefined;

  constructor(address: Address, options: ResolvedClientOptions, hooks: ConnectionHooks) {
    this.address = address;
    this.#options = options;
    this.#hooks = hooks;
    this.#backoff = new Backoff({ baseMs: BACKOFF_BASE_MS, maxMs: options.maxBackoffMs, random: options.random });
    this.#lifecycle = new Lifecycle((from, to, cause) => {
      hooks.emit({ type: 'connection.state', level: 'info', address, from, to, cause });
    });
    this.reached = this.#lifecycle.reached;
    const serverRequests = new ServerRequests(address, hooks);
    const answer = (frame: RemotingCommand): void => {
      this.#reply(frame);
    };
    this.#session = new Session(address, options, {
      emit: hooks.emit,
      onRequest: (command) => void serverRequests.receive(command, answer),
      onGoAway: (waiting) => {
        hooks.onGoAway(waiting, this);
      },
      onTimeout: (waiting) => {
        this.#suspect(waiting);
      },
    });
  }

  get state(): State {
    return this.#lifecycle.state;
  }

  states(options?: WatchOptions): AsyncGenerator<State, void> {
    return this.#lifecycle.states(options);
  }

  /** Requests without an answer yet. */
  get outstanding(): number {
    return this.#session.outstanding;
  }

  /** Sends a request; the promise settles when it is answered, its time is up, or the connection breaks. */
  call(call: Call, { timeoutMs, signal }: Limits): Promise<RemotingCommand> {
    const since = this.#options.clock.now();
    return new Promise((resolve, reject) => {
      this.send({ call, resolve, reject, since, deadline: since + timeoutMs, signal });
    });
  }

  /** Sends a request that somebody waits for already. Never throws: failures go to `waiting`. */
  send(waiting: WaitingCall): void {
    if (this.#wire !== undefined && this.#is('open')) this.#write(waiting, this.#wire);
    else void this.#sendLater(waiting);
  }

  /** Sends a request that wants no answer; resolves when it has been handed to the transport's queue. */
  async oneway(call: Call, { timeoutMs, signal }: Limits): Promise<void> {
    signal?.throwIfAborted();
    const since = this.#options.clock.now();
    const budget = { call, since, deadline: since + timeoutMs, signal };
    if (!this.#is('open')) await this.#wait(this.open(), budget);
    const wire = this.#wire;
    if (wire !== undefined && wire.outbox.pendingBytes > ONEWAY_PENDING_BYTES) {
      await this.#wait(wire.outbox.drained(), budget);
    }
    if (this.#wire === undefined) throw this.#broken();
    const { request } = call;
    this.#wire.send(headOf(request, this.#session.oneway()), request.body, since);
  }

  /**
   * Takes no new requests, waits for the answers to those under way and for what is still to be sent, then closes. Called
   * again, it gives the same work the time that the new call allows. Never rejects.
   */
  async close({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const { clock } = this.#options;
    const fault = new ConnectionError('client-closed', `the connection to ${this.address} was closed by this client`);
    if (this.#wire !== undefined && this.#is('open')) {
      this.#lifecycle.to('draining');
      this.#drained = this.#drain(this.#wire);
    }
    if (this.#drained !== undefined && !this.#is('closed')) {
      const late = (): unknown => fault; // those who still wait get it: closing itself does not fail
      await waitUntil(this.#drained, { clock, deadline: clock.now() + timeoutMs, late }).catch(() => undefined);
    }
    if (!this.#is('closed')) this.#end(fault, 'closed');
  }

  async #drain(wire: Wire): Promise<void> {
    await this.#session.quiet();
    await wire.end();
  }

  /** Asked anew each time: it changes during waits and calls, which the compiler does not see of a getter. */
  #is(state: State): boolean {
    return this.#lifecycle.state === state;
  }

  #write(waiting: WaitingCall, wire: Wire): void {
    const { signal } = waiting;
    if (signal?.aborted === true) {
      waiting.reject(signal.reason);
      return;
    }
    const { request } = waiting.call;
    let opaque: number | undefined;
    try {
      const envelope = this.#session.open(waiting);
      ({ opaque } = envelope);
      wire.send(headOf(request, envelope), request.body, waiting.since);
    } catch (cause) {
      if (opaque !== undefined) this.#session.cancel(opaque);
      waiting.reject(cause);
    }
  }

  async #sendLater(waiting: WaitingCall): Promise<void> {
    try {
      waiting.signal?.throwIfAborted();
      await this.#wait(this.open(), waiting);
      if (this.#wire === undefined) throw this.#broken();
      this.#write(waiting, this.#wire);
    } catch (cause) {
      waiting.reject(cause);
    }
  }

  /** Waits for the connection, but not longer than the request may take, and not with any number of others. */
  async #wait(promise: Promise<void>, budget: Budget): Promise<void> {
    const { clock, maxOutstanding } = this.#options;
    const { deadline, signal } = budget;
    promise.catch(() => undefined); // also if nobody comes to wait for it
    if (this.#parked >= maxOutstanding) throw overloadOf(this.address, maxOutstanding);
    this.#parked += 1;
    try {
      await waitUntil(promise, { clock, deadline, signal, late: () => timeoutOf(budget, this.address) });
    } finally {
      this.#parked -= 1;
    }
  }

  /**
   * Opens the connection, or joins the attempt under way; fails at once during a pause between attempts.
   * @throws ConnectionError
   */
  open(): Promise<void> {
    this.#isWanted = true;
    if (this.#is('open')) return Promise.resolve();
    if (this.#is('idle')) this.#opening = this.#connect();
    return this.#opening ?? Promise.reject(this.#broken());
  }

  async #connect(): Promise<void> {
    this.#lifecycle.to('connecting');
    this.#isWanted = false;
    this.#giveUp = new AbortController();
    const { clock, connectTimeoutMs: timeoutMs, dial } = this.#options;
    try {
      const to = endpointOf(this.address);
      const transport = await dialWithin(to, { dial, clock, timeoutMs, signal: this.#giveUp.signal });
      if (!this.#is('connecting')) {
        transport.abort(this.#broken());
        throw this.#broken();
      }
      this.#opened(transport);
    } catch (cause) {
      if (this.#is('connecting')) this.#pause(cause);
      throw this.#broken();
    } finally {
      this.#opening = undefined;
    }
  }

  #opened(transport: Transport): void {
    const wire = new Wire(transport, this.#options);
    this.#wire = wire;
    this.#fault = undefined;
    this.#backoff.reset();
    this.#lifecycle.to('open');
    this.#watchIdle(wire);
    void this.#read(wire);
    this.#hooks.onConnected(this.address);
  }

  async #read(wire: Wire): Promise<void> {
    const fault = await wire.read((frame) => {
      this.#session.receive(frame);
    });
    if (this.#wire === wire) this.#lost(fault);
  }

  /**
   * The connection broke. Whoever waits fails; the next attempt comes after a pause, if anybody asks. A server that
   * closes what nobody uses is no failure: then the next request connects at once.
   */
  #lost(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : 'the server closed it';
    const message = `the connection to ${this.address} broke: ${why}`;
    const fault = new ConnectionError('connection-closed', message, { cause });
    if (this.#is('draining')) this.#end(fault, 'closed');
    else if (cause === undefined && this.#session.outstanding === 0) this.#end(fault, 'idle');
    else {
      this.#end(fault);
      this.#pause(fault);
    }
  }

  /** Lets the wire go and fails what waits. */
  #end(fault: ConnectionError, to?: 'closed' | 'idle'): void {
    const wire = this.#wire;
    this.#wire = undefined;
    this.#fault = fault;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (to !== undefined) this.#lifecycle.to(to, fault);
    this.#giveUp.abort(fault);
    this.#session.end(fault);
    wire?.abort(fault);
  }

  #pause(cause: unknown): void {
    this.#fault = cause instanceof ConnectionError ? cause : this.#unreachable(cause);
    this.#lifecycle.to('backoff', cause);
    this.#cancelTimer = this.#options.clock.after(this.#backoff.next(), () => {
      this.#cancelTimer = undefined;
      if (!this.#isWanted) this.#lifecycle.to('idle');
      else {
        this.#opening = this.#connect();
        this.#opening.catch(() => undefined); // those who wait for it hear of it; nobody else needs to
      }
    });
  }

  #unreachable(cause: unknown): ConnectionError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new ConnectionError('connect-failed', `cannot connect to ${this.address}: ${why}`, { cause });
  }

  #broken(): Error {
    return this.#fault ?? new ConnectionError('connection-closed', `there is no connection to ${this.address}`);
  }

  /**
   * A request got no answer. If nothing at all came since it was sent, and for at least a request's usual time, the
   * connection is taken for dead: a peer that vanished sends no FIN.
   */
  #suspect({ since }: WaitingCall): void {
    const { clock, requestTimeoutMs } = this.#options;
    const receivedAt = this.#wire?.receivedAt ?? Number.POSITIVE_INFINITY;
    if (receivedAt > since || clock.now() - receivedAt < requestTimeoutMs) return;
    this.#lost(new TimeoutError('request-timeout', 'nothing came from it while a request waited for its answer'));
  }

  /** Closes the connection when nothing moved for `idleTimeoutMs`; servers do the same after 120 s. */
  #watchIdle(wire: Wire): void {
    const { clock, idleTimeoutMs } = this.#options;
    this.#cancelTimer = clock.after(Math.max(1, wire.movedAt + idleTimeoutMs - clock.now()), () => {
      const isIdle = clock.now() - wire.movedAt >= idleTimeoutMs && this.#session.outstanding === 0;
      if (!this.#is('open')) return;
      if (!isIdle) this.#watchIdle(wire);
      else this.#end(new ConnectionError('connection-closed', `the connection to ${this.address} was idle`), 'idle');
    });
  }

  /** @throws ConnectionError when there is no connection to answer on */
  #reply(answer: RemotingCommand): void {
    if (this.#wire === undefined) throw this.#broken();
    this.#wire.reply(answer);
    const { pendingBytes } = this.#wire.outbox;
    if (pendingBytes > MAX_PENDING_BYTES) {
      const message = `${this.address} asks but does not read its answers: ${pendingBytes.toString()} bytes wait`;
      this.#lost(new OverloadError('too-many-requests', message));
    }
  }
}
