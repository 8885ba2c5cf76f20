import type { FrameDecoder } from '@rmq/protocol/bytes';
import { encodeFrame, frameDecoder, response, responseCodes, type RemotingCommand } from '@rmq/protocol/rocketmq';
import type { Transport } from '@rmq/transport';
import { Backoff } from '../core/backoff.ts';
import { ConnectionError, TimeoutError } from '../core/errors.ts';
import { Lifecycle, type State } from '../core/lifecycle.ts';
import { Outbox } from '../core/outbox.ts';
import type { RocketmqEvent } from './events.ts';
import { endpointOf, type ResolvedClientOptions } from './options.ts';
import type { Address } from './remoting.ts';
import { type Call, headOf, Session, timeoutOf, wantsAnswer, type WaitingCall } from './session.ts';

/** What connections ask of their owner. */
export interface ConnectionHooks {
  readonly emit: (event: RocketmqEvent) => void;
  /** A new connection is open. */
  readonly onConnected: (address: Address) => void;
  /** The server asks: undefined if nobody here answers such a request. */
  readonly onRequest: (command: RemotingCommand, from: Address) => Promise<RemotingCommand | undefined> | undefined;
  /** The server is about to stop: send this to a new connection. */
  readonly onGoAway: (waiting: WaitingCall, connection: Connection) => void;
}

/** The first pause between attempts to connect. Milliseconds. */
const BACKOFF_BASE_MS = 100;

/** Transport, decoder and outbox of one attempt; a connection has a new one each time it opens. */
interface Wire {
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly decoder: FrameDecoder<RemotingCommand>;
}

/**
 * The connection to one server. It opens with the first request, again after it broke, and closes when nothing moves;
 * {@link Lifecycle} has its states. Requests share it in any number, answers come in any order.
 */
export class Connection {
  readonly address: Address;
  readonly #options: ResolvedClientOptions;
  readonly #hooks: ConnectionHooks;
  readonly #lifecycle: Lifecycle;
  readonly #backoff: Backoff;
  readonly #session: Session;
  #wire: Wire | undefined;
  #opening: Promise<void> | undefined;
  #isWanted = false;
  /** When something last came, and when something last went or came. Epoch milliseconds. */
  #receivedAt = 0;
  #lastMoveAt = 0;
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
    this.#session = new Session(address, options, {
      emit: hooks.emit,
      onRequest: (command) => void this.#answer(command),
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

  /** Requests without an answer yet. */
  get outstanding(): number {
    return this.#session.outstanding;
  }

