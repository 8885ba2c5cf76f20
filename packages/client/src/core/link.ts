import type { FrameDecoder } from '@rmq/protocol/bytes';
import type { Dial, Endpoint, Transport } from '@rmq/transport';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { dialWithin } from './dial-within.ts';
import { ConnectionError, OverloadError, TimeoutError } from './errors.ts';
import { Lifecycle, type State, type Watchable, type WatchOptions } from './lifecycle.ts';
import { waitUntil } from './wait-until.ts';
import { Wire } from './wire.ts';

/** What users see of a connection. */
export interface ConnectionStatus extends Watchable {
  readonly address: string;
  /** Requests without an answer yet. */
  readonly outstanding: number;
}

/** The options of a client that its connections go by; all in milliseconds but those that say otherwise. */
export interface LinkOptions {
  readonly dial: Dial;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxBackoffMs: number;
  /** So many requests may wait for the connection to open. */
  readonly maxOutstanding: number;
}

/** Where a {@link Link} leads. */
export interface Peer {
  /** `host:port`, for messages and events. */
  readonly address: string;
  readonly endpoint: Endpoint;
}

/** What a protocol adds to a {@link Link}. */
export interface LinkHooks<Frame extends object> {
  /** The state changed. */
  readonly onState: (from: State, to: State, cause: unknown) => void;
  /** A fresh decoder: each connection has its own. */
  readonly decoder: () => FrameDecoder<Frame>;
  /** What throws here breaks the connection. */
  readonly onFrame: (frame: Frame) => void;
  /** It is open: again, maybe. */
  readonly onOpened: () => void;
  /** It is over: whoever waits for an answer fails with this. */
  readonly onOver: (fault: Error) => void;
  /** Requests without an answer yet. */
  readonly outstanding: () => number;
  /** Settles when there are none. */
  readonly quiet: () => Promise<void>;
  /** Says goodbye before the end, if the protocol has a word for it. */
  readonly farewell?: ((wire: Wire<Frame>) => void) | undefined;
}

/** What waiting for a connection depends on. */
export interface ReadyBudget {
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** The error when the deadline has come. */
  readonly late: () => unknown;
}

/** The first pause between attempts to connect. Milliseconds. */
const BACKOFF_BASE_MS = 100;

/**
 * The way to one server, whatever is spoken on it: opens when it is needed, again after it broke, with growing pauses
 * between failures, and closes when nothing moves. {@link Lifecycle} has its states.
 */
export class Link<Frame extends object> implements Watchable {
  readonly address: string;
  readonly reached: Watchable['reached'];
  readonly #endpoint: Endpoint;
  readonly #options: LinkOptions;
  readonly #hooks: LinkHooks<Frame>;
  readonly #lifecycle: Lifecycle;
  readonly #backoff: Backoff;
  #wire: Wire<Frame> | undefined;
  #opening: Promise<void> | undefined;
  /** Ends the attempt to connect. */
  #giveUp = new AbortController();
  #drained: Promise<void> | undefined;
  /** Requests that wait for the connection. */
  #parked = 0;
  #isWanted = false;
  #cancelTimer: (() => void) | undefined;
  #fault: Error | undefined;

  constructor({ address, endpoint }: Peer, options: LinkOptions, hooks: LinkHooks<Frame>) {
    this.address = address;
    this.#endpoint = endpoint;
    this.#options = options;
    this.#hooks = hooks;
    this.#backoff = new Backoff({ baseMs: BACKOFF_BASE_MS, maxMs: options.maxBackoffMs, random: options.random });
    this.#lifecycle = new Lifecycle(hooks.onState);
    this.reached = this.#lifecycle.reached;
  }

  get state(): State {
    return this.#lifecycle.state;
  }

  states(options?: WatchOptions): AsyncGenerator<State, void> {
    return this.#lifecycle.states(options);
  }

  /** Takes frames, also while it drains; undefined unless it is connected. */
  get wire(): Wire<Frame> | undefined {
    return this.#wire;
  }

  /** Takes new requests; undefined unless it is open. */
  get openWire(): Wire<Frame> | undefined {
    return this.#is('open') ? this.#wire : undefined;
  }

