import type { Clock } from './clock.ts';
import type { ConnectionStatus } from './link.ts';
import { Pool, type PoolLimits } from './pool.ts';

/** A connection that can be lent. */
export interface PoolableConnection extends ConnectionStatus {
  readonly open: () => Promise<void>;
  readonly close: (options: { readonly timeoutMs: number }) => Promise<void>;
}

/** Where a pool's connections come from, and how they go. */
export interface ConnectionPoolHooks<C extends PoolableConnection> {
  readonly clock: Clock;
  /** One that goes by no idle time of its own: when nobody uses it is the pool's to judge. */
  readonly make: () => C;
  /** Milliseconds. */
  readonly drainTimeoutMs: number;
}

/**
 * A pool of open connections to one server. One that broke, or still waits for an answer, goes to nobody else.
 * @throws UsageError `value-out-of-range`
 */
export function poolOf<C extends PoolableConnection>(limits: PoolLimits, hooks: ConnectionPoolHooks<C>): Pool<C> {
  const { clock, drainTimeoutMs, make } = hooks;
  const opening = new Opening<C>();
  const pool = new Pool<C>(limits, {
    clock,
    create: async (signal) => {
      const connection = make();
      await opening.open(connection, signal);
      void watch(connection, pool);
      return connection;
    },
    destroy: (connection, timeoutMs) => connection.close({ timeoutMs }),
    isHealthy: ({ state, outstanding }) => state === 'open' && outstanding === 0,
    destroyTimeoutMs: drainTimeoutMs,
  });
  return pool;
}

/** Connections that are being made. One listener serves all: runtimes warn of many on one signal. */
class Opening<C extends PoolableConnection> {
  readonly #connections = new Set<C>();
  #signal: AbortSignal | undefined;

  async open(connection: C, signal: AbortSignal): Promise<void> {
    if (signal !== this.#signal) this.#watch(signal);
    this.#connections.add(connection);
    try {
      await connection.open();
    } catch (cause) {
      void connection.close({ timeoutMs: 0 });
      throw cause;
    } finally {
      this.#connections.delete(connection);
    }
  }

  #watch(signal: AbortSignal): void {
    this.#signal = signal;
    const giveUp = (): void => {
      for (const connection of this.#connections) void connection.close({ timeoutMs: 0 });
    };
    signal.addEventListener('abort', giveUp, { once: true });
  }
}

/** What breaks while nobody has it is not kept: servers close what is idle too long for them. */
async function watch<C extends PoolableConnection>(connection: C, pool: Pool<C>): Promise<void> {
  for await (const state of connection.states()) if (state !== 'open') pool.prune();
}
