import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { startProxy } from '@rmq/transport-websocket-proxy/server';
import type { Proxy, ProxyEvent, ProxyOptions } from '@rmq/transport-websocket-proxy/server';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

/** Things to release after a test, last first. */
const held: (() => unknown)[] = [];

export function hold<T>(thing: T, release: (thing: T) => unknown): T {
  held.push(() => release(thing));
  return thing;
}

afterEach(async () => {
  for (const release of held.splice(0).reverse()) await release();
});

/** A TCP server that does what `behave` says with each socket. @returns its port */
export async function targetOf(behave: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  hold(server, async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server that gives back what it gets. */
export function echo(socket: Socket): void {
  socket.pipe(socket);
}

/** A target that hands over its first socket, and a promise of its end: whether by FIN or by a reset. */
export async function targetSocket(): Promise<{
  readonly port: number;
  readonly socket: Promise<Socket>;
  readonly over: Promise<'ended' | 'reset'>;
}> {
  let give: (socket: Socket) => void = () => undefined;
  const socket = new Promise<Socket>((resolve) => {
    give = resolve;
  });
  const over = socket.then(
    (one) =>
      new Promise<'ended' | 'reset'>((resolve) => {
        one.once('end', () => resolve('ended'));
        one.once('error', () => resolve('reset'));
      }),
  );
  return { port: await targetOf((accepted) => give(accepted)), socket, over };
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Events as they come, and a way to wait for one. */
export class Log {
  readonly events: ProxyEvent[] = [];
  #wake: () => void = () => undefined;

  readonly take = (event: ProxyEvent): void => {
    this.events.push(event);
    this.#wake();
  };

  /** The first event that `matches`; waits for it. */
  async find<T extends ProxyEvent['type']>(
    type: T,
    matches: (event: Extract<ProxyEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ProxyEvent, { type: T }>> {
    for (;;) {
      for (const event of this.events) if (isOf(event, type) && matches(event)) return event;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  refusals(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'connection.refused' ? [event.reason] : []));
  }
}

function isOf<T extends ProxyEvent['type']>(event: ProxyEvent, type: T): event is Extract<ProxyEvent, { type: T }> {
  return event.type === type;
}

/** A proxy that allows this machine's targets, and its log. */
export async function proxying(options: Partial<ProxyOptions> = {}): Promise<{ proxy: Proxy; log: Log }> {
  const log = new Log();
  const proxy = await startProxy({ allow: ['127.0.0.1:*'], onEvent: log.take, ...options });
  hold(proxy, (one) => one[Symbol.asyncDispose]());
  return { proxy, log };
}

/** The URL for a target. */
export function urlFor(proxy: Proxy, to: string | number): string {
  return `${proxy.url}?to=${encodeURIComponent(typeof to === 'number' ? `tcp://127.0.0.1:${to}` : to)}`;
}

interface AskOptions extends ClientOptions {
  readonly subprotocols?: readonly string[];
}

/** A client made by hand: messages as they come. */
export class Client {
  readonly socket: WebSocket;
  readonly messages: Buffer[] = [];
  /** The close code and reason. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Bytes of data that came. */
  bytes = 0;
  #wake: () => void = () => undefined;

  constructor(url: string, { subprotocols = ['rmq.tcp.v1'], ...options }: AskOptions = {}) {
    this.socket = new WebSocket(url, [...subprotocols], { perMessageDeflate: false, ...options });
    this.socket.on('message', (data) => {
      if (!(data instanceof Uint8Array)) return;
      this.messages.push(Buffer.from(data));
      this.bytes += data.byteLength;
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    hold(this.socket, (socket) => socket.terminate());
  }

  /** Waits until so many messages, the first of which says "connected", have come; or the end. */
  async until(condition: (client: this) => boolean): Promise<this> {
    while (!condition(this) && this.socket.readyState !== WebSocket.CLOSED) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this;
  }

  /** Settles when the proxy says "connected". */
  async connected(): Promise<this> {
    await this.until(({ messages }) => messages.length > 0);
    if (this.messages[0]?.byteLength !== 0) throw new Error(`not connected: ${JSON.stringify(await this.closed)}`);
    return this;
  }

  text(): string {
    return Buffer.concat(this.messages).toString();
  }
}

/** Opens a connection through the proxy. */
export function open(proxy: Proxy, to: string | number, options?: AskOptions): Promise<Client> {
  return new Client(urlFor(proxy, to), options).connected();
}

/** The HTTP status that a WebSocket is refused with, and the answer's headers. */
export async function refused(
  url: string,
  options: AskOptions = {},
): Promise<{ status: number; headers: IncomingMessage['headers'] }> {
  const { socket } = new Client(url, options);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  response.resume();
  return { status: response.statusCode ?? 0, headers: response.headers };
}

/** An ordinary request. */
export async function get(
  proxy: Proxy,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  const sent = request(new URL(path, proxy.url.replace('ws', 'http')), { method, headers, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** A bare TCP connection to the proxy. */
export function raw(proxy: Proxy): Socket {
  const { host, port } = proxy.endpoint;
  const socket = connect({ host, port });
  socket.on('error', () => undefined);
  return hold(socket, (one) => one.destroy());
}

/** All a socket says until it is closed. */
export async function saidBy(socket: Socket): Promise<string> {
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
  if (!socket.destroyed) await once(socket, 'close');
  return said;
}
