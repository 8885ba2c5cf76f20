import type { Dial, Endpoint, Transport } from '@rmq/transport';
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
import { events } from './events.ts';
import type { BunSocket, Events } from './events.ts';
import { isAboutKeys, isGood, worded } from './faults.ts';
import { explained } from './reachability.ts';
import { insistOnBun } from './runtime.ts';
import { SocketTransport } from './socket-transport.ts';
import { identityOptions } from './tls-options.ts';
import type { BunTls } from './tls-options.ts';

interface Settings extends TcpDialSettings {
  readonly keys: () => BunTls;
}

/**
 * Makes a {@link Dial} over TCP or TLS. Key material is read at the first dial that needs it.
 * @throws RangeError for a number out of range.
 */
export function bunDialer(options: TcpDialOptions = {}): Dial {
  let keys: BunTls | undefined;
  const settings: Settings = { ...tcpDialSettings(options), keys: () => (keys ??= identityOptions(options.tls ?? {})) };
  return async (to, { signal } = {}) => {
    signal?.throwIfAborted();
    checkEndpoint(to, 1);
    insistOnBun('connect-failed');
    return new Attempt(to, settings).run(signal);
  };
}

/** {@link bunDialer} with the defaults: plain TCP, or TLS with the authorities Bun ships where the endpoint says so. */
export const dial: Dial = (to, options) => bunDialer()(to, options);

/** One dial under way: whichever comes first of success, fault, timeout and abort decides, and the rest is cleaned up. */
class Attempt {
  readonly #to: Endpoint;
  readonly #settings: Settings;
  readonly #secure: boolean;
  #socket: BunSocket | undefined;

  constructor(to: Endpoint, settings: Settings) {
    this.#to = to;
    this.#settings = settings;
    this.#secure = to.tls ?? settings.tls !== undefined;
  }

  run(signal: AbortSignal | undefined): Promise<Transport> {
    const { connectTimeoutMs } = this.#settings;
    return new Promise((resolve, reject) => {
      let over = false;
      const settled = (): void => {
        over = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (reason: unknown): void => {
        if (over) return;
        settled();
        reject(reason);
      };
      const giveUp = (reason: unknown): void => {
        fail(reason); // first: terminate() calls the handlers before it returns
        this.#socket?.terminate();
      };
      const onAbort = (): void => giveUp(signal?.reason);
      const late = (): void => giveUp(lateDial(this.#to, connectTimeoutMs, this.#socket !== undefined));
      const timer = setTimeout(late, connectTimeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      const succeed = (socket: BunSocket): void => {
        settled();
        resolve(this.#transport(socket));
      };
      const open = (socket: BunSocket): void => {
        this.#socket = socket;
        // Nothing can call off a connection that Bun is still making: given up, it is closed as soon as it is there.
        if (over) socket.terminate();
        else if (!this.#secure) succeed(socket);
      };
      void this.#connect({ open, ...this.#handshakeEvents(succeed, fail) }).catch(fail);
    });
  }

  /**
   * Where a failed handshake shows: as Bun's verdict on it, or as a connection closed before there was one. Bun closes
   * the connection by itself, behind the alert that tells the server why.
   */
  #handshakeEvents(succeed: (socket: BunSocket) => void, fail: (reason: unknown) => void): Events {
    const { rejectUnauthorized = true } = this.#settings.tls ?? {};
    const refuse = (cause: Error | null | undefined): void => fail(failedHandshake(worded(cause), printed(this.#to)));
    return {
      handshake: (socket, verdict) => {
        if (isGood(verdict, rejectUnauthorized)) succeed(socket);
        else refuse(verdict.error);
      },
      error: refuse,
      close: refuse,
    };
  }

  /** Rejects with what became of a connection that never was. */
  async #connect(data: Events): Promise<void> {
    const { host: hostname, port } = this.#to;
    const tls = this.#secure ? { tls: this.#tls() } : {};
    try {
      await Bun.connect<Events>({ hostname, port, allowHalfOpen: true, socket: events, data, ...tls });
    } catch (cause) {
      if (isAboutKeys(cause)) throw unusableKeys(cause);
      throw failedDial(await explained(cause, this.#to), this.#to);
    }
  }

  #tls(): BunTls {
    // An address may not go into SNI: Bun leaves it out for an empty name, and still looks for the host in the certificate.
    const { servername, rejectUnauthorized = true } = this.#settings.tls ?? {};
    const name = servername ?? (isAddress(this.#to.host) ? '' : this.#to.host);
    try {
      // Said even where it is the default, or an environment variable (NODE_TLS_REJECT_UNAUTHORIZED) would decide it.
      return { ...this.#settings.keys(), serverName: name, rejectUnauthorized };
    } catch (cause) {
      throw unusableKeys(cause);
    }
  }

  #transport(socket: BunSocket): Transport {
    const { noDelay, keepAliveMs } = this.#settings;
    socket.setNoDelay(noDelay);
    if (keepAliveMs > 0) socket.setKeepAlive(true, keepAliveMs);
    return new SocketTransport(socket, `${this.#secure ? 'tls' : 'tcp'}://${printed(this.#to)}`);
  }
}

/** An IP address rather than a name; whatever else has colons or only digits resolves to nothing anyway. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}