  /**
   * Opens the connection, or joins the attempt under way; fails at once during a pause between attempts.
   * @throws ConnectionError
   */
  open(): Promise<void> {
    this.#isWanted = true;
    if (this.#is('open')) return Promise.resolve();
    if (this.#is('idle')) this.#opening = this.#connect();
    return this.#opening ?? Promise.reject(this.broken());
  }

  /** Opens it for a request. @throws ConnectionError, OverloadError, what `late` says, or the signal's reason */
  async ready(budget: ReadyBudget): Promise<Wire<Frame>> {
    await this.wait(this.open(), budget);
    if (this.#wire === undefined) throw this.broken();
    return this.#wire;
  }

  /**
   * As {@link ready}, but goes on after failed attempts, and through the pauses between them, until the deadline.
   * @throws what the last attempt failed with
   */
  async readyInTime(budget: ReadyBudget): Promise<Wire<Frame>> {
    for (;;) {
      try {
        return await this.ready(budget);
      } catch (cause) {
        if (!(cause instanceof ConnectionError) || cause.code === 'client-closed') throw cause;
        const next = this.reached(['open', 'idle']).then(() => undefined);
        await this.wait(next, { ...budget, late: () => cause });
      }
    }
  }

  /** Waits for something, but not longer than a request may take, and not with any number of others. */
  async wait(promise: Promise<void>, { deadline, signal, late }: ReadyBudget): Promise<void> {
    const { clock, maxOutstanding } = this.#options;
    promise.catch(() => undefined); // also if nobody comes to wait for it
    if (this.#parked >= maxOutstanding) throw overloadOf(this.address, maxOutstanding);
    this.#parked += 1;
    try {
      await waitUntil(promise, { clock, deadline, signal, late });
    } finally {
      this.#parked -= 1;
    }
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

  /** Drops it for good, with all that is under way: the server sees a reset, not an end. */
  cut(fault: ConnectionError): void {
    if (!this.#is('closed')) this.#end(fault, 'closed');
  }

  /**
   * A request that was sent at `since` got no answer. If nothing at all came since then, and for at least a request's
   * usual time, the connection is taken for dead: a peer that vanished sends no FIN.
   */
  suspect(since: number): void {
    const { clock, requestTimeoutMs } = this.#options;
    const receivedAt = this.#wire?.receivedAt ?? Number.POSITIVE_INFINITY;
    if (receivedAt > since || clock.now() - receivedAt < requestTimeoutMs) return;
    this.lost(new TimeoutError('request-timeout', 'nothing came from it while a request waited for its answer'));
  }

  /**
   * The connection broke. Whoever waits fails; the next attempt comes after a pause, if anybody asks. A server that
   * closes what nobody uses is no failure: then the next request connects at once.
   */
  lost(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : 'the server closed it';
    const message = `the connection to ${this.address} broke: ${why}`;
    const fault = new ConnectionError('connection-closed', message, { cause });
    if (this.#is('draining')) this.#end(fault, 'closed');
    else if (cause === undefined && this.#hooks.outstanding() === 0) this.#end(fault, 'idle');
    else {
      this.#end(fault);
      this.#pause(fault);
    }
  }

  /** Why there is no connection now. */
  broken(): Error {
    return this.#fault ?? new ConnectionError('connection-closed', `there is no connection to ${this.address}`);
  }

  /** Asked anew each time: it changes during waits and calls, which the compiler does not see of a getter. */
  #is(state: State): boolean {
    return this.#lifecycle.state === state;
  }

  async #drain(wire: Wire<Frame>): Promise<void> {
    await this.#hooks.quiet();
    this.#hooks.farewell?.(wire);
    await wire.end();
  }

  async #connect(): Promise<void> {
    this.#lifecycle.to('connecting');
    this.#isWanted = false;
    this.#giveUp = new AbortController();
    const { clock, connectTimeoutMs: timeoutMs, dial } = this.#options;
    try {
      const transport = await dialWithin(this.#endpoint, { dial, clock, timeoutMs, signal: this.#giveUp.signal });
      if (!this.#is('connecting')) {
        transport.abort(this.broken());
        throw this.broken();
      }
      this.#opened(transport);
    } catch (cause) {
      if (this.#is('connecting')) this.#pause(cause);
      throw this.broken();
    } finally {
      this.#opening = undefined;
    }
  }

  #opened(transport: Transport): void {
    const wire = new Wire(transport, { clock: this.#options.clock, decoder: this.#hooks.decoder() });
    this.#wire = wire;
    this.#fault = undefined;
    this.#backoff.reset();
    this.#lifecycle.to('open');
    this.#watchIdle(wire);
    void this.#read(wire);
    this.#hooks.onOpened();
  }

  async #read(wire: Wire<Frame>): Promise<void> {
    const { onFrame } = this.#hooks;
    const fault = await wire.read((frame) => {
      if (this.#wire === wire) onFrame(frame); // else it was left, and what it still brings is nobody's answer
    });
    if (this.#wire === wire) this.lost(fault);
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
    this.#hooks.onOver(fault);
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

  /** Closes the connection when nothing moved for `idleTimeoutMs`; servers do the same, sooner or later. */
  #watchIdle(wire: Wire<Frame>): void {
    const { clock, idleTimeoutMs } = this.#options;
    this.#cancelTimer = clock.after(Math.max(1, wire.movedAt + idleTimeoutMs - clock.now()), () => {
      const isIdle = clock.now() - wire.movedAt >= idleTimeoutMs && this.#hooks.outstanding() === 0;
      if (!this.#is('open')) return;
      if (!isIdle) this.#watchIdle(wire);
      else this.#part(wire, new ConnectionError('connection-closed', `the connection to ${this.address} was idle`));
    });
  }

  /** Closes what nobody uses, in good manners if the protocol has any. */
  #part(wire: Wire<Frame>, fault: ConnectionError): void {
    const { farewell } = this.#hooks;
    if (farewell !== undefined) {
      this.#wire = undefined;
      farewell(wire);
      const { clock, requestTimeoutMs } = this.#options;
      const late = (): unknown => fault;
      const ended = waitUntil(wire.end(), { clock, deadline: clock.now() + requestTimeoutMs, late });
      void ended
        .catch(() => undefined)
        .finally(() => {
          wire.abort(fault);
        });
    }
    this.#end(fault, 'idle');
  }
}

/** What a call gets when too many wait already. Nothing was sent. */
export function overloadOf(address: string, count: number): OverloadError {
  const limit = `${count.toString()} requests to ${address} wait already`;
  return new OverloadError('too-many-requests', `${limit}: send fewer at a time, or raise maxOutstanding`);
}
