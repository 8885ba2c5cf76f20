import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { deferred } from '@rmq/transport/adapter';
import type { Deferred } from '@rmq/transport/adapter';
import type { Carrier } from './carrier.ts';
import { TlsBridge } from './tls-bridge.ts';
import { coded } from './words.ts';

/** Starts TLS over a stream, and says how the handshake went. */
export type Handshake = (stream: Duplex, result: HandshakeResult) => void;

/** To be called once; further calls do nothing. */
export interface HandshakeResult {
  readonly done: (socket: TLSSocket) => void;
  readonly failed: (cause: unknown) => void;
}

/**
 * TLS by `node:tls` over a connection of Deno’s, as a {@link Carrier}. Deno’s own TLS is faster, but can neither trust
 * certain authorities only nor ask clients for certificates, and knows fewer options.
 */
export class TlsCarrier implements Carrier {
  readonly #bridge: TlsBridge;
  readonly #socket: TLSSocket;
  readonly #ready: Uint8Array[] = [];
  #reader: Deferred<Uint8Array | null> | undefined;
  #writer: Deferred<void> | undefined;
  #ended = false;
  #fault: { readonly cause: unknown } | undefined;

  private constructor(bridge: TlsBridge, socket: TLSSocket) {
    this.#bridge = bridge;
    this.#socket = socket;
    bridge.onFault = (cause) => this.#fail(cause);
    socket.on('error', (cause) => this.#fail(cause));
    socket.on('data', (chunk: Uint8Array) => this.#take(chunk));
    socket.on('end', () => this.#end());
  }

  /**
   * Shakes hands. Closing `below` gives up.
   * @throws the error of `node:tls` or of the connection, which closes itself then.
   */
  static async over(below: Carrier, handshake: Handshake): Promise<TlsCarrier> {
    const { Duplex } = await import('node:stream');
    const secure = deferred<TLSSocket>();
    const bridge = new TlsBridge(below, Duplex);
    bridge.onFault = (cause) => {
      secure.reject(cause);
      bridge.stream.emit('error', cause); // or TLS would wait, and be kept in memory, for ever
    };
    bridge.wanted = true;
    try {
      handshake(bridge.stream, { done: secure.resolve, failed: secure.reject });
      return new TlsCarrier(bridge, await secure.promise);
    } catch (cause) {
      void bridge.flushed().then(() => bridge.close()); // first the alert that tells the peer why
      throw cause;
    }
  }

  read(): Promise<Uint8Array | null> {
    const next = this.#ready.shift();
    if (next !== undefined) return Promise.resolve(next);
    if (this.#ended) return Promise.resolve(null);
    if (this.#fault !== undefined) return Promise.reject(this.#fault.cause);
    this.#reader = deferred();
    this.#bridge.wanted = true;
    return this.#reader.promise;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault.cause);
    const writer: Deferred<void> = deferred();
    this.#writer = writer;
    this.#socket.write(bytes, (error) => {
      if (error) this.#fail(error);
      else writer.resolve();
    });
    return writer.promise;
  }

  async closeWrite(): Promise<void> {
    await this.#bridge.flushed(); // session tickets of the handshake: Deno drops what waits when both ends are over
    await new Promise<void>((resolve) => this.#socket.end(resolve));
    await this.#bridge.flushed();
    if (this.#fault !== undefined) throw this.#fault.cause;
    await this.#bridge.closeWrite();
  }

  close(): void {
    this.#fail(coded('ECANCELED', 'closed by this side'));
    this.#socket.destroy();
    this.#bridge.close();
  }

  #take(chunk: Uint8Array): void {
    // A Buffer, whose slice() is a view: it stays in here.
    this.#ready.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#bridge.wanted = false;
    this.#answer();
  }

  #end(): void {
    this.#ended = true;
    this.#bridge.wanted = false;
    this.#answer();
  }

  #fail(cause: unknown): void {
    this.#fault ??= { cause };
    this.#writer?.reject(cause);
    this.#answer();
  }

  /** Gives a waiting reader what there is. */
  #answer(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader !== undefined) this.read().then(reader.resolve, reader.reject);
  }
}
