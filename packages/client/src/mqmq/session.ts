import { ProtocolError } from '@rmq/protocol';
import type { Response } from '@rmq/protocol/mqmq';
import { overloadOf } from '../core/link.ts';
import type { OrderedReplies } from '../core/ordered-replies.ts';
import type { Waiting } from '../core/replies.ts';
import type { MqmqEvent, QueueName } from './events.ts';
import { refusal } from './failures.ts';

/** What was asked: as much of it as its answer needs. */
export type Call = { readonly type: 'Put' | 'Get'; readonly queue: QueueName } | { readonly type: 'Info' };

/** An answer that is no refusal. */
export type Answer = Exclude<Response, { readonly type: 'Error' }>;

/** A request that waits for its answer. */
export type WaitingCall = Waiting<Call, Answer>;

/** What a {@link Session} goes by, and whom it tells. */
export interface SessionHooks {
  readonly address: string;
  readonly emit: (event: MqmqEvent) => void;
}

/** Matches answers to requests on one connection, by their order; knows neither sockets nor how frames are cut. */
export class Session {
  readonly #hooks: SessionHooks;
  readonly #replies: OrderedReplies<Call, Answer>;

  constructor(replies: OrderedReplies<Call, Answer>, hooks: SessionHooks) {
    this.#replies = replies;
    this.#hooks = hooks;
  }

  /** Answers that are still to come, also those that nobody waits for any more. */
  get outstanding(): number {
    return this.#replies.outstanding;
  }

  /** Registers a request: it must be sent at once. @throws OverloadError `too-many-requests` */
  ask(waiting: WaitingCall, maxOutstanding: number): void {
    if (this.outstanding >= maxOutstanding) throw overloadOf(this.#hooks.address, maxOutstanding);
    this.#replies.add(waiting);
  }

  /** Settles when no request waits any more. */
  quiet(): Promise<void> {
    return this.#replies.empty();
  }

  /**
   * Takes what the server answered.
   * @throws ProtocolError `frame-unexpected` for an answer to nothing or of another request: all that follows could be
   *   anybody's
   */
  receive(response: Response): void {
    const asked = this.#replies.first;
    if (asked === undefined) throw unexpected(response, 'though nothing was asked');
    const { call, id } = asked;
    if (!answers(response, call)) throw unexpected(response, `to ${call.type}`);
    const waiting = this.#replies.take();
    if (waiting === undefined) this.#late(response, call, id);
    else if (response.type === 'Error') waiting.reject(refusal(response.error, call, this.#hooks.address));
    else waiting.resolve(response);
  }

  /** The connection is over: everything that waits fails with the reason. */
  end(reason: Error): void {
    this.#replies.failAll(reason);
  }

  #late({ type }: Response, call: Call, id: number): void {
    const { address, emit } = this.#hooks;
    emit({ type: 'reply.late', level: 'debug', address, id });
    if (call.type === 'Get' && type === 'OK') emit({ type: 'message.lost', level: 'warn', address, queue: call.queue });
  }
}

/** As the original's client judges it, but for Info: there it takes an error for a bad answer. */
function answers(response: Response, { type }: Call): boolean {
  if (response.type === 'Error') return true;
  if (response.type === 'Timeout') return type === 'Get';
  return type === 'Put' || response.value !== undefined;
}

function unexpected({ type }: Response, when: string): ProtocolError {
  return new ProtocolError('frame-unexpected', `the server answered ${type} ${when}`);
}
