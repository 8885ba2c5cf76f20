import { UsageError } from '@rmq/protocol';
import type { CommandName, RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import { ConnectionError } from '../core/errors.ts';
import { MAX_TIMER_MS } from '../core/options.ts';
import { Connection, type ConnectionHooks } from './connection.ts';
import { withHooks } from './hooks.ts';
import type { ResolvedClientOptions } from './options.ts';
import type { Address, CallOptions, Remoting } from './remoting.ts';
import type { WaitingCall } from './session.ts';

/**
 * Brokers remember a client by the connection its heartbeats come on: on two, it would count as two members of its group,
 * and half of the queues would go to a member that does not exist.
 */
const firstOnly: ReadonlySet<CommandName> = new Set<CommandName>(['heartBeat', 'unregisterClient']);

/** The connections to one server: requests take turns. */
interface Lane {
  readonly connections: Connection[];
  turn: number;
}

/** All connections of a client, by address. */
export class Connections implements Remoting {
  readonly #options: ResolvedClientOptions;
  readonly #hooks: ConnectionHooks;
  readonly #lanes = new Map<Address, Lane>();
  /** Connections that were told to go away and finish what they have. */
  readonly #leaving = new Set<Connection>();
  #isClosed = false;

  constructor(options: ResolvedClientOptions, hooks: Omit<ConnectionHooks, 'onGoAway'>) {
    this.#options = options;
    this.#hooks = {
      ...hooks,
      onGoAway: (waiting, connection) => {
        this.#goAway(waiting, connection);
      },
    };
  }

  /** The connections there are: not those that finish what they have after the server told them to go away. */
  get all(): readonly Connection[] {
    return [...this.#lanes.values()].flatMap(({ connections }) => connections);
  }

  readonly call = (address: Address, request: Request, options?: CallOptions): Promise<RemotingCommand> => {
    if (this.#isClosed) return Promise.reject(closed(address));
    const { hooks } = this.#options;
    const timeoutMs = options?.timeoutMs ?? this.#options.requestTimeoutMs;
    if (!isTime(timeoutMs)) return Promise.reject(noTime(timeoutMs));
    const limits = { timeoutMs, signal: options?.signal };
    if (hooks.length === 0) return this.#next(address, request).call({ request, isResent: false }, limits);
    return withHooks(this.#options, { address, request }, (prepared) =>
      this.#next(address, prepared).call({ request: prepared, isResent: false }, limits),
    );
  };

  readonly oneway = async (address: Address, request: Request, options?: CallOptions): Promise<void> => {
    if (this.#isClosed) throw closed(address);
    const timeoutMs = options?.timeoutMs ?? this.#options.requestTimeoutMs;
    if (!isTime(timeoutMs)) throw noTime(timeoutMs);
    const send = async (prepared: Request): Promise<undefined> => {
      await this.#next(address, prepared).oneway(
        { request: prepared, isResent: false },
        { timeoutMs, signal: options?.signal },
      );
    };
    await withHooks(this.#options, { address, request }, send);
  };

  /** Closes the connections to a server that no route names any more. */
  async drop(address: Address): Promise<void> {
    const lane = this.#lanes.get(address);
    this.#lanes.delete(address);
    await closeAll(lane?.connections ?? [], this.#options.drainTimeoutMs);
  }

  /** Takes no new requests, waits for answers under way, closes. Never rejects. */
  async close({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    this.#isClosed = true;
    await closeAll([...this.all, ...this.#leaving], timeoutMs);
    this.#lanes.clear();
  }

  #next(address: Address, { name }: Request): Connection {
    let lane = this.#lanes.get(address);
    if (lane === undefined) {
      lane = { connections: [], turn: 0 };
      this.#lanes.set(address, lane);
    }
    const index = firstOnly.has(name) ? 0 : lane.turn;
    if (index === lane.turn) lane.turn = (index + 1) % this.#options.connectionsPerServer;
    return (lane.connections[index] ??= new Connection(address, this.#options, this.#hooks));
  }

  /**
   * GO_AWAY: the request was not carried out. It goes to a fresh connection with a new number and the time it has left,
   * once; the old connection finishes what it has (`NettyRemotingClient.java`).
   */
  #goAway(waiting: WaitingCall, connection: Connection): void {
    const { address } = connection;
    this.#hooks.emit({ type: 'server.goAway', level: 'info', address });
    this.#retire(connection);
    if (waiting.call.isResent) {
      waiting.reject(new ConnectionError('connection-closed', `${address} goes away, and sent the request back twice`));
    } else this.#next(address, waiting.call.request).send({ ...waiting, call: { ...waiting.call, isResent: true } });
  }

  #retire(connection: Connection): void {
    const lane = this.#lanes.get(connection.address);
    const index = lane?.connections.indexOf(connection) ?? -1;
    if (lane === undefined || index < 0) return;
    lane.connections[index] = new Connection(connection.address, this.#options, this.#hooks);
    this.#leaving.add(connection);
    void connection.close({ timeoutMs: this.#options.drainTimeoutMs }).finally(() => this.#leaving.delete(connection));
  }
}

async function closeAll(connections: readonly Connection[], timeoutMs: number): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close({ timeoutMs })));
}

function closed(address: Address): ConnectionError {
  return new ConnectionError('client-closed', `nothing is sent to ${address} any more: this client was closed`);
}

/** A timer set to what is no time fires at once, or never. */
function isTime(ms: number): boolean {
  return ms >= 0 && ms <= MAX_TIMER_MS;
}

function noTime(ms: number): UsageError {
  const message = `timeoutMs is ${String(ms)}: expected milliseconds from 0 to ${MAX_TIMER_MS.toString()}`;
  return new UsageError('value-out-of-range', message);
}
