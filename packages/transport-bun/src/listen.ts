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
import { events } from './events.ts';
import type { BunSocket, Events } from './events.ts';
import { isAboutKeys, isBroken, isGood, withCode, worded } from './faults.ts';
import { insistOnBun } from './runtime.ts';
import { SocketTransport } from './socket-transport.ts';
import { identityOptions } from './tls-options.ts';
import type { BunTls } from './tls-options.ts';

/**
 * Makes a {@link Listen} over TCP or TLS.
 * @throws RangeError for a number out of range.
 */
export function bunListener(options: TcpListenOptions = {}): Listen {
  const settings = tcpListenSettings(options);
  return (at) =>
    Promise.resolve().then(() => {
      checkEndpoint(at, 0);
      insistOnBun('listen-failed');
      return new BunListener(at, settings);
    });
}

/** {@link bunListener} with the defaults: plain TCP. */
export const listen: Listen = (at) => bunListener()(at);

class BunListener implements Listener {
  readonly endpoint: Endpoint;
  readonly incoming: AsyncIterable<Transport>;
  readonly #settings: TcpListenSettings;
  readonly #secure: boolean;
  readonly #server: Bun.TCPSocketListener<Events>;
  readonly #inlet: Inlet<Transport>;
  /** Connections still shaking hands, each with what gives up on it. */
  readonly #handshaking = new Map<BunSocket, ReturnType<typeof setTimeout>>();

  /** @throws TransportError when it cannot start */
  constructor(at: Endpoint, settings: TcpListenSettings) {
    this.#settings = settings;
    this.#secure = at.tls ?? settings.tls !== undefined;
    this.#inlet = new Inlet<Transport>({ highWaterMark: settings.maxPending, onLeave: () => this.#stop() });
    this.incoming = this.#inlet;
    const tls = this.#secure ? { tls: usable(settings.tls) } : {};
    const { host: hostname, port } = at;
    // Exclusive, so that a port that is taken is told as such wherever the system would share it.
    const place = { hostname, port, allowHalfOpen: true, exclusive: true };
    this.#server = started(at, () => Bun.listen<Events>({ ...place, ...tls, socket: events, data: this.#arrival() }));
    this.endpoint = { ...at, port: this.#server.port };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    return Promise.resolve();
  }

  #stop(): void {
    this.#server.stop(); // the port is free at once; accepted connections live on
    for (const socket of [...this.#handshaking.keys()]) {
      this.#settle(socket);
      socket.terminate();
    }
    const reason = neverTaken(printed(this.endpoint));
    for (const transport of this.#inlet.close()) transport.abort(reason);
  }

  /** What every connection starts as. */
  #arrival(): Events {
    return { open: (socket) => (this.#secure ? this.#shakeHands(socket) : this.#accept(socket)) };
  }

  /** Until this is over nobody hears of the client: Bun has no limit of its own for how long it may take. */
  #shakeHands(socket: BunSocket): void {
    const peer = client(socket);
    const required = this.#settings.tls?.requireClientCertificate ?? false;
    const refuse = (cause: Error | null | undefined): void => {
      if (this.#settle(socket)) this.#settings.onRefused(failedHandshake(worded(cause), peer));
    };
    const late = (): void => {
      refuse(withCode('ERR_TLS_HANDSHAKE_TIMEOUT', 'TLS handshake timeout'));
      socket.terminate(); // last: it calls the handlers before it returns
    };
    this.#handshaking.set(socket, setTimeout(late, this.#settings.handshakeTimeoutMs));
    socket.data = {
      handshake: (_, verdict) => {
        if (isGood(verdict, required)) {
          if (this.#settle(socket)) this.#accept(socket);
          return;
        }
        refuse(verdict.error);
        // Bun sends no alert about a certificate it knows no authority of: a reset at least is not taken for an end.
        if (!isBroken(verdict.error)) socket.terminate();
      },
      error: refuse,
      close: refuse,
    };
  }

  /** @returns false if it was settled before */
  #settle(socket: BunSocket): boolean {
    clearTimeout(this.#handshaking.get(socket));
    return this.#handshaking.delete(socket);
  }

  #accept(socket: BunSocket): void {
    const { noDelay, keepAliveMs, maxPending, onRefused } = this.#settings;
    socket.setNoDelay(noDelay);
    if (keepAliveMs > 0) socket.setKeepAlive(true, keepAliveMs);
    const transport = new SocketTransport(socket, `${this.#secure ? 'tls' : 'tcp'}://${client(socket)}`);
    if (this.#inlet.hungry) {
      this.#inlet.push(transport);
      return;
    }
    const reason = tooManyPending(transport.label, maxPending);
    transport.abort(reason);
    onRefused(reason);
  }
}

/** The TLS options of a listener. @throws TransportError for those it cannot work with */
function usable(tls: TcpListenSettings['tls']): BunTls {
  if (tls?.cert === undefined || tls.key === undefined) {
    throw new TransportError(
      'tls-failed',
      'listening with TLS needs a certificate: bunListener({ tls: { cert, key } })',
    );
  }
  const requestCert = tls.requireClientCertificate ?? false;
  try {
    return { ...identityOptions(tls), requestCert, rejectUnauthorized: requestCert };
  } catch (cause) {
    throw unusableKeys(cause);
  }
}

/** What `start` gives. @throws TransportError that says why it could not be listened there */
function started<Server>(at: Endpoint, start: () => Server): Server {
  try {
    return start();
  } catch (cause) {
    throw isAboutKeys(cause) ? unusableKeys(cause) : failedListen(cause, at);
  }
}

/** The client's address; a socket that is gone already no longer knows it. */
function client(socket: BunSocket): string {
  const { remoteAddress, remotePort } = socket;
  return printed({ host: remoteAddress || 'unknown', port: remotePort || 0 });
}
