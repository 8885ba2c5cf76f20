import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { TransportError } from '@rmq/transport';
import type { Dial, Endpoint, Transport } from '@rmq/transport';
import { failedDial, failedHandshake, printed } from './faults.ts';
import { within } from './options.ts';
import { SocketTransport } from './socket-transport.ts';
import { contextOptions } from './tls-options.ts';
import type { TlsIdentity } from './tls-options.ts';

/** How to dial with TLS. The server's certificate is verified unless `rejectUnauthorized` is false. */
export interface TlsDialOptions extends TlsIdentity {
  /** The name to ask for (SNI) and to find in the certificate. @defaultValue the endpoint's host */
  readonly servername?: string | undefined;
  /** False accepts any certificate: anyone in between can read and write. For experiments. @defaultValue true */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** How to dial. */
export interface NodeDialOptions {
  /** Dials with TLS wherever the endpoint does not say `tls: false`. `{}` trusts the authorities Node ships. */
  readonly tls?: TlsDialOptions | undefined;
  /** Gives up when name resolution, TCP and TLS together take longer. Milliseconds, 1 to 2^31-1. @defaultValue 5000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Asks a silent peer whether it is still there after this long. Milliseconds; 0: never. @defaultValue 60000 */
  readonly keepAliveMs?: number | undefined;
  /** Sends small writes at once instead of waiting for more (TCP_NODELAY). @defaultValue true */
  readonly noDelay?: boolean | undefined;
}

interface Settings {
  readonly tls: TlsDialOptions | undefined;
  readonly context: () => SecureContext;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly noDelay: boolean;
}

/**
 * Makes a {@link Dial} over TCP or TLS. Key material is read at the first dial that needs it, once.
 * @throws RangeError for a number out of range.
 */
export function nodeDialer(options: NodeDialOptions = {}): Dial {
  let context: SecureContext | undefined;
  const settings: Settings = {
    tls: options.tls,
    context: () => (context ??= createSecureContext(contextOptions(options.tls ?? {}))),
    connectTimeoutMs: within('connectTimeoutMs', options.connectTimeoutMs ?? 5_000, 1),
    keepAliveMs: within('keepAliveMs', options.keepAliveMs ?? 60_000, 0),
    noDelay: options.noDelay ?? true,
  };
  return async (to, { signal } = {}) => {
    signal?.throwIfAborted();
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
        fail(this.#timeout());
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

  /** Throws, typed, what Node throws at once: a port that is none, key material that cannot be used. */
  #open(): Socket {
    const { host, port } = this.#to;
    try {
      if (!this.#secure) return connectTcp({ host, port, allowHalfOpen: true });
    } catch (cause) {
      throw failedDial(cause, this.#to);
    }
    return this.#openTls(this.#context());
  }

  #openTls(context: SecureContext): Socket {
    const { host, port } = this.#to;
    const { servername = isIP(host) === 0 ? host : undefined, rejectUnauthorized = true } = this.#settings.tls ?? {};
    const name = servername === undefined ? {} : { servername }; // an address may not go into SNI
    // A variable, because Node's types do not know that tls.connect takes allowHalfOpen too.
    const options = { host, port, allowHalfOpen: true, secureContext: context, rejectUnauthorized, ...name };
    try {
      return connectTls(options);
    } catch (cause) {
      throw failedDial(cause, this.#to);
    }
  }

  #context(): SecureContext {
    try {
      return this.#settings.context();
    } catch (cause) {
      throw new TransportError('tls-failed', 'tls.ca, cert, key or passphrase cannot be used: see the cause', {
        cause,
      });
    }
  }

  #fault(cause: Error | undefined): TransportError {
    return this.#secure && this.#connected ? failedHandshake(cause, printed(this.#to)) : failedDial(cause, this.#to);
  }

  #timeout(): TransportError {
    const [what, hint] = this.#connected
      ? ['did not finish the TLS handshake', 'it may not speak TLS']
      : ['did not answer', 'check the address and the firewalls between'];
    const limit = this.#settings.connectTimeoutMs.toString();
    return new TransportError('connect-timeout', `${printed(this.#to)} ${what} within ${limit} ms: ${hint}`);
  }

  #transport(socket: Socket): Transport {
    socket.setNoDelay(this.#settings.noDelay);
    if (this.#settings.keepAliveMs > 0) socket.setKeepAlive(true, this.#settings.keepAliveMs);
    return new SocketTransport(socket, `${this.#secure ? 'tls' : 'tcp'}://${printed(this.#to)}`);
  }
}
