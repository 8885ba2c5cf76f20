import type { SecureContextOptions } from 'node:tls';
import type { Dial, Endpoint, Transport } from '@rmq/transport';
import { TransportError } from '@rmq/transport';
import {
  checkEndpoint,
  deferred,
  failedDial,
  failedHandshake,
  lateDial,
  printed,
  unusableKeys,
} from '@rmq/transport/adapter';
import type { TcpDialSettings, TlsDialOptions } from '@rmq/transport/adapter';
import type { Carrier } from './carrier.ts';
import { ConnCarrier } from './conn-carrier.ts';
import { clientHandshake } from './handshake.ts';
import { readKeys } from './key-material.ts';
import { dialSettings } from './options.ts';
import type { DenoDialOptions } from './options.ts';
import { SocketTransport } from './socket-transport.ts';
import { TlsCarrier } from './tls-carrier.ts';
import { worded } from './words.ts';

interface Settings extends TcpDialSettings {
  readonly keys: () => Promise<SecureContextOptions>;
}

/**
 * Makes a {@link Dial} over TCP or TLS. Key material is read at the first dial that needs it, once.
 * @throws RangeError for a number out of range, and for what Deno cannot do.
 */
export function denoDialer(options: DenoDialOptions = {}): Dial {
  let keys: Promise<SecureContextOptions> | undefined;
  const settings: Settings = {
    ...dialSettings(options),
    keys: () => (keys ??= readKeys(options.tls ?? {})),
  };
  return async (to, { signal } = {}) => {
    signal?.throwIfAborted();
    checkEndpoint(to, 1);
    if (typeof Deno === 'undefined') {
      throw new TransportError('connect-failed', '@rmq/transport-deno dials on Deno only: see @rmq/transport-node');
    }
    return new Attempt(to, settings).run(signal);
  };
}

/** {@link denoDialer} with the defaults: plain TCP, or TLS with the authorities Deno ships where the endpoint says so. */
export const dial: Dial = (to, options) => denoDialer()(to, options);

/** One dial under way: whichever comes first of success, fault, timeout and abort decides, and the rest is cleaned up. */
class Attempt {
  readonly #to: Endpoint;
  readonly #settings: Settings;
  readonly #tls: TlsDialOptions | undefined;
  readonly #givenUp = deferred<never>();
  #over = false;
  #conn: Carrier | undefined;

  constructor(to: Endpoint, settings: Settings) {
    this.#to = to;
    this.#settings = settings;
    this.#tls = (to.tls ?? settings.tls !== undefined) ? (settings.tls ?? {}) : undefined;
  }

  async run(signal: AbortSignal | undefined): Promise<Transport> {
    const cancel = new AbortController();
    const giveUp = (reason: unknown): void => {
      this.#over = true;
      this.#givenUp.reject(reason);
      cancel.abort();
      this.#conn?.close();
    };
    const onAbort = (): void => giveUp(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const { connectTimeoutMs } = this.#settings;
    const late = (): void => giveUp(lateDial(this.#to, connectTimeoutMs, this.#conn !== undefined));
    const timer = setTimeout(late, connectTimeoutMs);
    try {
      return await Promise.race([this.#givenUp.promise, this.#open(cancel.signal)]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #open(cancelled: AbortSignal): Promise<Transport> {
    const carrier = await this.#connect(cancelled);
    if (this.#tls === undefined) return this.#transport(carrier, 'tcp');
    try {
      return this.#transport(await this.#secure(carrier, this.#tls), 'tls');
    } catch (cause) {
      carrier.close();
      throw cause;
    }
  }

  async #connect(signal: AbortSignal): Promise<Carrier> {
    const conn = await Deno.connect({ hostname: this.#to.host, port: this.#to.port, signal }).catch((cause: unknown) => {
      throw failedDial(worded(cause), this.#to);
    });
    const carrier = new ConnCarrier(conn);
    this.#conn = carrier;
    if (this.#over) carrier.close(); // a name that was resolved too late to be cancelled
    else {
      conn.setNoDelay(this.#settings.noDelay);
      conn.setKeepAlive(this.#settings.keepAliveMs > 0);
    }
    return carrier;
  }

  async #secure(carrier: Carrier, tls: TlsDialOptions): Promise<Carrier> {
    const keys = await this.#settings.keys().catch((cause: unknown) => {
      throw unusableKeys(cause);
    });
    try {
      return await TlsCarrier.over(carrier, await clientHandshake(this.#to.host, tls, keys));
    } catch (cause) {
      throw failedHandshake(worded(cause), printed(this.#to));
    }
  }

  #transport(carrier: Carrier, scheme: 'tcp' | 'tls'): Transport {
    return new SocketTransport(carrier, `${scheme}://${printed(this.#to)}`);
  }
}
