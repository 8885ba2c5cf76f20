import type { Connection } from '../connection.ts';
import { AmqpReplyError } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import type { CallName, Reply, RpcRequest } from '../rpc-line.ts';

const NOT_FOUND = 404;

/** Asks on a channel of its own, which goes with the answer: "there is none" closes it. @returns undefined for that */
export async function probe<N extends CallName>(
  connection: Connection,
  request: RpcRequest<N>,
  options?: CallOptions,
): Promise<Reply<N> | undefined> {
  const channel = await connection.channel({ isProbe: true }, options);
  try {
    return await channel.call(request, options);
  } catch (cause) {
    if (cause instanceof AmqpReplyError && cause.scope === 'channel' && cause.responseCode === NOT_FOUND)
      return undefined;
    throw cause;
  } finally {
    void channel.close();
  }
}
