import { encodeFrame, frameDecoder, jsonHeaderReader, type RemotingCommand } from '@rmq/protocol/rocketmq';
import { OverloadError } from '../core/errors.ts';
import type { State, Watchable, WatchOptions } from '../core/lifecycle.ts';
import { type ConnectionStatus, Link, type ReadyBudget } from '../core/link.ts';
import type { Wire } from '../core/wire.ts';
import { endpointOf, type ResolvedClientOptions } from './options.ts';
import type { Address } from './remoting.ts';
import { ServerRequests, type ServerRequestsHooks } from './server-requests.ts';
import { type Call, headOf, Session, timeoutOf, type WaitingCall } from './session.ts';

/** What connections ask of their owner. */
export interface ConnectionHooks extends ServerRequestsHooks {
  /** A new connection is open. */
  readonly onConnected: (address: Address) => void;
  /** The server is about to stop: send this to a new connection. */
  readonly onGoAway: (waiting: WaitingCall, connection: Connection) => void;
}

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

/** The connection to one server: a {@link Link} for requests. They share it in any number, answers come in any order. */
export class Connection implements ConnectionStatus {
  readonly address: Address;
  readonly reached: Watchable['reached'];
  readonly #options: ResolvedClientOptions;
  readonly #session: Session;
  readonly #link: Link<RemotingCommand>;

  constructor(address: Address, options: ResolvedClientOptions, hooks: ConnectionHooks) {
    this.address = address;
    this.#options = options;
    const serverRequests = new ServerRequests(address, hooks);
    const answer = (frame: RemotingCommand): void => {
      this.#reply(frame);
    };
    const session = new Session(address, options, {
      emit: hooks.emit,
      onRequest: (command) => void serverRequests.receive(command, answer),
      onGoAway: (waiting) => {
        hooks.onGoAway(waiting, this);
      },
      onTimeout: ({ since }) => {
        this.#link.suspect(since);
      },
    });
    this.#session = session;
    this.#link = new Link({ address, endpoint: endpointOf(address) }, options, {
      onState: (from, to, cause) => {
        hooks.emit({ type: 'connection.state', level: 'info', address, from, to, cause });
      },
      decoder: () => frameDecoder({ maxFrameBytes: options.maxFrameBytes, readJson: jsonHeaderReader() }),
      onFrame: (frame) => {
        session.receive(frame);
      },
      onOpened: () => {
        hooks.onConnected(address);
      },
      onOver: (fault) => {
        session.end(fault);
      },
      outstanding: () => session.outstanding,
      quiet: () => session.quiet(),
    });
    this.reached = this.#link.reached;
  }

  get state(): State {
    return this.#link.state;
  }

  states(options?: WatchOptions): AsyncGenerator<State, void> {
    return this.#link.states(options);
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
    const wire = this.#link.openWire;
    if (wire !== undefined) this.#write(waiting, wire);
    else void this.#sendLater(waiting);
  }

  /** Sends a request that wants no answer; resolves when it has been handed to the transport's queue. */
  async oneway(call: Call, { timeoutMs, signal }: Limits): Promise<void> {
    signal?.throwIfAborted();
    const since = this.#options.clock.now();
    const budget = this.#budget({ call, since, deadline: since + timeoutMs, signal });
    if (this.#link.openWire === undefined) await this.#link.wait(this.open(), budget);
    const { wire } = this.#link;
    if (wire !== undefined && wire.outbox.pendingBytes > ONEWAY_PENDING_BYTES) {
      await this.#link.wait(wire.outbox.drained(), budget);
    }
    if (this.#link.wire === undefined) throw this.#link.broken();
    const { request } = call;
    this.#link.wire.send(headOf(request, this.#session.oneway()), request.body, since);
  }

  /** See {@link Link.open}. */
  open(): Promise<void> {
    return this.#link.open();
  }

  /** See {@link Link.close}. */
  close(options: { readonly timeoutMs: number }): Promise<void> {
    return this.#link.close(options);
  }

  #write(waiting: WaitingCall, wire: Wire<RemotingCommand>): void {
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
      this.#write(waiting, await this.#link.ready(this.#budget(waiting)));
    } catch (cause) {
      waiting.reject(cause);
    }
  }

  #budget(budget: Budget): ReadyBudget {
    const { deadline, signal } = budget;
    return { deadline, signal, late: () => timeoutOf(budget, this.address) };
  }

  /** @throws ConnectionError when there is no connection to answer on */
  #reply(answer: RemotingCommand): void {
    const { wire } = this.#link;
    if (wire === undefined) throw this.#link.broken();
    const frame = encodeFrame(answer);
    wire.outbox.add((writer) => writer.bytes(frame), undefined);
    const { pendingBytes } = wire.outbox;
    if (pendingBytes > MAX_PENDING_BYTES) {
      const message = `${this.address} asks but does not read its answers: ${pendingBytes.toString()} bytes wait`;
      this.#link.lost(new OverloadError('too-many-requests', message));
    }
  }
}
