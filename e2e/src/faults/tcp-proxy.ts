import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { noFault, type Direction, type Fault } from './fault.ts';
import { ProxiedConnection } from './proxied-connection.ts';

/** One end of a connection. The same shape as a transport's endpoint. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** How to start a proxy. */
export interface TcpProxyOptions {
  /** Where accepted connections are passed on to. */
  readonly target: HostPort;
  /** Where to listen. @defaultValue a free port of 127.0.0.1 */
  readonly listen?: HostPort | undefined;
}

/**
 * Starts a TCP proxy that misbehaves on command. It knows no protocol: faults hit frames wherever they lie.
 *
 * A broker tells clients its own address, so that they walk past a proxy on another port. Either give the client under
 * test a dialer that goes through `viaProxies`, or, for clients that take no dialer, see "faults" in the README.
 */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const proxy = new TcpProxy(options.target);
  await proxy.listen(options.listen ?? { host: '127.0.0.1', port: 0 });
  return proxy;
}

/** A running proxy. Faults set on it hold for open and for future connections until they are lifted. */
export class TcpProxy {
  readonly target: HostPort;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #faults: Record<Direction, Fault> = { 'to-server': noFault, 'to-client': noFault };
  #server: Server | undefined;
  #endpoint: HostPort | undefined;
  #accepted = 0;

  constructor(target: HostPort) {
    this.target = target;
  }

  /** Where clients connect to. The same after `refuse` and `accept`. */
  get endpoint(): HostPort {
    return this.#endpoint ?? { host: '127.0.0.1', port: 0 };
  }

  /** Open connections now. */
  get open(): number {
    return this.#connections.size;
  }

  /** Connections accepted since the start. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Binds the port. Called by `startTcpProxy` and `accept`. */
  async listen(at: HostPort): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      this.#accept(client);
    });
    server.listen(at.port, at.host);
    await once(server, 'listening');
    this.#server = server;
    this.#endpoint = { host: at.host, port: (server.address() as AddressInfo).port };
  }

  /** Replaces the fault of one direction, or of both. Bytes already held back follow the new rule. */
  set(fault: Fault, direction?: Direction): void {
    for (const each of directions(direction)) {
      this.#faults[each] = fault;
      for (const connection of this.#connections) connection.set(each, fault);
    }
  }

  /** Lifts all faults: what was held back flows. */
  heal(): void {
    this.set(noFault);
  }

  /** Resets every open connection on both sides (RST). @returns how many */
  reset(): number {
    return this.#endAll((connection) => {
      connection.reset();
    });
  }

  /** Cuts every open connection: both sides see an end (FIN) and may lose what was under way. @returns how many */
  cut(): number {
    return this.#endAll((connection) => {
      connection.cut();
    });
  }

  /** Stops listening, so that new connections are refused. Open ones stay. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    // Not awaited: a server is only closed when its last connection is.
    server?.close();
    await Promise.resolve();
  }

  /** Listens again, on the same port. */
  async accept(): Promise<void> {
    if (this.#server === undefined) await this.listen(this.endpoint);
  }

  /** Resets what is open and frees the port. Idempotent. */
  async close(): Promise<void> {
    this.reset();
    await this.refuse();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(client: Socket): void {
    this.#accepted++;
    const server = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    const connection = new ProxiedConnection(client, server, this.#faults);
    this.#connections.add(connection);
    void connection.over.then(() => this.#connections.delete(connection));
  }

  #endAll(end: (connection: ProxiedConnection) => void): number {
    const open = [...this.#connections];
    for (const connection of open) end(connection);
    this.#connections.clear();
    return open.length;
  }
}

function directions(direction: Direction | undefined): readonly Direction[] {
  return direction === undefined ? ['to-server', 'to-client'] : [direction];
}
