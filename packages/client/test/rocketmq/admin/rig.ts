import type { CommandName, ExtFields, RemotingCommand } from '@rmq/protocol/rocketmq';
import type { Body, TopicRouteData } from '@rmq/protocol/rocketmq/bodies';
import { commandName, encodeFrame, frameDecoder, response } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { FakeClock } from '@rmq/testkit';
import { type MemoryNetwork, memoryNetwork, type Transport } from '@rmq/transport';
import { type Admin, createAdmin } from '../../../src/rocketmq/admin/admin.ts';
import { ClientInstance } from '../../../src/rocketmq/client-instance.ts';
import { resolveClientOptions } from '../../../src/rocketmq/options.ts';
import type { Address } from '../../../src/rocketmq/remoting.ts';
import { route } from '../name-server-rig.ts';

/** What a server answers; undefined keeps silent. */
export type Answer = Parameters<typeof response>[1] | undefined;

/** One request that came. */
export interface Asked {
  readonly at: Address;
  readonly name: CommandName | undefined;
  readonly fields: ExtFields;
  readonly body: Uint8Array;
}

/** Masters `a:1` and `b:1`, a slave `s:1` of a, name servers `n:1` and `m:1`; topic T is on both masters. */
export class AdminRig implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly asked: Asked[] = [];
  readonly routes = new Map<string, TopicRouteData>([['T', route(['a', 'b'])]]);
  masters: readonly string[] = ['a', 'b'];
  /** Broker a has lost its master. */
  masterless = false;
  readonly admin: Admin;
  readonly #answers = new Map<string, (command: RemotingCommand) => Answer>();
  readonly #network: MemoryNetwork = memoryNetwork();
  readonly #instance: ClientInstance;

  private constructor() {
    const { clock } = this;
    const options = { nameServers: ['n:1', 'm:1'], dial: this.#network.dial, clock, random: () => 0 };
    this.#instance = new ClientInstance(resolveClientOptions(options), () => undefined);
    this.admin = createAdmin(this.#instance);
  }

  static async start(): Promise<AdminRig> {
    const rig = new AdminRig();
    for (const host of ['n', 'm', 'a', 'b', 's']) await rig.listen(host);
    return rig;
  }

  /** Decides what a server answers to a command. Without a decision, name servers know the cluster and others say yes. */
  answer(at: Address, name: CommandName, answer: Answer | ((command: RemotingCommand) => Answer)): void {
    this.#answers.set(`${at} ${name}`, typeof answer === 'function' ? answer : () => answer);
  }

  /** The requests of one name, name servers' look-ups apart. */
  requests(name: CommandName): readonly Asked[] {
    return this.asked.filter((each) => each.name === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#instance.close({ timeoutMs: 0 });
  }

  async listen(host: string): Promise<void> {
    const { incoming } = await this.#network.listen({ host, port: 1 });
    void (async () => {
      for await (const transport of incoming) void this.#serve(transport, `${host}:1`).catch(() => undefined);
    })();
  }

  async #serve(transport: Transport, at: Address): Promise<void> {
    const decoder = frameDecoder();
    for await (const chunk of transport.incoming) {
      for (const command of decoder.push(chunk)) {
        const name = commandName(command.code);
        this.asked.push({ at, name, fields: command.extFields, body: command.body });
        const decided = this.#answers.get(`${at} ${name ?? ''}`);
        const answer = decided === undefined ? this.#usual(command) : decided(command);
        if (answer !== undefined) await transport.write([encodeFrame(response(command, answer))]);
      }
    }
    await transport.end();
  }

  #usual(command: RemotingCommand): Answer {
    const name = commandName(command.code);
    if (name === 'getBrokerClusterInfo') return { code: 0, body: encodeBody('ClusterInfo', this.#cluster()) };
    if (name !== 'getRouteinfoByTopic') return { code: 0 };
    const known = this.routes.get(command.extFields['topic'] ?? '');
    return known === undefined ? { code: 17, remark: 'no' } : { code: 0, body: encodeBody('TopicRouteData', known) };
  }

  #cluster(): Body<'ClusterInfo', 'given'> {
    const brokers = this.masters.map((brokerName) => {
      const slaves = brokerName === 'a' ? { 1: 's:1' } : {};
      const master = brokerName === 'a' && this.masterless ? {} : { 0: `${brokerName}:1` };
      return [brokerName, { cluster: 'c', brokerName, brokerAddrs: { ...master, ...slaves } }] as const;
    });
    return { brokerAddrTable: Object.fromEntries(brokers), clusterAddrTable: { c: this.masters } };
  }
}
