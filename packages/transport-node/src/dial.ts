import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
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
  #connected = false;

  constructor(to: Endpoint, settings: Settings, signal: AbortSignal | undefined) {
    this.#to = to;
    this.#settings = settings;
    this.#secure = to.tls ?? settings.tls !== undefined;
    this.result = this.#run(signal);
  }

  #run(signal: AbortSignal | undefined): Promise<Transport> {
    return new Promise((resolve, reject) => {
      const socket = this.#open();
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
      const onAbort = (): void => {
        fail(signal?.reason);
      };
      const timer = setTimeout(() => {
        fail(lateDial(this.#to, this.#settings.connectTimeoutMs, this.#connected));
      }, this.#settings.connectTimeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      socket.on('connect', () => {
        this.#connected = true;
      });
      socket.on('error', (cause) => {
        fail(this.#fault(cause));
      });
      socket.on('close', () => {
        fail(this.#fault(undefined));
      });
      socket.on(this.#secure ? 'secureConnect' : 'connect', () => {
        settled();
        resolve(this.#transport(socket));
      });
    });
  }

  #open(): Socket {
    const { host, port } = this.#to;
    if (this.#secure) return this.#openTls(this.#context());
    return connectTcp({ host, port, allowHalfOpen: true });
  }

  #openTls(context: SecureContext): Socket {
    const { host, port } = this.#to;
    const { servername = isIP(host) === 0 ? host : undefined, rejectUnauthorized = true } = this.#settings.tls ?? {};
    const name = servername === undefined ? {} : { servername }; // an address may not go into SNI
    // A variable, because Node's types do not know that tls.connect takes allowHalfOpen too.
    const options = { host, port, allowHalfOpen: true, secureContext: context, rejectUnauthorized, ...name };
    return connectTls(options);
  }

  #context(): SecureContext {
    try {
      return this.#settings.context();
    } catch (cause) {
      throw unusableKeys(cause);
    }
  }

  #fault(cause: Error | undefined): TransportError {
    return this.#secure && this.#connected ? failedHandshake(cause, printed(this.#to)) : failedDial(cause, this.#to);
  }

  #transport(socket: Socket): Transport {
    socket.setNoDelay(this.#settings.noDelay);
    if (this.#settings.keepAliveMs > 0) socket.setKeepAlive(true, this.#settings.keepAliveMs);
    return new SocketTransport(socket, `${this.#secure ? 'tls' : 'tcp'}://${printed(this.#to)}`);
  }
}
