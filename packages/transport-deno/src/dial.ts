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
import { tcpCarrier } from './conn-carrier.ts';
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
    clientSide: () => (made ??= usableSide(options.tls ?? {})),
  };
  return async (to, { signal } = {}) => {
    signal?.throwIfAborted();
    checkEndpoint(to, 1);
    if (typeof Deno === 'undefined') {
      throw new TransportError('connect-failed', '@rmq/transport-deno dials on Deno only: see @rmq/transport-node');
    }
    const secure = to.tls ?? settings.tls !== undefined;
    const side = secure ? await settings.clientSide() : undefined; // before the clock starts
    signal?.throwIfAborted();
    return new Attempt(to, settings, side).run(signal);
  };
}

/** {@link denoDialer} with the defaults: plain TCP, or TLS with the authorities Deno ships where the endpoint says so. */
export const dial: Dial = (to, options) => denoDialer()(to, options);

async function usableSide(tls: TlsDialOptions): Promise<ClientSide> {
  try {
    return await clientSide(tls);
  } catch (cause) {
    throw unusableKeys(cause);
  }
}

/** One dial under way: whichever comes first of success, fault, timeout and abort decides, and the rest is cleaned up. */
class Attempt {
  readonly #to: Endpoint;
  readonly #settings: TcpDialSettings;
  readonly #side: ClientSide | undefined;
  readonly #cancel = new AbortController();
  /** What is to be closed if the attempt is given up. */
  #carrier: Carrier | undefined;

  constructor(to: Endpoint, settings: TcpDialSettings, side: ClientSide | undefined) {
    this.#to = to;
    this.#settings = settings;
    this.#side = side;
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
    const carrier = await this.#connect();
    if (this.#side === undefined) return this.#transport(carrier, 'tcp');
    try {
      return this.#transport(await TlsCarrier.over(carrier, this.#side(this.#to.host)), 'tls');
    } catch (cause) {
      throw failedHandshake(worded(cause), printed(this.#to));
    }
  }

  async #connect(): Promise<Carrier> {
    const { host, port } = this.#to;
    const conn = await Deno.connect({ hostname: host, port, signal: this.#cancel.signal }).catch((cause: unknown) => {
      throw failedDial(worded(cause), this.#to);
    });
    this.#carrier = tcpCarrier(conn, this.#settings);
    // A name may have been resolved too late for the dial to be cancelled.
    if (this.#cancel.signal.aborted) this.#carrier.close();
    return this.#carrier;
  }

  #transport(carrier: Carrier, scheme: 'tcp' | 'tls'): Transport {
    return new SocketTransport(carrier, `${scheme}://${printed(this.#to)}`);
  }
}
