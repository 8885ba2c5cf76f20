import { ProtocolError } from '@rmq/protocol';
import type { Writer } from '@rmq/protocol/bytes';
import {
  type Frame,
  type GivenMethod,
  type MethodFrame,
  protocolHeader,
  writeFrame,
  writeMethodFrame,
} from '@rmq/protocol/amqp';
import { OverloadError } from '../core/errors.ts';
import { ChannelSession, type ChannelUser } from './channel-session.ts';
import { AmqpReplyError, closedByClient } from './errors.ts';
import type { AmqpEvent } from './events.ts';
import { type Agreement, Handshake } from './handshake.ts';
import type { ResolvedOptions } from './options.ts';

/** What a {@link Session} tells its connection. */
export interface SessionHooks {
  readonly send: (write: (writer: Writer) => void) => void;
  readonly emit: (event: AmqpEvent) => void;
  /** The handshake is over. */
  readonly onOpened: (agreement: Agreement) => void;
  /** The server has agreed to our close. */
  readonly onClosed: () => void;
}

const FRAME_ERROR = 501;
const UNEXPECTED_FRAME = 505;
/** Characters that surely fit the 255 bytes of a reply text. */
const MAX_TEXT = 80;

type Phase = 'handshake' | 'open' | 'closing' | 'over';

/** One life of a connection: handshake, channels, and the end of both. Frames in, frames out; no IO. */
export class Session {
  readonly #options: ResolvedOptions;
  readonly #hooks: SessionHooks;
  readonly #handshake: Handshake;
  readonly #channels = new Map<number, ChannelSession>();
  /** Numbers below {@link #nextChannel} that were given back. */
  readonly #freeChannels: number[] = [];
  #nextChannel = 1;
  #channelMax = 0;
  #phase: Phase = 'handshake';
  /** Why no channel can be opened any more. */
  #fault: Error | undefined;

  constructor(options: ResolvedOptions, hooks: SessionHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#handshake = new Handshake(options);
  }

  /** What may be the reason, if the connection breaks now. */
  get hint(): string {
    return this.#handshake.hint;
  }

  /** Says hello. */
  start(): void {
    this.#hooks.send((writer) => {
      writeFrame(writer, protocolHeader);
    });
  }

  /** @throws ProtocolError when the server breaks the rules; AmqpReplyError when it closes the connection */
  receive(frame: Frame): void {
    if (frame.channel === 0 || frame.type === 'protocolHeader' || frame.type === 'heartbeat') this.#receiveOwn(frame);
    else if (this.#phase === 'open') this.#channelOf(frame.channel).receive(frame);
    else if (this.#phase === 'handshake') throw unexpected(frame.type, frame.channel);
    // Else it is closing: whatever still comes is for nobody.
  }

  /**
   * Takes a number for a channel. Nothing is sent.
   * @throws OverloadError `pool-exhausted` when all are in use, or why there is no connection
   */
  channel(user: ChannelUser): ChannelSession {
    if (this.#fault !== undefined) throw this.#fault;
    const { clock, address, requestTimeoutMs, maxBodyBytes } = this.#options;
    const channel = new ChannelSession(
      this.#takeNumber(),
      {
        clock,
        address,
        requestTimeoutMs,
        maxBodyBytes,
        send: this.#hooks.send,
        onClosed: (id, cause) => {
          if (user.isProbe === true) return;
          this.#hooks.emit({ type: 'channel.closed', level: 'warn', address, channel: id, cause });
        },
        onFree: (id) => {
          this.#channels.delete(id);
          this.#freeChannels.push(id);
        },
      },
      user,
    );
    this.#channels.set(channel.id, channel);
    return channel;
  }

  /** No new channels: the connection is about to be closed. */
  drain(): void {
    this.#fault ??= closedByClient(`the connection to ${this.#options.address}`);
  }

  /** Says goodbye. From now on nothing counts but the answer. */
  close(): void {
    if (this.#phase === 'over') return;
    this.#send({ name: 'connection.close', args: { replyCode: 200, replyText: 'bye' } });
    this.#phase = 'closing';
  }

  /** The connection is over: whatever is under way fails. */
  end(fault: Error): void {
    this.#phase = 'over';
    this.#fault = fault;
    const all = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of all) channel.end(fault);
  }

  /** Tells the server what it did wrong, before the end. */
  complain({ code, message }: ProtocolError): void {
    const replyCode = code === 'frame-unexpected' ? UNEXPECTED_FRAME : FRAME_ERROR;
    this.#send({ name: 'connection.close', args: { replyCode, replyText: message.slice(0, MAX_TEXT) } });
  }

  #receiveOwn(frame: Frame): void {
    if (frame.type === 'heartbeat') return;
    if (frame.type !== 'method') throw unexpected(frame.type, 0);
    if (frame.name === 'connection.close') {
      this.#send({ name: 'connection.closeOk', args: {} });
      if (this.#phase === 'closing') return;
      throw new AmqpReplyError({ scope: 'connection', address: this.#options.address, close: frame.args });
    }
    if (this.#phase === 'handshake') this.#shakeHands(frame);
    else if (this.#phase === 'closing') this.#receiveClosing(frame);
    else this.#receiveOpen(frame);
  }

  #shakeHands(frame: MethodFrame): void {
    const { send, agreement } = this.#handshake.receive(frame);
    for (const method of send) this.#send(method);
    if (agreement === undefined) return;
    this.#phase = 'open';
    this.#channelMax = agreement.channelMax;
    this.#hooks.onOpened(agreement);
  }

  #receiveClosing(frame: MethodFrame): void {
    if (frame.name === 'connection.closeOk') this.#hooks.onClosed();
  }

  #receiveOpen(frame: MethodFrame): void {
    const { address } = this.#options;
    switch (frame.name) {
      case 'connection.blocked': {
        const { reason } = frame.args;
        return this.#hooks.emit({ type: 'connection.blocked', level: 'warn', address, reason });
      }
      case 'connection.unblocked':
        return this.#hooks.emit({ type: 'connection.unblocked', level: 'info', address });
      default:
        throw unexpected(frame.name, 0);
    }
  }

  #channelOf(id: number): ChannelSession {
    const channel = this.#channels.get(id);
    if (channel === undefined) throw unexpected('a frame', id);
    return channel;
  }

  #takeNumber(): number {
    const free = this.#freeChannels.pop();
    if (free !== undefined) return free;
    if (this.#nextChannel > this.#channelMax) {
      const limit = `all ${this.#channelMax} channels of the connection to ${this.#options.address} are in use`;
      throw new OverloadError('pool-exhausted', `${limit}: close some, or raise channelMax here and at the server`);
    }
    return this.#nextChannel++;
  }

  #send(method: GivenMethod): void {
    this.#hooks.send((writer) => {
      writeMethodFrame(writer, 0, method);
    });
  }
}

function unexpected(what: string, channel: number): ProtocolError {
  return new ProtocolError('frame-unexpected', `${what} arrived on channel ${channel}, where it was not due`);
}
