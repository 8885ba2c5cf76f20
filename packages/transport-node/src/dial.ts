import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Dial, Endpoint, Transport, TransportError } from '@rmq/transport';
import {
  checkEndpoint,
  failedDial,
  failedHandshake,
  lateDial,
  printed,
  tcpDialSettings,
  unusableKeys,
} from '@rmq/transport/adapter';
import type { TcpDialOptions, TcpDialSettings } from '@rmq/transport/adapter';
import { SocketTransport } from './socket-transport.ts';
import { contextOptions } from './tls-options.ts';

interface Settings extends TcpDialSettings {
  readonly context: () => SecureContext;
}

/**
 * Makes a {@link Dial} over TCP or TLS. Key material is read at the first dial that needs it, once.
 * @throws RangeError for a number out of range.
 */
export function nodeDialer(options: TcpDialOptions = {}): Dial {
  let context: SecureContext | undefined;
  const settings: Settings = {
    ...tcpDialSettings(options),
    context: () => (context ??= createSecureContext(contextOptions(options.tls ?? {}))),
  };
  return async (to, { signal } = {}) => {
    signal?.throwIfAborted();
    checkEndpoint(to, 1);
    return new Attempt(to, settings, signal).result;
  };
}

/** {@link nodeDialer} with the defaults: plain TCP, or TLS with the authorities Node ships where the endpoint says so. */
export const dial: Dial = (to, options) => nodeDialer()(to, options);

/** One dial under way: whichever comes first of success, fault, timeout and abort decides, and the rest is cleaned up. */
class Attempt {
  readonly result: Promise<Transport>;
  readonly #to: Endpoint;
  readonly #settings: Settings;
  readonly #secure: boolean;

  constructor(to: Endpoint, settings: Settings, signal: AbortSignal | undefined) {
    this.#to = to;
    this.#settings = settings;
    this.#secure = to.tls ?? settings.tls !== undefined;
    this.result = this.#run(signal);
  }

  #run(signal: AbortSignal | undefined): Promise<Transport> {
    return new Promise((resolve, reject) => {
      const secure = this.#secure ? this.#context() : undefined; // before anything is opened: it may throw
      const tcp = connect({ host: this.#to.host, port: this.#to.port, allowHalfOpen: true });
      let socket = tcp;
      const settled = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        socket.removeAllListeners();
      };
      const fail = (reason: unknown): void => {
        settled();
        socket.on('error', () => undefined); // a destroyed socket may still report why it broke
        socket.destroy();
        reject(reason);
      };
      const onAbort = (): void => fail(signal?.reason);
      const timer = setTimeout(() => {
        fail(lateDial(this.#to, this.#settings.connectTimeoutMs, socket !== tcp));
      }, this.#settings.connectTimeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#watch(tcp, fail);
      const done = (): void => {
        settled();
        resolve(this.#transport(socket, tcp));
      };
      tcp.on('connect', () => {
        if (secure === undefined) {
          done();
          return;
        }
        tcp.removeAllListeners();
        tcp.on('error', () => undefined); // TLS reports it
        socket = this.#handshake(tcp, secure);
        this.#watch(socket, fail);
        socket.on('secureConnect', done);
      });
    });
  }

  #watch(socket: Socket, fail: (reason: unknown) => void): void {
    socket.on('error', (cause) => {
      fail(this.#fault(cause, socket));
    });
    socket.on('close', () => {
      fail(this.#fault(undefined, socket));
    });
  }

  /** On a socket that is connected, so that it is there to be reset: of a socket made by TLS itself Node resets nothing. */
  #handshake(socket: Socket, secureContext: SecureContext): TLSSocket {
    const { host } = this.#to;
    const { servername = isIP(host) === 0 ? host : undefined, rejectUnauthorized = true } = this.#settings.tls ?? {};
    const name = servername === undefined ? {} : { servername }; // an address may not go into SNI
    return connectTls({ socket, host, secureContext, rejectUnauthorized, ...name });
  }

  #context(): SecureContext {
    try {
      return this.#settings.context();
    } catch (cause) {
      throw unusableKeys(cause);
    }
  }

  #fault(cause: Error | undefined, socket: Socket): TransportError {
    return socket instanceof TLSSocket ? failedHandshake(cause, printed(this.#to)) : failedDial(cause, this.#to);
  }

  #transport(socket: Socket, tcp: Socket): Transport {
    tcp.setNoDelay(this.#settings.noDelay);
    if (this.#settings.keepAliveMs > 0) tcp.setKeepAlive(true, this.#settings.keepAliveMs);
    return new SocketTransport(socket, `${this.#secure ? 'tls' : 'tcp'}://${printed(this.#to)}`, tcp);
  }
}
