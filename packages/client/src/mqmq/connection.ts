import { type Response, responseDecoder } from '@rmq/protocol/mqmq';
import { type ConnectionError, TimeoutError } from '../core/errors.ts';
import type { State, Watchable, WatchOptions } from '../core/lifecycle.ts';
import { type ConnectionStatus, Link } from '../core/link.ts';
import { OrderedReplies } from '../core/ordered-replies.ts';
import type { Wire } from '../core/wire.ts';
import type { MqmqEvent } from './events.ts';
import { unanswered, unsent } from './failures.ts';
import { type Outgoing, outgoing } from './outgoing.ts';
import type { ResolvedClientOptions } from './options.ts';
import { type Answer, type Call, Session, type WaitingCall } from './session.ts';

/** How long a request may take, and who may stop it. */
export interface Limits {
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The signal counts only until the request is sent. */
  readonly isKept?: boolean | undefined;
}

/** A request, its time, and who may stop it. */
type Asked = Pick<WaitingCall, 'call' | 'since' | 'deadline' | 'signal'>;

/** A connection to the server: requests share it in any number, and are answered in their order. */
export class Connection implements ConnectionStatus {
  readonly address: string;
  readonly reached: Watchable['reached'];
  readonly #options: ResolvedClientOptions;
  readonly #session: Session;
  readonly #link: Link<Response>;

  constructor(options: ResolvedClientOptions, emit: (event: MqmqEvent) => void) {
    const { address, clock, endpoint } = options;
    this.address = address;
    this.#options = options;
    const onTimeout = (waiting: WaitingCall): void => {
      waiting.reject(this.#late(waiting));
      this.#link.suspect(waiting.since);
    };
    const session = new Session(new OrderedReplies<Call, Answer>(clock, onTimeout), { address, emit });
    this.#session = session;
    this.#link = new Link<Response>({ address, endpoint }, options, {
      onState: (from, to, cause) => {
        emit({ type: 'connection.state', level: 'info', address, from, to, cause });
      },
      decoder: responseDecoder,
      onFrame: (response) => {
        session.receive(response);
      },
      onOpened: () => undefined,
      onOver: (fault) => {
        session.end(fault);
      },
      outstanding: () => session.outstanding,
      quiet: () => session.quiet(),
      farewell: (wire) => {
        const { head, body } = outgoing({ type: 'Quit' });
        wire.outbox.add(head, body);
      },
    });
    this.reached = this.#link.reached;
  }

  get state(): State {
    return this.#link.state;
  }

  get outstanding(): number {
    return this.#session.outstanding;
  }

  states(options?: WatchOptions): AsyncGenerator<State, void> {
    return this.#link.states(options);
  }

  /**
   * Sends a request, and connects for it if need be, again and again until its time is up.
   * @throws ReplyError; ConnectionError or TimeoutError, each a RequestFailure; OverloadError; the signal's reason
   */
  call(call: Call, request: Outgoing, limits: Limits): Promise<Answer> {
    const { isKept, signal, timeoutMs } = limits;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const since = this.#options.clock.now();
    const asked = { call, since, deadline: since + timeoutMs, signal };
    const wire = this.#link.openWire;
    if (wire === undefined) return this.#sendLater(request, asked, isKept);
    return this.#send(wire, request, isKept === true ? { ...asked, signal: undefined } : asked);
  }

  /** See {@link Link.open}. */
  open(): Promise<void> {
    return this.#link.open();
  }

  /** Waits for the answers under way, says Quit, closes. Never rejects. */
  close(options: { readonly timeoutMs: number }): Promise<void> {
    return this.#link.close(options);
  }

  /** Resets the connection: the server sees that nobody takes what it would send. */
  cut(fault: ConnectionError): void {
    this.#link.cut(fault);
  }

  async #sendLater(request: Outgoing, asked: Asked, isKept: boolean | undefined): Promise<Answer> {
    const { deadline, signal } = asked;
    try {
      await this.#link.readyInTime({ deadline, signal, late: () => this.#late(asked) });
    } catch (cause) {
      throw signal?.aborted === true ? cause : unsent(cause);
    }
    const timeoutMs = deadline - this.#options.clock.now();
    return this.call(asked.call, request, { timeoutMs, signal, isKept });
  }

  #send(wire: Wire<Response>, { head, body }: Outgoing, asked: Asked): Promise<Answer> {
    const { call, since, deadline, signal } = asked;
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => {
        reject(signal?.aborted === true ? cause : unanswered(cause, call));
      };
      this.#session.ask({ call, since, deadline, signal, resolve, reject: fail }, this.#options.maxOutstanding);
      wire.send(head, body, since);
    });
  }

  #late({ call, since, deadline }: Omit<Asked, 'signal'>): TimeoutError {
    const budget = `${(deadline - since).toString()} ms`;
    return new TimeoutError('request-timeout', `${this.address} did not answer ${call.type} within ${budget}`);
  }
}
