import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import type { TopicRouteData } from '@rmq/protocol/rocketmq/bodies';
import { response } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { FakeClock } from '@rmq/testkit';
import type { RocketmqEvent } from '../../src/rocketmq/events.ts';
import { NameServers } from '../../src/rocketmq/name-servers.ts';
import type { Address, Remoting } from '../../src/rocketmq/remoting.ts';
import { RouteTable } from '../../src/rocketmq/route-table.ts';

const asked: RemotingCommand = {
  code: 105,
  language: 'NODE_JS',
  version: 479,
  opaque: 1,
  flag: 0,
  remark: undefined,
  extFields: {},
  body: new Uint8Array(0),
  serializeType: 'json',
};

/** What a name server answers. */
export const reply = (init: Parameters<typeof response>[1]): RemotingCommand => response(asked, init);

/** A route of brokers with 2 queues each, master at `<name>:1`, changed by what the test gives. */
export function route(names: readonly string[], change: Partial<TopicRouteData> = {}): TopicRouteData {
  return {
    orderTopicConf: undefined,
    queueDatas: names.map((brokerName) => ({
      brokerName,
      readQueueNums: 2,
      writeQueueNums: 2,
      perm: 6,
      topicSysFlag: 0,
    })),
    brokerDatas: names.map((brokerName) => ({
      cluster: 'c',
      brokerName,
      brokerAddrs: { 0: `${brokerName}:1` },
      zoneName: undefined,
      enableActingMaster: false,
    })),
    filterServerTable: {},
    topicQueueMappingByBroker: undefined,
    ...change,
  };
}

/** Name servers whose answers a test decides, and a route table that asks them. */
export class NameServerRig {
  readonly clock = new FakeClock();
  readonly events: RocketmqEvent[] = [];
  readonly changed: string[] = [];
  /** Who was asked, for which topic. */
  readonly asked: string[] = [];
  readonly topics = new Map<string, TopicRouteData>();
  /** A server's failure; undefined lets it answer. */
  fail: (address: Address) => Error | undefined = () => undefined;
  /** Holds answers back until it resolves. */
  until: Promise<unknown> = Promise.resolve();
  readonly nameServers: NameServers;
  readonly routes: RouteTable;

  constructor(addresses: readonly Address[] = ['n1:1', 'n2:1']) {
    const emit = (event: RocketmqEvent): void => void this.events.push(event);
    const remoting: Remoting = {
      call: (address, request) => this.#answer(address, request),
      oneway: () => Promise.resolve(),
    };
    this.nameServers = new NameServers(addresses, remoting, { emit });
    const onChanged = (topic: string): void => void this.changed.push(topic);
    const { clock, nameServers } = this;
    this.routes = new RouteTable({ nameServers, clock, random: () => 0, emit, onChanged });
  }

  async #answer(address: Address, { fields }: Request): Promise<RemotingCommand> {
    const topic = 'topic' in fields && typeof fields.topic === 'string' ? fields.topic : '';
    this.asked.push(`${address} ${topic}`.trim());
    await this.until;
    const failure = this.fail(address);
    if (failure !== undefined) throw failure;
    const known = this.topics.get(topic);
    return known === undefined ? reply({ code: 17 }) : reply({ code: 0, body: encodeBody('TopicRouteData', known) });
  }
}
