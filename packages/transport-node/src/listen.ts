import { createServer as createTcpServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { TransportError } from '@rmq/transport';
import type { Endpoint, Listen, Listener, Transport } from '@rmq/transport';
import {
  checkEndpoint,
  failedHandshake,
  failedListen,
  Inlet,
  neverTaken,
  printed,
  tcpListenSettings,
  tooManyPending,
  unusableKeys,
} from '@rmq/transport/adapter';
import type { TcpListenOptions, TcpListenSettings } from '@rmq/transport/adapter';
import { SocketTransport } from './socket-transport.ts';
import { contextOptions } from './tls-options.ts';

/**
 * Makes a {@link Listen} over TCP or TLS.
 * @throws RangeError for a number out of range.
 */
export function nodeListener(options: TcpListenOptions = {}): Listen {
  const settings = tcpListenSettings(options);
  return async (at) => {
    checkEndpoint(at, 0);
    const listener = new NodeListener(at, settings);
    await listener.start();
    return listener;
  };
}

/** {@link nodeListener} with the defaults: plain TCP. */
export const listen: Listen = (at) => nodeListener()(at);

class NodeListener implements Listener {
  readonly incoming: AsyncIterable<Transport>;
  readonly #settings: TcpListenSettings;
  readonly #secure: boolean;
  readonly #server: Server;
  readonly #inlet: Inlet<Transport>;
  /** Connections still shaking hands, by the client's address: Node does not tell which of them became secure. */
  readonly #handshaking = new Map<string, Socket>();
  #at: Endpoint;

  constructor(at: Endpoint, settings: TcpListenSettings) {
    this.#at = at;
    this.#settings = settings;
    this.#secure = at.tls ?? settings.tls !== undefined;
    this.#inlet = new Inlet<Transport>({ highWaterMark: settings.maxPending, onLeave: () => this.#stop() });
    this.incoming = this.#inlet;
    this.#server = this.#secure
      ? this.#tlsServer()
      : createTcpServer({ allowHalfOpen: true }, (socket) => this.#accept(socket, socket));
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
    const reason = neverTaken(printed(this.#at));
    for (const transport of this.#inlet.close()) transport.abort(reason);
  }

  #accept(socket: Socket, tcp: Socket | undefined): void {
    tcp?.setNoDelay(this.#settings.noDelay);
    if (this.#settings.keepAliveMs > 0) tcp?.setKeepAlive(true, this.#settings.keepAliveMs);
    const transport = new SocketTransport(socket, `${this.#secure ? 'tls' : 'tcp'}://${client(socket)}`, tcp);
    if (this.#inlet.hungry) {
      this.#inlet.push(transport);
      return;
    }
    const reason = tooManyPending(transport.label, this.#settings.maxPending);
    transport.abort(reason);
    this.#settings.onRefused(reason);
  }

  #tlsServer(): Server {
    const server = this.#createTlsServer((socket) => {
      this.#accept(socket, this.#handshakeOver(socket));
    });
    server.on('connection', (socket: Socket) => {
      const name = client(socket);
      this.#handshaking.set(name, socket);
      socket.once('close', () => {
        if (this.#handshaking.get(name) === socket) this.#handshaking.delete(name);
      });
      resetWhenDropped(socket);
    });
    server.on('tlsClientError', (cause: Error, socket: TLSSocket) => {
      this.#handshakeOver(socket);
      this.#settings.onRefused(failedHandshake(untrusted(socket) ?? cause, client(socket)));
      socket.destroy();
    });
    return server;
  }

  /** @returns what carries it, an ordinary socket from here on; undefined if it is closed: then it has no address to find it by */
  #handshakeOver(socket: TLSSocket): Socket | undefined {
    const name = client(socket);
    const tcp = this.#handshaking.get(name);
    this.#handshaking.delete(name);
    if (tcp !== undefined) Reflect.deleteProperty(tcp, 'destroy');
    return tcp;
  }

  #createTlsServer(onSecure: (socket: TLSSocket) => void): Server {
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
      throw unusableKeys(cause);
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

/**
 * While it shakes hands. A client certificate nobody trusts Node answers with no alert but with a bare `destroy()` of this
 * socket: a FIN, which in TLS 1.3 the client takes for the clean end of a connection it believes to be open.
 */
function resetWhenDropped(socket: Socket): void {
  socket.destroy = () => {
    Reflect.deleteProperty(socket, 'destroy');
    return socket.resetAndDestroy();
  };
}

/** Why Node did not trust the client's certificate, which it tells as a hang-up; undefined if that is not what happened. */
function untrusted({ authorizationError: code }: TLSSocket): { readonly code: unknown } | undefined {
  // Typed as an Error that is always there; it is OpenSSL's code, or null.
  return typeof code === 'string' ? { code } : undefined;
}
