import { createServer as createTcpServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Inlet, TransportError } from '@rmq/transport';
import type { Endpoint, Listen, Listener, Transport } from '@rmq/transport';
import { failedHandshake, failedListen, printed } from './faults.ts';
import { within } from './options.ts';
import { SocketTransport } from './socket-transport.ts';
import { contextOptions } from './tls-options.ts';
import type { TlsIdentity } from './tls-options.ts';

/** How to accept TLS. `cert` and `key` are needed. */
export interface TlsListenOptions extends TlsIdentity {
  /** Accepts only clients with a certificate that `ca` signed (mutual TLS). @defaultValue false */
  readonly requireClientCertificate?: boolean | undefined;
}

/** How to listen. */
export interface NodeListenOptions {
  /** Accepts TLS wherever the endpoint does not say `tls: false`. */
  readonly tls?: TlsListenOptions | undefined;
  /** Drops a client that takes longer for the TLS handshake. Milliseconds, 1 to 2^31-1. @defaultValue 10000 */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Asks a silent client whether it is still there after this long. Milliseconds; 0: never. @defaultValue 60000 */
  readonly keepAliveMs?: number | undefined;
  /** Sends small writes at once instead of waiting for more (TCP_NODELAY). @defaultValue true */
  readonly noDelay?: boolean | undefined;
  /** Resets further connections while this many have not been taken from `incoming`. @defaultValue 1024 */
  readonly maxPending?: number | undefined;
  /** Told of each connection that never came to be, e.g. a failed handshake (`tls-failed`). Must not throw. */
  readonly onRefused?: ((error: TransportError) => void) | undefined;
}

interface Settings {
  readonly tls: TlsListenOptions | undefined;
  readonly handshakeTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly noDelay: boolean;
  readonly maxPending: number;
  readonly onRefused: (error: TransportError) => void;
}

/**
 * Makes a {@link Listen} over TCP or TLS.
 * @throws RangeError for a number out of range.
 */
export function nodeListener(options: NodeListenOptions = {}): Listen {
  const settings: Settings = {
    tls: options.tls,
    handshakeTimeoutMs: within('handshakeTimeoutMs', options.handshakeTimeoutMs ?? 10_000, 1),
    keepAliveMs: within('keepAliveMs', options.keepAliveMs ?? 60_000, 0),
    noDelay: options.noDelay ?? true,
    maxPending: within('maxPending', options.maxPending ?? 1_024, 1),
    onRefused: options.onRefused ?? (() => undefined),
  };
  return async (at) => {
    const listener = new NodeListener(at, settings);
    await listener.start();
    return listener;
  };
}

/** {@link nodeListener} with the defaults: plain TCP. */
export const listen: Listen = (at) => nodeListener()(at);

class NodeListener implements Listener {
  readonly incoming: AsyncIterable<Transport>;
  readonly #settings: Settings;
  readonly #secure: boolean;
  readonly #server: Server;
  readonly #inlet: Inlet<Transport>;
  /** Connections still shaking hands, by the client's address: Node does not tell which of them became secure. */
  readonly #handshaking = new Map<string, Socket>();
  #at: Endpoint;

  constructor(at: Endpoint, settings: Settings) {
    this.#at = at;
    this.#settings = settings;
    this.#secure = at.tls ?? settings.tls !== undefined;
    this.#inlet = new Inlet<Transport>({ highWaterMark: settings.maxPending, onLeave: () => this.#stop() });
    this.incoming = this.#inlet;
    this.#server = this.#secure
      ? this.#tlsServer()
      : createTcpServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  get endpoint(): Endpoint {
    return this.#at;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => {
        reject(failedListen(cause, this.#at));
      };
      this.#server.once('error', fail);
      try {
        this.#server.listen({ host: this.#at.host, port: this.#at.port }, () => {
          this.#server.off('error', fail);
          // Later errors are about one connection that could not be accepted, e.g. for want of file descriptors.
          this.#server.on('error', (cause) => this.#settings.onRefused(failedListen(cause, this.#at)));
          this.#at = { ...this.#at, port: this.#boundPort() };
          resolve();
        });
      } catch (cause) {
        fail(cause);
      }
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    return Promise.resolve();
  }

  #stop(): void {
    this.#server.close(); // the port is free at once; the server itself outlives the last connection
    for (const socket of this.#handshaking.values()) socket.destroy();
    this.#handshaking.clear();
    const reason = new TransportError(
      'reset',
      `the listener on ${printed(this.#at)} was disposed before it took this connection`,
    );
    for (const transport of this.#inlet.close()) transport.abort(reason);
  }

  #accept(socket: Socket): void {
    socket.setNoDelay(this.#settings.noDelay);
    if (this.#settings.keepAliveMs > 0) socket.setKeepAlive(true, this.#settings.keepAliveMs);
    const transport = new SocketTransport(socket, `${this.#secure ? 'tls' : 'tcp'}://${client(socket)}`);
    if (this.#inlet.hungry) {
      this.#inlet.push(transport);
      return;
    }
    const limit = this.#settings.maxPending.toString();
    const text = `${transport.label} came while ${limit} connections had not been taken: iterate incoming, or raise maxPending`;
    const reason = new TransportError('reset', text);
    transport.abort(reason);
    this.#settings.onRefused(reason);
  }

  #tlsServer(): Server {
    const server = this.#createTlsServer((socket) => {
      this.#handshaking.delete(client(socket));
      this.#accept(socket);
    });
    server.on('connection', (socket: Socket) => {
      const name = client(socket);
      this.#handshaking.set(name, socket);
      socket.once('close', () => {
        if (this.#handshaking.get(name) === socket) this.#handshaking.delete(name);
      });
    });
    server.on('tlsClientError', (cause: Error, socket: Socket) => {
      this.#settings.onRefused(failedHandshake(cause, client(socket)));
      socket.destroy();
    });
    return server;
  }

  #createTlsServer(onSecure: (socket: Socket) => void): Server {
    const { tls, handshakeTimeoutMs: handshakeTimeout } = this.#settings;
    if (tls?.cert === undefined || tls.key === undefined) {
      throw new TransportError(
        'tls-failed',
        'listening with TLS needs a certificate: nodeListener({ tls: { cert, key } })',
      );
    }
    const requestCert = tls.requireClientCertificate ?? false;
    const options = { allowHalfOpen: true, handshakeTimeout, requestCert, rejectUnauthorized: requestCert };
    try {
      return createTlsServer({ ...contextOptions(tls), ...options }, onSecure);
    } catch (cause) {
      throw new TransportError('tls-failed', 'tls.ca, cert, key or passphrase cannot be used: see the cause', {
        cause,
      });
    }
  }

  #boundPort(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#at.port;
  }
}

/** The client's address; a socket that is gone already no longer knows it. */
function client(socket: Socket): string {
  return printed({ host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 });
}
