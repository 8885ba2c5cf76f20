import { TransportError } from '@rmq/transport';
import type { Dial, Endpoint, Transport } from '@rmq/transport';
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
import { ConnCarrier, tcpCarrier } from './conn-carrier.ts';
import { clientSide } from './handshake.ts';
import type { ClientSide } from './handshake.ts';
import { dialSettings } from './options.ts';
import type { DenoDialOptions } from './options.ts';
import { SocketTransport } from './socket-transport.ts';
import { TlsCarrier } from './tls-carrier.ts';
import { worded } from './words.ts';

interface Settings extends TcpDialSettings {
  readonly clientSide: () => Promise<ClientSide>;
}

/**
 * Makes a {@link Dial} over TCP or TLS. Key material is read at the first dial that needs it, once.
 * @throws RangeError for a number out of range, and for what Deno cannot do.
 */
export function denoDialer(options: DenoDialOptions = {}): Dial {
  let made: Promise<ClientSide> | undefined;
  const settings: Settings = {
    ...dialSettings(options),
    clientSide: () => (made ??= clientSide(options.tls ?? {})),
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
  readonly #cancel = new AbortController();
  /** What is to be closed if the attempt is given up. */
  #carrier: Carrier | undefined;

  constructor(to: Endpoint, settings: Settings) {
    this.#to = to;
    this.#settings = settings;
    this.#tls = (to.tls ?? settings.tls !== undefined) ? (settings.tls ?? {}) : undefined;
  }

  async run(signal: AbortSignal | undefined): Promise<Transport> {
    const { connectTimeoutMs } = this.#settings;
    const givenUp = deferred<never>();
    const giveUp = (reason: unknown): void => {
      givenUp.reject(reason);
      this.#cancel.abort();
      this.#carrier?.close();
    };
    const onAbort = (): void => giveUp(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(
      () => giveUp(lateDial(this.#to, connectTimeoutMs, this.#carrier !== undefined)),
      connectTimeoutMs,
    );
    try {
      return await Promise.race([givenUp.promise, this.#open()]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #open(): Promise<Transport> {
    const ours = this.#tls === undefined || plainTrust(this.#tls) ? undefined : await this.#clientSide();
    const conn = await this.#connect();
    const tcp = this.#hold(tcpCarrier(conn, this.#settings));
    if (this.#tls === undefined) return this.#transport(tcp, 'tcp');
    try {
      const secure = ours === undefined ? this.#startTls(conn, this.#tls) : TlsCarrier.over(tcp, ours(this.#to.host));
      return this.#transport(await secure, 'tls');
    } catch (cause) {
      throw failedHandshake(worded(cause), printed(this.#to));
    }
  }

  async #clientSide(): Promise<ClientSide> {
    try {
      return await this.#settings.clientSide();
    } catch (cause) {
      throw unusableKeys(cause);
    }
  }

  async #connect(): Promise<Deno.TcpConn> {
    const { host, port } = this.#to;
    try {
      return await Deno.connect({ hostname: host, port, signal: this.#cancel.signal });
    } catch (cause) {
      throw failedDial(worded(cause), this.#to);
    }
  }

  /** TLS by Deno itself, which is faster. */
  async #startTls(tcp: Deno.TcpConn, { servername = this.#to.host }: TlsDialOptions): Promise<Carrier> {
    const conn = await Deno.startTls(tcp, { hostname: servername });
    const carrier = this.#hold(new ConnCarrier(conn)); // Deno has taken `tcp` away
    try {
      await conn.handshake();
    } catch (cause) {
      carrier.close();
      throw cause;
    }
    return carrier;
  }

  /** What giving up closes. A name may have been resolved too late for the dial to be cancelled: then at once. */
  #hold(carrier: Carrier): Carrier {
    this.#carrier = carrier;
    if (this.#cancel.signal.aborted) carrier.close();
    return carrier;
  }

  #transport(carrier: Carrier, scheme: 'tcp' | 'tls'): Transport {
    return new SocketTransport(carrier, `${scheme}://${printed(this.#to)}`);
  }
}

/** Whether Deno’s own TLS can do all that is asked for. It would *add* authorities to its own, where `ca` replaces them. */
function plainTrust({ servername, ...others }: TlsDialOptions): boolean {
  return servername !== '' && Object.values(others).every((value) => value === undefined || value === true);
}
