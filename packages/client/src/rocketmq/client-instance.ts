import { UsageError } from '@rmq/protocol';
import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { Compression, CompressionType } from '@rmq/protocol/rocketmq/messages';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { uniqueKeyGenerator } from '@rmq/protocol/rocketmq/messages';
import type { Clock } from '../core/clock.ts';
import { ConnectionError } from '../core/errors.ts';
import { findCompression } from './compression.ts';
import { Connections } from './connections.ts';
import type { RocketmqEvent } from './events.ts';
import type { Instance, Member } from './instance.ts';
import { NameServers } from './name-servers.ts';
import type { ResolvedClientOptions } from './options.ts';
import { type Address, replyError } from './remoting.ts';
import { RouteTable } from './route-table.ts';

/** What all members of a client share, and the two beats that keep it alive: heartbeats and fresh routes. */
export class ClientInstance implements Instance {
  readonly clientId: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly options: ResolvedClientOptions;
  readonly emit: (event: RocketmqEvent) => void;
  readonly remoting: Connections;
  readonly nameServers: NameServers;
  readonly routes: RouteTable;
  readonly nextUniqueKey: () => string;
  readonly #members = new Map<string, Member>();
  readonly #timers = new Map<string, () => void>();
  #isStopped = false;
  #closed: Promise<void> | undefined;

  constructor(options: ResolvedClientOptions, emit: (event: RocketmqEvent) => void) {
    const { clock, random, clientIp, instanceName } = options;
    this.options = options;
    this.emit = emit;
    this.clock = clock;
    this.random = random;
    this.clientId = `${clientIp}@${instanceName}`;
    const chance = (): number => Math.floor(random() * 2 ** 32);
    this.nextUniqueKey = uniqueKeyGenerator({ processId: chance(), discriminator: chance(), now: clock.now });
    this.remoting = new Connections(options, {
      emit,
      onConnected: (address) => void this.#greet(address),
      onRequest: (command, from) => this.#dispatch(command, from),
    });
    this.nameServers = new NameServers(shuffled(options.nameServers, random), this.remoting, { emit });
    const onChanged = (topic: string): void => {
      this.#routeChanged(topic);
    };
    this.routes = new RouteTable({ nameServers: this.nameServers, clock, random, emit, onChanged });
    this.#every('heartbeat', options.heartbeatMs, () => this.heartbeatNow());
    this.#every('routes', options.routeRefreshMs, () => this.routes.refreshAll(this.#topics()));
  }

  readonly join = (member: Member): (() => Promise<void>) => {
    if (this.#closed !== undefined) throw new ConnectionError('client-closed', 'this client was closed');
    const key = `${member.kind} ${member.group}`;
    if (this.#members.has(key)) {
      const advice = 'share it, or use a second client';
      throw new UsageError(
        'group-taken',
        `this client has a ${member.kind} of group ${member.group} already: ${advice}`,
      );
    }
    this.#members.set(key, member);
    return async () => {
      if (this.#members.delete(key)) await this.#unregister(member);
    };
  };

  /** Slaves need to know consumers only; without members there is nothing to say. */
  readonly heartbeatNow = async (): Promise<void> => {
    const hasConsumer = this.#of('consumer').length > 0;
    const brokers = this.routes.brokers().filter(({ brokerId }) => brokerId === 0 || hasConsumer);
    await Promise.all(brokers.map(({ address }) => this.#heartbeat(address)));
  };

  readonly compression = (type: CompressionType): Compression => findCompression(this.options.compressions, type);

  /**
   * Closes consumers, as their handlers may still send, then producers, then connections; each waits for what is under
   * way. Never rejects.
   */
  readonly close = ({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> =>
    (this.#closed ??= this.#close(timeoutMs));

  async #close(timeoutMs: number): Promise<void> {
    for (const kind of ['consumer', 'producer'] as const) {
      await Promise.all(this.#of(kind).map((member) => member.close({ timeoutMs })));
    }
    this.#isStopped = true;
    for (const cancel of this.#timers.values()) cancel();
    await this.remoting.close({ timeoutMs });
  }

  async #heartbeat(address: Address): Promise<boolean> {
    if (this.#members.size === 0) return false;
    try {
      const body = this.#whoIsThere();
      const reply = await this.remoting.call(address, { name: 'heartBeat', fields: {}, body });
      if (reply.code !== responseCodes.success) throw replyError(reply, address);
      return true;
    } catch (cause) {
      if (!this.#isStopped) this.emit({ type: 'heartbeat.failed', level: 'warn', address, cause });
      return false;
    }
  }

  #whoIsThere(): Uint8Array {
    return encodeBody('HeartbeatData', {
      clientID: this.clientId,
      producerDataSet: this.#of('producer').map((member) => ({ groupName: member.group })),
      consumerDataSet: this.#of('consumer').flatMap((member) => {
        const data = member.heartbeat();
        return 'subscriptionDataSet' in data ? [data] : [];
      }),
    });
  }

  /** A new connection: the broker learns at once who is there, or it would hold back for up to a whole beat. */
  async #greet(address: Address): Promise<void> {
    if (!this.routes.brokers().some((broker) => broker.address === address)) return;
    for (const member of this.#members.values()) member.brokerReached?.(address);
    if (await this.#heartbeat(address)) for (const member of this.#members.values()) member.brokerConnected?.(address);
  }

  async #unregister({ kind, group }: Member): Promise<void> {
    const field = kind === 'producer' ? { producerGroup: group } : { consumerGroup: group };
    const fields = { clientID: this.clientId, ...field };
    const brokers = this.routes.brokers();
    await Promise.all(
      brokers.map(async ({ address }) => {
        try {
          await this.remoting.call(address, { name: 'unregisterClient', fields });
        } catch (cause) {
          this.emit({ type: 'unregister.failed', level: 'warn', address, cause });
        }
      }),
    );
  }

  #dispatch(command: RemotingCommand, from: Address): Promise<RemotingCommand | undefined> | undefined {
    for (const member of this.#members.values()) {
      const answer = member.serverRequest?.(command, from);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  #routeChanged(topic: string): void {
    this.remoting.keep([...this.nameServers.addresses, ...this.routes.brokers().map(({ address }) => address)]);
    for (const member of this.#members.values()) {
      if ([...member.topics()].includes(topic)) member.routeChanged?.(topic);
    }
  }

  #of(kind: Member['kind']): readonly Member[] {
    return [...this.#members.values()].filter((member) => member.kind === kind);
  }

  *#topics(): Generator<string> {
    for (const member of this.#members.values()) yield* member.topics();
  }

  #every(name: string, ms: number, work: () => Promise<void>): void {
    const cancel = this.clock.after(ms, () => {
      void work();
      this.#every(name, ms, work);
    });
    this.#timers.set(name, cancel);
  }
}

/** So that the clients of a cluster do not all ask the same name server. */
function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
