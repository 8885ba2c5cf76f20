import { UsageError } from '@rmq/protocol';
import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import { ConnectionError } from '../core/errors.ts';
import { poolOf } from '../core/connection-pool.ts';
import { Emitter, type Listener } from '../core/events.ts';
import type { ConnectionStatus } from '../core/link.ts';
import { MAX_TIMER_MS } from '../core/options.ts';
import type { AcquireOptions, Lease, Pool, PoolLimits, PoolStats } from '../core/pool.ts';
import { Connection, type ConnectionHooks } from './connection.ts';
import type { RocketmqEvent } from './events.ts';
import { type ClientOptions, type ResolvedClientOptions, resolveClientOptions } from './options.ts';
import type { Address, CallOptions } from './remoting.ts';
import { Rpc } from './rpc.ts';

/** What a pool's connections have in common with a client's. */
type SharedOptions = Pick<
  ClientOptions,
  | 'dial'
  | 'requestTimeoutMs'
  | 'connectTimeoutMs'
  | 'maxOutstanding'
  | 'drainTimeoutMs'
  | 'maxFrameBytes'
  | 'serializeType'
  | 'credentials'
  | 'hooks'
  | 'clock'
  | 'random'
>;

/** Which server, how many connections to it, and how they behave. */
export interface ConnectionPoolOptions extends SharedOptions, PoolLimits {
  /** `host:port` of a broker or name server. */
  readonly server: Address;
  /** Hears every event from the beginning. */
  readonly onEvent?: Listener<RocketmqEvent> | undefined;
}

/** A connection of one's own, until it is released. */
export interface ConnectionLease extends AsyncDisposable {
  readonly connection: ConnectionStatus;
  /**
   * Sends a request and resolves with the response, whatever its code.
   * @throws TimeoutError, ConnectionError, OverloadError, UsageError `lease-released`, or the signal's reason
   */
  readonly call: (request: Request, options?: CallOptions) => Promise<RemotingCommand>;
  /** Sends a request that asks for no answer; resolves when it has been handed to the connection. */
  readonly oneway: (request: Request, options?: CallOptions) => Promise<void>;
  /** Gives the connection back; one that broke or still waits for an answer goes to nobody else. Harmless afterwards. */
  readonly release: () => void;
}

/** Connections to one server, each lent to one user at a time. */
export interface ConnectionPool extends AsyncDisposable {
  readonly stats: PoolStats;
  /**
   * Lends an open connection, makes one if there is room, or waits until one comes back: first come, first served.
   * @throws OverloadError `pool-exhausted` when too many wait, TimeoutError `acquire-timeout`, ConnectionError when it
   *   cannot be made or the pool is closed, or the signal's reason
   */
  readonly acquire: (options?: AcquireOptions) => Promise<ConnectionLease>;
  /**
   * Lends to those who wait already, waits for all to come back, then closes the connections; when the time is up,
   * whatever they are used for. Never rejects.
   * @param options - `timeoutMs`: milliseconds, by default the pool's `drainTimeoutMs`
   */
  readonly close: (options?: { readonly timeoutMs?: number | undefined }) => Promise<void>;
}

/**
 * Makes a pool of connections to one server, beside any client: for tools that need a connection for themselves, such as
 * proxies and probes. Clients need none, as any number of requests share a connection. Nothing connects before the first
 * `acquire`.
 * @throws UsageError `value-out-of-range` or `name-server-invalid`
 */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  return new RocketmqConnectionPool(options);
}

class RocketmqConnectionPool implements ConnectionPool {
  readonly #options: ResolvedClientOptions;
  readonly #hooks: ConnectionHooks;
  readonly #pool: Pool<Connection>;

  constructor({ onEvent, server, ...given }: ConnectionPoolOptions) {
    // When nobody uses a connection is the pool's to judge, not the connection's.
    this.#options = resolveClientOptions({ ...given, nameServers: [server], idleTimeoutMs: MAX_TIMER_MS });
    const emitter = new Emitter<RocketmqEvent>();
    if (onEvent !== undefined) emitter.on(onEvent);
    this.#hooks = {
      emit: emitter.emit,
      onConnected: () => undefined,
      onRequest: () => undefined,
      onGoAway: ({ reject }, connection) => {
        emitter.emit({ type: 'server.goAway', level: 'info', address: server });
        reject(new ConnectionError('connection-closed', `${server} goes away, and did not carry the request out`));
        void connection.close({ timeoutMs: this.#options.drainTimeoutMs });
      },
    };
    this.#pool = poolOf(given, {
      clock: this.#options.clock,
      make: () => new Connection(server, this.#options, this.#hooks),
      drainTimeoutMs: this.#options.drainTimeoutMs,
    });
  }

  get stats(): PoolStats {
    return this.#pool.stats;
  }

  readonly acquire = async (options?: AcquireOptions): Promise<ConnectionLease> => {
    const { emit } = this.#hooks;
    return new PooledLease(
      await this.#pool.acquire(options),
      (connection) => new Rpc(this.#options, { connection, emit }),
    );
  };

  readonly close = ({ timeoutMs }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> =>
    this.#pool.close({ timeoutMs: timeoutMs ?? this.#options.drainTimeoutMs });

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

class PooledLease implements ConnectionLease {
  readonly connection: ConnectionStatus;
  readonly release: () => void;
  readonly #rpc: Rpc;
  #isReleased = false;

  constructor({ resource, release }: Lease<Connection>, rpc: (connection: () => Connection) => Rpc) {
    this.connection = resource;
    this.release = () => {
      this.#isReleased = true;
      release();
    };
    this.#rpc = rpc(() => {
      if (!this.#isReleased) return resource;
      throw new UsageError('lease-released', `this connection to ${resource.address} was given back: acquire another`);
    });
  }

  readonly call = (request: Request, options?: CallOptions): Promise<RemotingCommand> =>
    this.#rpc.call(this.connection.address, request, options);

  readonly oneway = (request: Request, options?: CallOptions): Promise<void> =>
    this.#rpc.oneway(this.connection.address, request, options);

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}
