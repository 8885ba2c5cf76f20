import { UsageError } from '@rmq/protocol';
import type { Pool } from '../../core/pool.ts';
import type { OwnChannel } from '../channel.ts';
import type { Connection } from '../connection.ts';
import { AmqpReplyError } from '../errors.ts';
import type { CallOptions, ResolvedOptions } from '../options.ts';
import type { Caller } from './caller.ts';
import { probe } from './probe.ts';

/**
 * Asks on a channel that is lent for each call: one that the server refuses takes its channel along, and the next call gets
 * another. A channel whose answer nobody waits for any more is let go too.
 */
export function borrowingCaller(
  connection: Connection,
  channels: Pool<OwnChannel>,
  { requestTimeoutMs }: ResolvedOptions,
): Caller {
  return {
    call: async (request, options: CallOptions = {}) => {
      const { timeoutMs = requestTimeoutMs, signal } = options;
      const lease = await channels.acquire({ timeoutMs, signal });
      try {
        return await lease.resource.call(request, options);
      } catch (cause) {
        if (!(cause instanceof AmqpReplyError) && !(cause instanceof UsageError)) void lease.resource.close();
        throw cause;
      } finally {
        lease.release();
      }
    },
    probe: (request, options) => probe(connection, request, options),
  };
}