  /** Sends a request; the promise settles when it is answered, its time is up, or the connection breaks. */
  call(
    call: Call,
    limits: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<RemotingCommand> {
    const since = this.#options.clock.now();
    const { timeoutMs, signal } = limits;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      this.send({ call, resolve, reject, since, deadline: since + timeoutMs, signal });
    });
  }

  /** Sends a request that somebody waits for already. Never throws: failures go to `waiting`. */
  send(waiting: WaitingCall): void {
    if (this.#wire !== undefined && this.state === 'open') this.#write(waiting, this.#wire);
    else void this.#sendLater(waiting);
  }

  /** Sends a request that wants no answer; resolves when it has been handed to the transport's queue. */
  async oneway(
    call: Call,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    signal?.throwIfAborted();
    const since = this.#options.clock.now();
    if (this.state !== 'open')
      await this.#withinBudget({ call, since, deadline: since + timeoutMs, signal }, this.#open());
    if (this.#wire === undefined) throw this.#broken();
    const { request } = call;
    this.#wire.outbox.add(headOf(request, this.#session.oneway()), request.body);
    this.#lastMoveAt = since;
  }

  /** Takes no new requests, waits for the answers to those under way, then closes. Never rejects. */
  async close({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const { clock } = this.#options;
    if (this.state === 'closed' || this.state === 'draining') return;
    const wire = this.#wire;
    if (this.state === 'open' && wire !== undefined) {
      this.#lifecycle.to('draining');
      const until = clock.now() + timeoutMs;
      while (this.#session.outstanding > 0 && clock.now() < until && this.#wire === wire) {
        await new Promise<void>((resolve) => clock.after(Math.min(10, until - clock.now()), resolve));
      }
      await wire.outbox.drained();
    }
    this.#end(
      new ConnectionError('client-closed', `the connection to ${this.address} was closed by this client`),
      'closed',
    );
  }

  #write(waiting: WaitingCall, wire: Wire): void {
    const { request } = waiting.call;
    let opaque: number | undefined;
    try {
      const envelope = this.#session.open(waiting);
      ({ opaque } = envelope);
      wire.outbox.add(headOf(request, envelope), request.body);
      this.#lastMoveAt = waiting.since;
    } catch (cause) {
      if (opaque !== undefined) this.#session.cancel(opaque);
      waiting.reject(cause);
    }
  }

  async #sendLater(waiting: WaitingCall): Promise<void> {
    try {
      await this.#withinBudget(waiting, this.#open());
      if (this.#wire === undefined) throw this.#broken();
      this.#write(waiting, this.#wire);
    } catch (cause) {
      waiting.reject(cause);
    }
  }

  /** Waits for the connection, but not longer than the request may take. */
  #withinBudget(
    waiting: Pick<WaitingCall, 'call' | 'since' | 'deadline' | 'signal'>,
    opened: Promise<void>,
  ): Promise<void> {
    const { clock } = this.#options;
    const { deadline, signal } = waiting;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        settle();
        reject(signal?.reason);
      };
      const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
        settle();
        reject(timeoutOf(waiting, this.address));
      });
      const settle = (): void => {
        cancel();
        signal?.removeEventListener('abort', abort);
      };
      signal?.addEventListener('abort', abort, { once: true });
      opened.then(resolve, reject).finally(settle);
    });
  }

  /** Opens the connection, or joins the attempt under way; fails at once during a pause between attempts. */
  #open(): Promise<void> {
    this.#isWanted = true;
    if (this.state === 'open') return Promise.resolve();
    if (this.state === 'idle') this.#opening = this.#connect();
    return this.#opening ?? Promise.reject(this.#broken());
  }

  async #connect(): Promise<void> {
    this.#lifecycle.to('connecting');
    this.#isWanted = false;
    try {
      const transport = await this.#dial();
      if (this.state !== 'connecting') {
        transport.abort(this.#broken());
        throw this.#broken();
      }
      this.#opened(transport);
    } catch (cause) {
      if (this.state === 'connecting') this.#pause(cause);
      throw this.#broken();
    } finally {
      this.#opening = undefined;
    }
  }

  /** Dials within the connect budget, which is apart from the budget of any request. */
  async #dial(): Promise<Transport> {
    const { clock, connectTimeoutMs, dial } = this.#options;
    const giveUp = new AbortController();
    const cancel = clock.after(connectTimeoutMs, () => {
      const message = `${this.address} did not take the connection within ${connectTimeoutMs.toString()} ms`;
      giveUp.abort(new TimeoutError('connect-timeout', message));
    });
    try {
      return await dial(endpointOf(this.address), { signal: giveUp.signal });
    } finally {
      cancel();
    }
  }

  #opened(transport: Transport): void {
    const { maxFrameBytes } = this.#options;
    const wire = { transport, outbox: new Outbox(transport), decoder: frameDecoder({ maxFrameBytes }) };
    this.#wire = wire;
    this.#fault = undefined;
    this.#receivedAt = this.#lastMoveAt = this.#options.clock.now();
    this.#backoff.reset();
    this.#lifecycle.to('open');
    this.#watchIdle();
    void this.#read(wire);
    this.#hooks.onConnected(this.address);
  }

  async #read(wire: Wire): Promise<void> {
    const { transport, decoder } = wire;
    let fault: unknown;
    try {
      for await (const chunk of transport.incoming) {
        this.#receivedAt = this.#lastMoveAt = this.#options.clock.now();
        decoder.push(chunk);
        for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) this.#session.receive(frame);
      }
      decoder.end();
    } catch (cause) {
      fault = cause;
    }
    if (this.#wire === wire) this.#lost(fault);
  }

  /** The connection broke. Whoever waits fails; the next attempt comes after a pause, if anybody asks. */
  #lost(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : 'the server closed it';
    const fault = new ConnectionError('connection-closed', `the connection to ${this.address} broke: ${why}`, {
      cause,
    });
    if (this.state === 'draining') this.#end(fault, 'closed');
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
    this.#session.end(fault);
    wire?.transport.abort(fault);
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
    if (this.#wire === undefined || this.#receivedAt > since || clock.now() - this.#receivedAt < requestTimeoutMs)
      return;
    this.#lost(new TimeoutError('request-timeout', 'nothing came from it while a request waited for its answer'));
  }

  /** Closes the connection when nothing moved for `idleTimeoutMs`; servers do the same after 120 s. */
  #watchIdle(): void {
    const { clock, idleTimeoutMs } = this.#options;
    const wait = Math.max(1, this.#lastMoveAt + idleTimeoutMs - clock.now());
    this.#cancelTimer = clock.after(wait, () => {
      const isIdle = clock.now() - this.#lastMoveAt >= idleTimeoutMs && this.#session.outstanding === 0;
      if (!isIdle) this.#watchIdle();
      else this.#end(new ConnectionError('connection-closed', `the connection to ${this.address} was idle`), 'idle');
    });
  }

  /** Answers a request of the server: code 3 if nobody here knows it, code 1 if whoever does failed. */
  async #answer(command: RemotingCommand): Promise<void> {
    let answer: RemotingCommand | undefined;
    let cause: unknown;
    try {
      answer = await this.#hooks.onRequest(command, this.address);
      const remark = ` request type ${command.code.toString()} not supported`;
      answer ??= response(command, { code: responseCodes.requestCodeNotSupported, remark });
    } catch (thrown) {
      cause = thrown;
      const remark = thrown instanceof Error ? thrown.message : String(thrown);
      answer = response(command, { code: responseCodes.systemError, remark });
    }
    const isAnswered = wantsAnswer(command) && this.#wire !== undefined;
    if (isAnswered) this.#reply(answer);
    const { address } = this;
    const { code } = command;
    this.#hooks.emit({
      type: 'server.request',
      level: 'debug',
      address,
      code,
      answer: isAnswered ? answer.code : undefined,
      cause,
    });
  }

  #reply(answer: RemotingCommand): void {
    const frame = encodeFrame(answer);
    this.#wire?.outbox.add((writer) => writer.bytes(frame), undefined);
  }
}
