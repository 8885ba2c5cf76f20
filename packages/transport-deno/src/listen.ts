import { TransportError } from '@rmq/transport';
import type { Endpoint, Listen, Listener, Transport } from '@rmq/transport';
import {
  checkEndpoint,
  failedHandshake,
  failedListen,
  Inlet,
  neverTaken,
  printed,
  tooManyPending,
  unusableKeys,
} from '@rmq/transport/adapter';
import type { TcpListenSettings } from '@rmq/transport/adapter';
import type { Carrier } from './carrier.ts';
import { tcpCarrier } from './conn-carrier.ts';
import { serverSide } from './handshake.ts';
import { listenSettings } from './options.ts';
import type { DenoListenOptions } from './options.ts';
import { SocketTransport } from './socket-transport.ts';
import { TlsCarrier } from './tls-carrier.ts';
import type { Handshake } from './tls-carrier.ts';
import { coded, worded } from './words.ts';

/** How long to wait after a connection that could not be accepted, e.g. for want of file descriptors. Milliseconds. */
const acceptPauseMs = 50;

/**
 * Makes a {@link Listen} over TCP or TLS.
 * @throws RangeError for a number out of range, and for what Deno cannot do.
 */
export function denoListener(options: DenoListenOptions = {}): Listen {
  const settings = listenSettings(options);
  return async (at) => {
    checkEndpoint(at, 0);
    if (typeof Deno === 'undefined') {
      throw new TransportError('listen-failed', '@rmq/transport-deno listens on Deno only: see @rmq/transport-node');
    }
    const handshake = (at.tls ?? settings.tls !== undefined) ? await handshakeOf(settings) : undefined;
    return new DenoListener(at, settings, handshake);
  };
}

/** {@link denoListener} with the defaults: plain TCP. */
export const listen: Listen = (at) => denoListener()(at);

async function handshakeOf({ tls }: TcpListenSettings): Promise<Handshake> {
  if (tls?.cert === undefined || tls.key === undefined) {
    const text = 'listening with TLS needs a certificate: denoListener({ tls: { cert, key } })';
    throw new TransportError('tls-failed', text);
  }
  try {
    return await serverSide(tls);
  } catch (cause) {
    throw unusableKeys(cause);
  }
}

class DenoListener implements Listener {
  readonly endpoint: Endpoint;
  readonly incoming: AsyncIterable<Transport>;
  readonly #settings: TcpListenSettings;
  readonly #handshake: Handshake | undefined;
  readonly #server: Deno.TcpListener;
  readonly #inlet: Inlet<Transport>;
  readonly #handshaking = new Set<Carrier>();
  readonly #accepting: Promise<void>;
  #stopped = false;

  constructor(at: Endpoint, settings: TcpListenSettings, handshake: Handshake | undefined) {
    this.#settings = settings;
    this.#handshake = handshake;
    this.#inlet = new Inlet<Transport>({ highWaterMark: settings.maxPending, onLeave: () => this.#stop() });
    this.incoming = { [Symbol.asyncIterator]: () => this.#iterate() };
    try {
      this.#server = Deno.listen({ hostname: at.host, port: at.port });
    } catch (cause) {
      throw failedListen(worded(cause), at);
    }
    this.endpoint = { ...at, port: this.#server.addr.port };
    this.#accepting = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#accepting; // until then Deno keeps the port
  }

  /** Leaving the loop waits, as disposing does, until the port is free. */
  #iterate(): AsyncIterator<Transport, undefined> {
    const pulled = this.#inlet[Symbol.asyncIterator]();
    return {
      next: () => pulled.next(),
      return: async () => {
        await pulled.return?.();
        await this.#accepting;
        return { value: undefined, done: true };
      },
    };
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#server.close();
    for (const carrier of this.#handshaking) carrier.close();
    this.#handshaking.clear();
    const reason = neverTaken(printed(this.endpoint));
    for (const transport of this.#inlet.close()) transport.abort(reason);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#welcome(await this.#server.accept());
      } catch (cause) {
        if (this.#isStopped()) return;
        this.#settings.onRefused(failedListen(worded(cause), this.endpoint));
        await new Promise((resolve) => setTimeout(resolve, acceptPauseMs));
      }
    }
  }

  /** Asked again after a wait: the compiler would take the loop's condition for granted. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  #welcome(conn: Deno.TcpConn): void {
    const { hostname: host, port } = conn.remoteAddr;
    const client = printed({ host, port });
    const carrier = tcpCarrier(conn, this.#settings);
    if (this.#stopped) carrier.close();
    else if (this.#handshake === undefined) this.#offer(new SocketTransport(carrier, `tcp://${client}`));
    else void this.#secure(carrier, client, this.#handshake);
  }

  async #secure(carrier: Carrier, client: string, handshake: Handshake): Promise<void> {
    this.#handshaking.add(carrier);
    const timer = setTimeout(() => {
      this.#refuse(carrier, failedHandshake(coded('ERR_TLS_HANDSHAKE_TIMEOUT', 'the handshake took too long'), client));
      carrier.close();
    }, this.#settings.handshakeTimeoutMs);
    try {
      const secure = await TlsCarrier.over(carrier, handshake);
      if (this.#handshaking.delete(carrier)) this.#offer(new SocketTransport(secure, `tls://${client}`));
      else secure.close();
    } catch (cause) {
      this.#refuse(carrier, failedHandshake(worded(cause), client));
    }
    clearTimeout(timer);
  }

  /** Told of once; and not of those that were cut because nobody wants them any more. */
  #refuse(carrier: Carrier, reason: TransportError): void {
    if (this.#handshaking.delete(carrier)) this.#settings.onRefused(reason);
  }

  #offer(transport: Transport): void {
    if (this.#inlet.hungry) {
      this.#inlet.push(transport);
      return;
    }
    if (this.#stopped) {
      transport.abort(neverTaken(printed(this.endpoint)));
      return;
    }
    const reason = tooManyPending(transport.label, this.#settings.maxPending);
    transport.abort(reason);
    this.#settings.onRefused(reason);
  }
}
