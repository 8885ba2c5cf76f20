import { ProtocolError } from '@rmq/protocol';
import type { Writer } from '@rmq/protocol/bytes';
import {
  type Args,
  type BodyFrame,
  ChannelAssembly,
  type Command,
  type Content,
  type GivenMethod,
  type HeaderFrame,
  type MethodFrame,
  writeMethodFrame,
} from '@rmq/protocol/amqp';
import type { Clock } from '../core/clock.ts';
import { TimeoutError } from '../core/errors.ts';
import { waitUntil } from '../core/wait-until.ts';
import { AmqpReplyError, closedByClient } from './errors.ts';
import { type CallOptions, timeoutOf } from './options.ts';
import { type CallName, type Reply, RpcLine, type RpcRequest } from './rpc-line.ts';

/** What a channel brings besides answers to calls. Throws break the connection. */
export interface ChannelUser {
  /** That the server closes it is an answer like others, and no event. */
  readonly isProbe?: boolean;
  readonly delivered?: (args: Args<'basic.deliver'>, content: Content) => void;
  readonly returned?: (args: Args<'basic.return'>, content: Content) => void;
  readonly confirmed?: (args: Args<'basic.ack'>, isAck: boolean) => void;
  /** The server ended a consumer. */
  readonly cancelled?: (consumerTag: string) => void;
  /** The channel is over, whoever ended it. */
  readonly lost?: (fault: Error) => void;
}

/** What a channel needs of its connection. */
export interface ChannelHooks {
  readonly clock: Clock;
  readonly address: string;
  readonly requestTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly send: (write: (writer: Writer) => void) => void;
  /** The server closed this channel. */
  readonly onClosed: (channel: number, fault: AmqpReplyError) => void;
  /** Its number can be used again. */
  readonly onFree: (channel: number) => void;
}

/** Frames of one channel in, what they mean out; no IO. Section 4.6 of AMQP 0-9-1. */
export class ChannelSession {
  readonly id: number;
  readonly #hooks: ChannelHooks;
  readonly #user: ChannelUser;
  readonly #line: RpcLine;
  readonly #assembly: ChannelAssembly;
  #fault: Error | undefined;
  /** Set while the answer to our close is due: until then nothing else counts. */
  #onCloseOk: (() => void) | undefined;
  #isCrossed = false;

  constructor(id: number, hooks: ChannelHooks, user: ChannelUser) {
    this.id = id;
    this.#hooks = hooks;
    this.#user = user;
    this.#assembly = new ChannelAssembly({ maxBodyBytes: hooks.maxBodyBytes });
    this.#line = new RpcLine((method) => {
      this.send(method);
    });
  }

  /** Why it is over; undefined while it is not. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Sends a method that nothing answers. @throws UsageError for what does not fit its field, or the fault */
  send(method: GivenMethod): void {
    if (this.#fault !== undefined) throw this.#fault;
    this.#send(method);
  }

  /** Sends frames. @throws what `write` throws, and nothing is sent; or the fault */
  write(write: (writer: Writer) => void): void {
    if (this.#fault !== undefined) throw this.#fault;
    this.#hooks.send(write);
  }

  /**
   * Asks and waits for the answer, behind the calls before it.
   * @throws AmqpReplyError when the server closes the channel instead; TimeoutError, ConnectionError, UsageError, or the
   *   signal's reason
   */
  async call<N extends CallName>(request: RpcRequest<N>, { timeoutMs, signal }: CallOptions = {}): Promise<Reply<N>> {
    signal?.throwIfAborted();
    const { clock, requestTimeoutMs, address } = this.#hooks;
    const limitMs = timeoutOf(timeoutMs, requestTimeoutMs);
    const { answered, abandon } = this.#line.call(request);
    const late = (): TimeoutError =>
      new TimeoutError('request-timeout', `${address} did not answer ${request.name} within ${limitMs} ms`);
    try {
      return await waitUntil(answered, { clock, deadline: clock.now() + limitMs, signal, late });
    } catch (cause) {
      abandon();
      throw cause;
    }
  }

  /** @throws ProtocolError `frame-unexpected` or `body-too-large` */
  receive(frame: MethodFrame | HeaderFrame | BodyFrame): void {
    if (this.#onCloseOk !== undefined) {
      this.#receiveClosing(frame);
      return;
    }
    const command = this.#assembly.receive(frame);
    if (command !== undefined) this.#carryOut(command);
  }

  /**
   * Closes it: what is under way fails, its unsettled messages go back to their queues. Settles when the server knows, or
   * the connection is over; until then the number stays taken.
   */
  async close(): Promise<void> {
    if (this.#fault !== undefined) return;
    const closed = new Promise<void>((resolve) => (this.#onCloseOk = resolve));
    this.#send({ name: 'channel.close', args: { replyCode: 200, replyText: 'bye' } });
    this.#over(closedByClient(`channel ${this.id}`));
    await closed;
  }

  /** The connection is over. */
  end(fault: Error): void {
    this.#onCloseOk?.();
    this.#over(fault);
  }

  #send(method: GivenMethod): void {
    this.#hooks.send((writer) => {
      writeMethodFrame(writer, this.id, method);
    });
  }

  #receiveClosing(frame: MethodFrame | HeaderFrame | BodyFrame): void {
    if (frame.type !== 'method') return;
    if (frame.name === 'channel.close' && !this.#isCrossed) {
      // Both closed at the same time: each answers the other, once.
      this.#isCrossed = true;
      this.#send({ name: 'channel.closeOk', args: {} });
    }
    if (frame.name !== 'channel.closeOk') return;
    this.#hooks.onFree(this.id);
    this.#onCloseOk?.();
  }

  #carryOut({ method, content }: Command): void {
    switch (method.name) {
      case 'basic.deliver':
        return this.#expect(this.#user.delivered, method)(method.args, contentOf(content));
      case 'basic.ack':
        return this.#expect(this.#user.confirmed, method)(method.args, true);
      case 'basic.nack':
        return this.#expect(this.#user.confirmed, method)(method.args, false);
      case 'basic.return':
        return this.#expect(this.#user.returned, method)(method.args, contentOf(content));
      case 'basic.cancel':
        return this.#expect(this.#user.cancelled, method)(method.args.consumerTag);
      case 'channel.close':
        return this.#closed(method.args);
      default:
        if (!this.#line.receive({ method, content })) throw unexpected(method, this.id);
    }
  }

  #expect<F>(listener: F | undefined, method: MethodFrame): F {
    if (listener === undefined) throw unexpected(method, this.id);
    return listener;
  }

  #closed(close: Args<'channel.close'>): void {
    const fault = new AmqpReplyError({ scope: 'channel', address: this.#hooks.address, close });
    this.#send({ name: 'channel.closeOk', args: {} });
    this.#hooks.onFree(this.id);
    this.#hooks.onClosed(this.id, fault);
    this.#over(fault);
  }

  #over(fault: Error): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#line.fail(fault);
    this.#user.lost?.(fault);
  }
}

/** The assembly gives every method with content its content; the compiler does not know. */
function contentOf(content: Content | undefined): Content {
  if (content !== undefined) return content;
  throw new ProtocolError('frame-unexpected', 'a method came without its content');
}

function unexpected({ name }: MethodFrame, channel: number): ProtocolError {
  return new ProtocolError('frame-unexpected', `${name} arrived on channel ${channel}, where nobody asked for it`);
}
