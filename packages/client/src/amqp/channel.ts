import type { ChannelSession } from './channel-session.ts';
import type { Context } from './context.ts';
import { type Entry, Ledger } from './consumer/ledger.ts';
import { Received, type ReceivedMessage } from './consumer/received-message.ts';
import type { CallOptions } from './options.ts';
import type { CallName, Reply, RpcRequest } from './rpc-line.ts';
import type { Caller } from './topology/caller.ts';
import { createExchanges, type Exchanges } from './topology/exchanges.ts';
import { probe } from './topology/probe.ts';
import { createQueues, type Queues } from './topology/queues.ts';

/**
 * A channel of one's own. A call that the server refuses ends it: every call afterwards fails with the same
 * `AmqpReplyError`, and messages that were got on it and not settled are delivered again.
 */
export interface Channel extends AsyncDisposable {
  readonly id: number;
  /** False once it is closed or lost. */
  readonly isOpen: boolean;
  readonly queues: Queues;
  readonly exchanges: Exchanges;
  /** Takes a message from a queue. @returns undefined when it is empty */
  readonly get: (queue: string, options?: CallOptions) => Promise<ReceivedMessage | undefined>;
  /** Sends the acks and closes it; what was not settled goes back to its queue. Never rejects. */
  readonly close: () => Promise<void>;
}

/** Acks of messages that were got one by one go out at the latest with so many. */
const FLUSH_AT = 64;
/** Nobody settles so many later. */
const MAX_UNSETTLED = 65_535;

/** Opens a channel. @throws as every call */
export async function openChannel(context: Context, options?: CallOptions): Promise<OwnChannel> {
  const ledger = new Ledger(() => session, {
    clock: context.options.clock,
    flushAt: FLUSH_AT,
    limit: MAX_UNSETTLED,
  });
  const lost = (): void => {
    ledger.end();
  };
  const session = await context.connection.channel({ lost }, options);
  return new OwnChannel(context, session, ledger);
}

/** {@link Channel}, for its owner. */
export class OwnChannel implements Channel, Caller {
  readonly queues: Queues;
  readonly exchanges: Exchanges;
  readonly #context: Context;
  readonly #session: ChannelSession;
  readonly #ledger: Ledger;

  constructor(context: Context, session: ChannelSession, ledger: Ledger) {
    this.#context = context;
    this.#session = session;
    this.#ledger = ledger;
    this.queues = createQueues(this);
    this.exchanges = createExchanges(this);
  }

  get id(): number {
    return this.#session.id;
  }
  get isOpen(): boolean {
    return this.#session.fault === undefined;
  }

  readonly call = <N extends CallName>(request: RpcRequest<N>, options?: CallOptions): Promise<Reply<N>> =>
    this.#session.call(request, options);

  readonly probe = <N extends CallName>(request: RpcRequest<N>, options?: CallOptions): Promise<Reply<N> | undefined> =>
    probe(this.#context.connection, request, options);

  readonly get = async (queue: string, options?: CallOptions): Promise<ReceivedMessage | undefined> => {
    const onLate = (reply: Reply<'basic.get'>): void => {
      const entry = this.#enter(reply);
      // Nobody waits for it any more: somebody else shall have it.
      if (entry !== undefined) this.#ledger.giveBack(entry, { requeue: true });
    };
    const entry = this.#enter(await this.#session.call({ name: 'basic.get', args: { queue }, onLate }, options));
    return entry === undefined ? undefined : new Received(this.#ledger, entry, { zeroCopy: false });
  };

  readonly close = async (): Promise<void> => {
    this.#ledger.flush();
    await this.#session.close();
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #enter({ method, content }: Reply<'basic.get'>): Entry | undefined {
    if (method.name === 'basic.getEmpty' || content === undefined) return undefined;
    return this.#ledger.add({ args: method.args, content, state: 'out' });
  }
}
