import { type CallOptions } from '../options.ts';
import type { CallName, Reply, RpcRequest } from '../rpc-line.ts';

/** Who asks the server, on a channel of its choice. */
export interface Caller {
  readonly call: <N extends CallName>(request: RpcRequest<N>, options?: CallOptions) => Promise<Reply<N>>;
  /**
   * Asks on a channel that is thrown away afterwards, as a no closes it.
   * @returns undefined when there is no such thing
   */
  readonly probe: <N extends CallName>(request: RpcRequest<N>, options?: CallOptions) => Promise<Reply<N> | undefined>;
}
