import type { Pool } from '../core/pool.ts';
import type { OwnChannel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { CallOptions, ResolvedOptions } from './options.ts';

/** Channels to be lent for one use each, and how to use one. */
export type Borrow = <T>(use: (channel: OwnChannel) => Promise<T>, options?: CallOptions) => Promise<T>;

/** Lends channels of a pool, as long as there is a connection; then it says why there is none. */
export function lender(
  connection: Connection,
  channels: Pool<OwnChannel>,
  { requestTimeoutMs }: ResolvedOptions,
): Borrow {
  return async (use, { timeoutMs = requestTimeoutMs, signal } = {}) => {
    const lease = await channels.acquire({ timeoutMs, signal }).catch((cause: unknown) => {
      throw connection.fault ?? cause;
    });
    try {
      return await use(lease.resource);
    } finally {
      lease.release();
    }
  };
}
