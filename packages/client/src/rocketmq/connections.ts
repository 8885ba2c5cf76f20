import type { CommandName, Request } from '@rmq/protocol/rocketmq';
import { ConnectionError } from '../core/errors.ts';
import { Connection, type ConnectionHooks } from './connection.ts';
import type { ResolvedClientOptions } from './options.ts';
import type { Address, Remoting } from './remoting.ts';
import { Rpc } from './rpc.ts';
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
  readonly call: Remoting['call'];
  readonly oneway: Remoting['oneway'];
  readonly #options: ResolvedClientOptions;
  readonly #hooks: ConnectionHooks;
  readonly #lanes = new Map<Address, Lane>();
  /** Connections that finish what they have: their server told them to go away, or no route names it any more. */
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
    const connection = (address: Address, request: Request): Connection => this.#next(address, request);
    ({ call: this.call, oneway: this.oneway } = new Rpc(options, { connection, emit: hooks.emit }));
  }

  /** The connections there are: not those that only finish what they have. */
  get all(): readonly Connection[] {
    return [...this.#lanes.values()].flatMap(({ connections }) => connections);
  }

  /** Closes the connections to all servers but these, after the answers under way. */
  keep(addresses: Iterable<Address>): void {
    const kept = new Set(addresses);
    for (const [address, { connections }] of this.#lanes) {
      if (kept.has(address)) continue;
      this.#lanes.delete(address);
      for (const connection of connections) this.#leave(connection);
    }
  }

  /** Takes no new requests, waits for answers under way, closes. Never rejects. */
  async close({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    this.#isClosed = true;
    await closeAll([...this.all, ...this.#leaving], timeoutMs);
    this.#lanes.clear();
  }

  /** @throws ConnectionError `client-closed` */
  #next(address: Address, { name }: Request): Connection {
    if (this.#isClosed) throw closed(address);
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
    if (this.#isClosed) {
      waiting.reject(closed(address));
      return;
    }
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
    this.#leave(connection);
  }

  #leave(connection: Connection): void {
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
