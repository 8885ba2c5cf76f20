import type { Writer } from '@rmq/protocol/bytes';
import type { Envelope, RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import { flags, isResponse, opaqueSequence, responseCodes, versions, writeRequestHead } from '@rmq/protocol/rocketmq';
import { TimeoutError } from '../core/errors.ts';
import { overloadOf } from '../core/link.ts';
import { Replies, type Waiting } from '../core/replies.ts';
import type { RocketmqEvent } from './events.ts';
import type { ResolvedClientOptions } from './options.ts';
import type { Address } from './remoting.ts';

/** A request under way. */
export interface Call {
  readonly request: Request;
  /** Whether a server that goes away has sent it back already: it is sent again only once. */
  readonly isResent: boolean;
}

/** A request that waits for its answer. */
export type WaitingCall = Waiting<Call, RemotingCommand>;

/** What a {@link Session} tells its connection. */
export interface SessionEvents {
  readonly emit: (event: RocketmqEvent) => void;
  /** The server asks for something. */
  readonly onRequest: (command: RemotingCommand) => void;
  /** The server is about to stop and did not carry this request out. */
  readonly onGoAway: (waiting: WaitingCall) => void;
  /** This request's time was up. */
  readonly onTimeout: (waiting: WaitingCall) => void;
}

/**
 * Matches answers to requests on one connection; knows neither sockets nor how frames are cut. The kind of a frame is
 * judged before its number, as both sides number their own requests.
 */
export class Session {
  readonly #address: Address;
  readonly #options: ResolvedClientOptions;
  readonly #events: SessionEvents;
  readonly #nextOpaque = opaqueSequence();
  readonly #replies: Replies<Call, RemotingCommand>;

  constructor(address: Address, options: ResolvedClientOptions, events: SessionEvents) {
    this.#address = address;
    this.#options = options;
    this.#events = events;
    this.#replies = new Replies(options.clock, (waiting) => {
      waiting.reject(timeoutOf(waiting, address));
      events.onTimeout(waiting);
    });
  }

  /** Requests without an answer yet. */
  get outstanding(): number {
    return this.#replies.size;
  }

  /**
   * Registers a request and says how to write it.
   * @throws OverloadError `too-many-requests`
   */
  open(waiting: WaitingCall): Envelope {
    const { maxOutstanding } = this.#options;
    if (this.#replies.size >= maxOutstanding) throw overloadOf(this.#address, maxOutstanding);
    let opaque = this.#nextOpaque();
    while (this.#replies.isTaken(opaque)) opaque = this.#nextOpaque();
    this.#replies.add(opaque, waiting);
    return this.#envelope(opaque, flags.request);
  }

  /** Settles when no request waits any more. */
  quiet(): Promise<void> {
    return this.#replies.empty();
  }

  /** Takes a request back that could not be written. */
  cancel(opaque: number): void {
    this.#replies.take(opaque);
  }

  /** How to write a request that wants no answer. */
  oneway(): Envelope {
    return this.#envelope(this.#nextOpaque(), flags.oneway);
  }

  /** Takes a frame from the server. */
  receive(frame: RemotingCommand): void {
    if (!isResponse(frame)) {
      this.#events.onRequest(frame);
      return;
    }
    const waiting = this.#replies.take(frame.opaque);
    if (waiting === undefined) {
      this.#events.emit({ type: 'reply.late', level: 'debug', address: this.#address, id: frame.opaque });
    } else if (frame.code === responseCodes.goAway) this.#events.onGoAway(waiting);
    else waiting.resolve(frame);
  }

  /** The connection is over: everything that waits fails with the reason. */
  end(reason: Error): void {
    this.#replies.failAll(reason);
  }

  #envelope(opaque: number, flag: number): Envelope {
    const { serializeType } = this.#options;
    return { opaque, flag, language: 'NODE_JS', version: versions.v5_3_3, serializeType };
  }
}

/** Writes a request into the outbox's chunk. */
export function headOf(request: Request, envelope: Envelope): (writer: Writer) => void {
  return (writer) => {
    writeRequestHead(writer, request, envelope);
  };
}

/** What a call gets whose time is up. */
export function timeoutOf(
  { call, since, deadline }: Pick<WaitingCall, 'call' | 'since' | 'deadline'>,
  address: Address,
): TimeoutError {
  const budget = `${(deadline - since).toString()} ms`;
  return new TimeoutError('request-timeout', `${address} did not answer ${call.request.name} within ${budget}`);
}
