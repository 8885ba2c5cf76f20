import type { Transport } from '@rmq/transport';
import { deferred, disposed, refused, writeAfterEnd } from '@rmq/transport/adapter';
import type { Deferred } from '@rmq/transport/adapter';
import { brokenProtocol, closedWhileOpen, endedByPeer, endedTooEarly, notSent, violations } from './faults.ts';
import { ReceiveWindow, SendWindow } from './flow.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { closings, emptyMessage } from './protocol.ts';
import { bytesOf, detach, unshared } from './websocket-like.ts';
import type { CloseLike, FailureLike, WebSocketLike } from './websocket-like.ts';

/**
 * How long the closing handshake may take after an abort or a fault. Milliseconds. A page cannot cut a connection: if the
 * network is gone, the browser keeps trying, and nobody should have to wait for that.
 */
const lingerMs = 2_000;

const acknowledgement = unshared(emptyMessage);

/** Shared: the answer to almost every write, so it costs no allocation. */
const welcome: Promise<void> = Promise.resolve();

/**
 * A WebSocket on which the proxy has said "connected", as a {@link Transport}. It belongs to the transport from here on:
 * all its events are handled until it is closed.
 */
export class WebSocketTransport implements Transport {
  readonly label: string;
  readonly halfClose = false;
  readonly incoming: AsyncIterable<Uint8Array>;
  readonly closed: Promise<Error | undefined>;
  readonly #socket: WebSocketLike;
  readonly #incoming: Incoming;
  readonly #outgoing = new Outgoing();
  readonly #sending = new SendWindow();
  readonly #receiving = new ReceiveWindow();
  readonly #closed: Deferred<Error | undefined> = deferred();
  #drained: Deferred<void> | undefined;
  #ended: Deferred<void> | undefined;
  #fault: Error | undefined;
  #failure: FailureLike | undefined;
  /** `open` until this side has sent its close, `over` once the WebSocket is closed or given up. */
  #state: 'open' | 'closing' | 'over' = 'open';
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocketLike, label: string) {
    this.#socket = socket;
    this.label = label;
    this.closed = this.#closed.promise;
    this.#incoming = new Incoming((bytes) => {
      this.#acknowledge(bytes);
    });
    this.incoming = this.#incoming;
    this.#listen(socket);
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    if (this.#fault !== undefined) return refused(this.#fault);
    if (this.#ended !== undefined) return refused(writeAfterEnd(this.label));
    if (this.#state !== 'open') return refused(endedByPeer(this.label));
    for (const chunk of chunks) this.#outgoing.push(chunk);
    const fault = this.#pump();
    if (fault !== undefined) return refused(fault);
    if (this.#outgoing.length === 0) return welcome;
    this.#drained ??= deferred();
    return this.#drained.promise;
  }

  end(): Promise<void> {
    if (this.#ended !== undefined) return this.#ended.promise;
    if (this.#fault !== undefined) return refused(this.#fault);
    this.#ended = deferred();
    if (this.#state === 'open') this.#pump();
    else this.#ended.resolve(); // the peer has ended both directions, and nothing waits
    return this.#ended.promise;
  }

  abort(reason: Error): void {
    if (this.#state === 'over' || this.#fault !== undefined) return;
    this.#fail(reason);
    this.#incoming.abort(reason);
    this.#cut(closings.aborted.code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort(disposed(this.label));
    await this.closed;
  }

  #listen(socket: WebSocketLike): void {
    socket.onopen = null;
    socket.onmessage = ({ data }) => {
      if (this.#state === 'open') this.#receive(bytesOf(data));
    };
    socket.onerror = (failure) => {
      this.#failure = failure;
      this.#lingerOn(); // the close event follows, or should
    };
    socket.onclose = (close) => {
      this.#close(close);
    };
  }

  #receive(message: Uint8Array | undefined): void {
    if (message === undefined) this.#break(violations.text);
    else if (message.byteLength === 0) this.#acknowledged();
    else if (this.#receiving.received(message.byteLength)) this.#incoming.push(message);
    else this.#break(violations.overrun);
  }

  #acknowledged(): void {
    if (this.#sending.acknowledged()) this.#pump();
    else this.#break(violations.acknowledged);
  }

  /** Sends as much as the window allows; once everything is out, more is welcome, and an end can follow. @returns why not */
  #pump(): Error | undefined {
    try {
      while (this.#outgoing.length > 0 && this.#sending.fits(this.#outgoing.next)) {
        const message = this.#outgoing.take();
        this.#socket.send(unshared(message));
        this.#sending.sent(message.byteLength);
      }
    } catch (cause) {
      return this.#unsendable(cause);
    }
    if (this.#outgoing.length > 0) return undefined;
    this.#drained?.resolve();
    this.#drained = undefined;
    if (this.#ended === undefined) return undefined;
    this.#state = 'closing';
    this.#socket.close(closings.end.code); // goes out behind what has been sent
    this.#ended.resolve();
    return undefined;
  }

  /** The reader took bytes: the proxy may send as many more. */
  #acknowledge(bytes: number): void {
    if (this.#state !== 'open') return;
    try {
      for (let left = this.#receiving.passedOn(bytes); left > 0; left -= 1) this.#socket.send(acknowledgement);
    } catch (cause) {
      this.#unsendable(cause);
    }
  }

  #unsendable(cause: unknown): Error {
    const fault = notSent(this.label, cause);
    this.#fail(fault);
    this.#cut(closings.aborted.code);
    return fault;
  }

  /** The proxy broke the protocol. */
  #break(what: string): void {
    this.#fail(brokenProtocol('reset', this.label, what));
    this.#cut(closings.protocolBroken.code, what);
  }

  /** Writers learn of a fault at once, `incoming` when the connection is over. */
  #fail(fault: Error): void {
    this.#fault = fault;
    this.#outgoing.clear();
    this.#drained?.reject(fault);
    this.#drained = undefined;
    this.#ended?.reject(fault); // no effect once everything was out
  }

  #cut(code: number, reason?: string): void {
    this.#state = 'closing';
    this.#socket.close(code, reason);
    this.#lingerOn();
  }

  #lingerOn(): void {
    if (this.#state === 'over') return;
    this.#linger ??= setTimeout(() => {
      this.#socket.terminate?.();
      this.#close({ code: 1006, reason: '' });
    }, lingerMs);
  }

  #close(close: CloseLike): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    clearTimeout(this.#linger);
    detach(this.#socket);
    if (this.#fault === undefined) {
      const unsent = this.#outgoing.length;
      if (close.code !== closings.end.code) this.#fail(closedWhileOpen(this.label, close, this.#failure));
      else if (unsent > 0) this.#fail(endedTooEarly(this.label, unsent));
    }
    if (this.#fault === undefined) this.#incoming.end();
    else this.#incoming.fail(this.#fault);
    this.#closed.resolve(this.#fault);
  }
}
