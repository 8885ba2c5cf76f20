import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ServerOptions } from 'ws';
import { subprotocol } from '../protocol.ts';
import { reaches } from './addresses.ts';
import { answer, refusal, respond } from './answer.ts';
import { peerOf } from './client-address.ts';
import type { ClientFields, RefusalReason } from './events.ts';
import { Gate } from './gate.ts';
import type { Admitted } from './gate.ts';
import { Handshakes } from './handshakes.ts';
import { createServer, listenAt, onBroken, urlOf } from './http-server.ts';
import type { Bound } from './http-server.ts';
import { Link } from './link.ts';
import type { Ends, LinkParts } from './link.ts';
import { Metrics } from './metrics.ts';
import type { Gauges } from './metrics.ts';
import { settingsOf } from './options.ts';
import type { ProxyOptions, Settings } from './options.ts';
import { pageOf } from './pages.ts';
import { Patience } from './patience.ts';
import { refusals } from './refusals.ts';
import { TargetDialer } from './target-dialer.ts';

/** A proxy that runs. Disposing it closes all connections at once, with 1001. */
export interface Proxy extends AsyncDisposable {
  /** What to give to clients on this machine, e.g. `ws://127.0.0.1:8080/`. */
  readonly url: string;
  /** Where it listens, with the port really bound. */
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Connections open now, those being dialed included. */
  readonly connections: number;
  /**
   * Lets no one in any more (`/healthz` says 503), lets open connections finish until `drainTimeoutMs` is over or the
   * signal aborts, then closes the rest with 1001. Settles when all is released. Never rejects; may be called again.
   */
  readonly drain: (options?: { readonly signal?: AbortSignal | undefined }) => Promise<void>;
}

