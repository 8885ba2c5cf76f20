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
  const pool = new Pool<C>(limits, {
    clock,
    create: async (signal) => {
      const connection = await opened(make(), signal);
      void watch(connection, pool);
      return connection;
    },
    destroy: (connection, timeoutMs) => connection.close({ timeoutMs }),
    isHealthy: ({ state, outstanding }) => state === 'open' && outstanding === 0,
    destroyTimeoutMs: drainTimeoutMs,
  });
  return pool;
}

async function opened<C extends PoolableConnection>(connection: C, signal: AbortSignal): Promise<C> {
  const giveUp = (): void => void connection.close({ timeoutMs: 0 });
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await connection.open();
    return connection;
  } catch (cause) {
    giveUp();
    throw cause;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** What breaks while nobody has it is not kept: servers close what is idle too long for them. */
async function watch<C extends PoolableConnection>(connection: C, pool: Pool<C>): Promise<void> {
  for await (const state of connection.states()) if (state !== 'open') pool.prune();
}
