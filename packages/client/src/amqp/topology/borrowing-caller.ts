import { UsageError } from '@rmq/protocol';
import type { Borrow } from '../borrow.ts';
import type { Connection } from '../connection.ts';
import { AmqpReplyError } from '../errors.ts';
import type { Caller } from './caller.ts';
import { probe } from './probe.ts';

/**
 * Asks on a channel that is lent for each call: one that the server refuses takes its channel along, and the next call gets
 * another. A channel whose answer nobody waits for any more is let go too.
 */
export function borrowingCaller(connection: Connection, borrow: Borrow): Caller {
  return {
    call: (request, options) =>
      borrow(async (channel) => {
        try {
          return await channel.call(request, options);
        } catch (cause) {
          if (!(cause instanceof AmqpReplyError) && !(cause instanceof UsageError)) void channel.close();
          throw cause;
        }
      }, options),
    probe: (request, options) => probe(connection, request, options),
  };
}
