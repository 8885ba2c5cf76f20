import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import { ConnectionError, TimeoutError } from '../core/errors.ts';
import type { RocketmqEvent } from './events.ts';
import type { Address, CallOptions, Remoting } from './remoting.ts';

/** The name servers of a cluster: one is asked as long as it answers, then the next. They all know the same. */
export class NameServers {
  readonly addresses: readonly Address[];
  readonly #remoting: Remoting;
  readonly #emit: (event: RocketmqEvent) => void;
  #chosen = 0;

  /** @param addresses - in the order to ask them; shuffled by the caller, so that clients spread */
  constructor(
    addresses: readonly Address[],
    remoting: Remoting,
    { emit }: { readonly emit: (event: RocketmqEvent) => void },
  ) {
    this.addresses = addresses;
    this.#remoting = remoting;
    this.#emit = emit;
  }

  /**
   * Asks the chosen name server; one that cannot be reached or does not answer is passed over for the next, each with the
   * whole time for itself.
   * @throws what the last one failed with
   */
  async call(request: Request, options?: CallOptions): Promise<RemotingCommand> {
    let last: unknown = new ConnectionError('connect-failed', 'there is no name server to ask');
    for (let attempt = 0; attempt < this.addresses.length; attempt += 1) {
      const index = this.#chosen;
      const address = this.addresses[index];
      if (address === undefined) break;
      try {
        return await this.#remoting.call(address, request, options);
      } catch (cause) {
        if (!isServersFault(cause)) throw cause;
        last = cause;
        this.#passOver(index, cause);
      }
    }
    throw last;
  }

  /** Several requests may fail at the same time: only the first of them moves on. */
  #passOver(index: number, cause: unknown): void {
    if (this.#chosen !== index || this.addresses.length === 1) return;
    this.#chosen = (index + 1) % this.addresses.length;
    const address = this.addresses[this.#chosen] ?? '';
    this.#emit({ type: 'nameServer.changed', level: 'warn', address, cause });
  }
}

/** Whether another name server may do better: not when this client is closed, and not for what the caller did. */
function isServersFault(cause: unknown): boolean {
  if (cause instanceof ConnectionError) return cause.code !== 'client-closed';
  return cause instanceof TimeoutError;
}
