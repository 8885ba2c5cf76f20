import type { Transport } from '@rmq/transport';
import { brokenConnection, deferred, disposed, Inlet, refused, writeAfterEnd } from '@rmq/transport/adapter';
import type { Deferred } from '@rmq/transport/adapter';
import type { BunSocket, Events } from './events.ts';
import { worded } from './faults.ts';
import { Outlet } from './outlet.ts';

/** How much unread data one connection holds before its socket is paused; one read more may follow. Bytes. */
const readAheadBytes = 128 * 1_024;

/** Shared: the answer to almost every write, so it costs no allocation. */
const welcome: Promise<void> = Promise.resolve();

/** An open socket of Bun's, opened with `allowHalfOpen`, as a {@link Transport}. It is the transport's from here on. */
export class SocketTransport implements Transport {
  readonly label: string;
  readonly halfClose = true;
  readonly incoming: AsyncIterable<Uint8Array>;
  readonly closed: Promise<Error | undefined>;
  readonly #socket: BunSocket;
  readonly #inlet: Inlet<Uint8Array>;
  readonly #outlet: Outlet;
  readonly #closed: Deferred<Error | undefined> = deferred();
  #paused = false;
  #drained: Deferred<void> | undefined;
  #ended: Deferred<void> | undefined;
  #fault: Error | undefined;
  #over = false;

  constructor(socket: BunSocket, label: string) {
    this.#socket = socket;
    this.label = label;
    this.closed = this.#closed.promise;
    this.#outlet = new Outlet(socket);
    this.#inlet = new Inlet<Uint8Array>({
      weigh: (bytes) => bytes.byteLength,
      highWaterMark: readAheadBytes,
      onHungry: () => this.#resume(),
    });
    this.incoming = this.#inlet;
    socket.data = this.#events();
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    if (this.#fault !== undefined) return refused(this.#fault);
    if (this.#ended !== undefined) return refused(writeAfterEnd(this.label));
    if (this.#outlet.write(chunks)) return welcome;
    this.#drained ??= deferred();
    return this.#drained.promise;
  }

  end(): Promise<void> {
    if (this.#ended !== undefined) return this.#ended.promise;
    if (this.#fault !== undefined) return refused(this.#fault);
    this.#ended = deferred();
    if (this.#outlet.empty) this.#finish();
    return this.#ended.promise;
  }

  abort(reason: Error): void {
    if (this.#over || this.#fault !== undefined) return;
    this.#fail(reason);
    this.#inlet.abort(reason);
    this.#socket.terminate(); // RST rather than FIN, with TLS too: half a stream must not pass for a whole one
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort(disposed(this.label));
    await this.closed;
  }

  /** From the handshake on, what happens to the socket happens here. Called by Bun, one at a time. */
  #events(): Events {
    return {
      // The socket is not paused at first: up to the mark it is read before anybody pulls, so that a FIN or a fault behind
      // little data is seen at once.
      data: (bytes) => {
        if (this.#inlet.push(bytes) || this.#paused) return;
        this.#paused = true;
        this.#socket.pause();
      },
      drain: () => this.#drain(),
      end: () => this.#inlet.end(),
      // A TLS alert, e.g. the server's verdict on our certificate: said now, since `close` comes without a cause.
      error: (cause) => {
        if (this.#fault === undefined) this.#fail(brokenConnection(worded(cause), this.label));
        this.#socket.terminate();
      },
      close: (cause) => this.#close(cause),
    };
  }

  #resume(): void {
    if (!this.#paused || this.#over) return;
    this.#paused = false;
    this.#socket.resume();
  }

  #drain(): void {
    // With TLS, Bun also says so when nothing has waited.
    if (this.#outlet.empty || !this.#outlet.flush()) return;
    this.#drained?.resolve();
    this.#drained = undefined;
    if (this.#ended !== undefined) this.#finish();
  }

  /** Sends the FIN. Not `socket.end()`, which also throws away what the peer still sends. */
  #finish(): void {
    this.#socket.shutdown();
    this.#ended?.resolve();
  }

  /** Writers learn of a fault at once, `incoming` when the socket is gone: there may be data in front of the fault. */
  #fail(fault: Error): void {
    this.#fault = fault;
    this.#outlet.clear();
    this.#drained?.reject(fault);
    this.#drained = undefined;
    this.#ended?.reject(fault); // no effect once it is fulfilled
  }

  /**
   * The last event. Bun closes a connection of which both sides have ended, without another `end`; so one that closes
   * without a cause before this side has ended was cut.
   */
  #close(cause: Error | undefined): void {
    this.#over = true;
    const clean = cause === undefined && this.#ended !== undefined && this.#outlet.empty;
    if (this.#fault === undefined && !clean) this.#fail(brokenConnection(worded(cause), this.label));
    if (this.#fault === undefined) this.#inlet.end();
    else this.#inlet.fail(this.#fault);
    this.#closed.resolve(this.#fault);
  }
}