/**
 * Starts a proxy that carries WebSockets on to TCP and TLS, for clients made by `websocketDialer`.
 * @throws RangeError or TypeError for an option that cannot be used; TransportError `address-in-use`, `listen-failed` or
 * `tls-failed` (unusable key material)
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const proxy = new RunningProxy(settingsOf(options));
  await proxy.start();
  return proxy;
}

class RunningProxy implements Proxy {
  readonly #settings: Settings;
  readonly #gate: Gate;
  readonly #handshakes: Handshakes;
  readonly #metrics = new Metrics();
  readonly #parts: LinkParts;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<Socket>();
  readonly #links = new Map<Link, Promise<void>>();
  #bound: Bound = { address: '', port: 0 };
  #ticker: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #lastId = 0;
  /** What should never happen must not end the process: others are connected. */
  readonly #onFault = (cause: unknown): void => {
    this.#settings.emit({ type: 'proxy.fault', level: 'error', message: 'an internal error', cause });
  };
  /** Called when the last connection is over. */
  #onEmpty: () => void = () => undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#gate = new Gate(settings);
    this.#handshakes = new Handshakes(settings.maxHandshakes, (peer) => settings.trusted.some((one) => one.has(peer)));
    const isSelf = (address: string, port: number): boolean =>
      port === this.#bound.port && reaches(address, this.#bound.address);
    this.#parts = { settings, metrics: this.#metrics, dialer: new TargetDialer(settings, isSelf) };
    this.#server = createServer(settings, (request, response) => {
      this.#respond(request, response).catch(this.#onFault);
    });
    this.#webSockets = new WebSocketServer(webSocketOptions(settings));
    this.#watch(this.#server);
  }

  get url(): string {
    return urlOf(this.#settings, this.#bound);
  }

  get endpoint(): { readonly host: string; readonly port: number } {
    return { host: this.#bound.address, port: this.#bound.port };
  }

  get connections(): number {
    return this.#links.size;
  }

  async start(): Promise<void> {
    const { idleTimeoutMs, pingIntervalMs, emit } = this.#settings;
    this.#bound = await listenAt(this.#server, this.#settings);
    this.#server.on('error', (cause) => {
      emit({ type: 'proxy.fault', level: 'error', message: 'a connection could not be accepted', cause });
    });
    const shortest = Math.min(...[idleTimeoutMs, pingIntervalMs, 4_000].filter((ms) => ms > 0));
    this.#ticker = setInterval(() => this.#tick(), Math.max(10, Math.floor(shortest / 4)));
    emit({ type: 'proxy.listening', level: 'info', url: this.url });
  }

  async drain({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    this.#closeGate();
    if (this.#links.size > 0 && signal?.aborted !== true) await this.#untilEmpty(signal);
    await this.#stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closeGate();
    await this.#stop();
  }

  #closeGate(): void {
    if (this.#gate.draining) return;
    this.#gate.draining = true;
    this.#settings.emit({ type: 'proxy.draining', level: 'info', connections: this.#links.size });
  }

  #untilEmpty(signal: AbortSignal | undefined): Promise<void> {
    const { drainTimeoutMs } = this.#settings;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = drainTimeoutMs > 0 ? setTimeout(done, drainTimeoutMs) : undefined;
      signal?.addEventListener('abort', done, { once: true });
      const others = this.#onEmpty;
      this.#onEmpty = () => {
        others();
        done();
      };
    });
  }

  #stop(): Promise<void> {
    this.#stopping ??= this.#stopOnce();
    return this.#stopping;
  }

  async #stopOnce(): Promise<void> {
    for (const link of this.#links.keys()) link.close('draining', 'This proxy is being stopped.');
    await Promise.all(this.#links.values());
    clearInterval(this.#ticker);
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.#settings.emit({ type: 'proxy.stopped', level: 'info' });
  }

  #tick(): void {
    const now = performance.now();
    for (const link of this.#links.keys()) link.tick(now);
  }

  #watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#count(socket);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, { socket, head }).catch((cause: unknown) => {
        socket.destroy();
        this.#onFault(cause);
      });
    });
    onBroken(server, (client, reason, message) => {
      const status = reason in refusals ? refusals[reason as keyof typeof refusals].status : undefined;
      this.#refused({ client }, reason, { status, message });
    });
  }

  #count(socket: Socket): void {
    const peer = peerOf(socket);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#handshakes.left(peer);
    });
    if (this.#handshakes.arrived(peer)) return;
    socket.destroy();
    this.#refused({ client: peer }, 'too-many-handshakes', { message: 'too many connections are no WebSockets yet' });
  }

  async #upgrade(request: IncomingMessage, { socket, head }: Upgrade): Promise<void> {
    const patience = new Patience(socket, this.#settings.handshakeTimeoutMs);
    const admission = await this.#gate.admit(request, patience);
    patience.end();
    if (admission.refused !== undefined) {
      const { refused, who } = admission;
      answer(socket, refusal(admission));
      this.#refused(who, refused, { status: refusals[refused].status, message: refusals[refused].text });
      return;
    }
    const lastId = this.#lastId;
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open({ socket: webSocket, carrier: socket }, admission, peerOf(request.socket));
    });
    if (this.#lastId !== lastId) return;
    // `ws` has answered, or the client is gone already.
    admission.release();
    this.#refused(admission.who, 'request-malformed', { status: 400, message: 'the WebSocket handshake is malformed' });
  }

  #open(ends: Ends, { target, who, release }: Admitted, peer: string): void {
    this.#handshakes.upgraded(peer);
    this.#lastId += 1;
    const link = new Link(ends, { id: this.#lastId, target, who }, this.#parts);
    const over = link
      .run()
      .catch(this.#onFault)
      .then(() => {
        release();
        this.#handshakes.downgraded(peer);
        this.#links.delete(link);
        link.report();
        if (this.#links.size === 0) this.#onEmpty();
      });
    this.#links.set(link, over);
  }

  /** Answers what is no WebSocket. */
  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const patience = new Patience(request.socket, this.#settings.handshakeTimeoutMs);
    const parts = { settings: this.#settings, gate: this.#gate, metrics: this.#metrics, gauges: () => this.#gauges() };
    const { refused, ...page } = await pageOf(request, parts, patience);
    patience.end();
    respond(response, page);
    if (refused === undefined) return;
    this.#refused(this.#gate.whoIs(request), refused, { status: page.status, message: refusals[refused].text });
  }

  #gauges(): Gauges {
    const { draining, clients } = this.#gate;
    return { open: this.#links.size, handshakes: this.#handshakes.pending, clients, draining };
  }

  #refused(who: ClientFields, reason: RefusalReason, details: { status?: number | undefined; message: string }): void {
    this.#metrics.refused(reason);
    this.#settings.emit({ type: 'connection.refused', level: 'warn', ...who, reason, ...details });
  }
}

interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

function webSocketOptions({ closeTimeoutMs, maxMessageBytes }: Settings): ServerOptions {
  const options = {
    noServer: true,
    clientTracking: false,
    // Queues and broker protocols compress themselves; a context per connection would cost more memory than the windows.
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    // Of a message in many small parts every part weighs more than its bytes.
    maxFragments: 1_024,
    maxBufferedChunks: 4_096,
    closeTimeout: closeTimeoutMs,
    handleProtocols: () => subprotocol,
  };
  // A variable first: the types do not know all that `ws` takes.
  return options;
}
