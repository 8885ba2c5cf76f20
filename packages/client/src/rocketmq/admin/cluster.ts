import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import type { BrokerData, ClusterInfo, TopicRouteData } from '@rmq/protocol/rocketmq/bodies';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { retryTopic } from '@rmq/protocol/rocketmq/messages';
import type { NameServers } from '../name-servers.ts';
import { type Address, type CallOptions, type Remoting, replyError } from '../remoting.ts';
import type { Routes } from '../routes.ts';

/** What administration needs of a client. */
export interface AdminHost {
  readonly remoting: Remoting;
  readonly nameServers: Pick<NameServers, 'addresses' | 'call'>;
  readonly routes: Pick<Routes, 'masterAddress'>;
}

/** Who is who in a cluster, as the name servers say now: nothing here comes from a cache but a queue's master. */
export class Cluster {
  readonly remoting: Remoting;
  readonly #host: AdminHost;

  constructor(host: AdminHost) {
    this.#host = host;
    this.remoting = host.remoting;
  }

  get nameServers(): readonly Address[] {
    return this.#host.nameServers.addresses;
  }

  /** Asks any name server. @returns the reply, success or not */
  askNameServer(request: Request, options?: CallOptions): Promise<RemotingCommand> {
    return this.#host.nameServers.call(request, options);
  }

  /** Asks a server for a body. @throws ReplyError */
  async body(address: Address, request: Request, options?: CallOptions): Promise<Uint8Array> {
    const reply = await this.remoting.call(address, request, options);
    if (reply.code !== responseCodes.success) throw replyError(reply, address);
    return reply.body;
  }

  async info(options?: CallOptions): Promise<ClusterInfo> {
    const reply = await this.askNameServer({ name: 'getBrokerClusterInfo', fields: {} }, options);
    if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
    return decodeBody('ClusterInfo', reply.body);
  }

  async route(topic: string, options?: CallOptions): Promise<TopicRouteData | undefined> {
    const fields = { topic, acceptStandardJsonOnly: true };
    const reply = await this.askNameServer({ name: 'getRouteinfoByTopic', fields }, options);
    if (reply.code === responseCodes.topicNotExist) return undefined;
    if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
    return decodeBody('TopicRouteData', reply.body);
  }

  /** Masters and slaves. */
  async brokers(options?: CallOptions): Promise<readonly Address[]> {
    const { brokerAddrTable } = await this.info(options);
    return unique(Object.values(brokerAddrTable).flatMap(({ brokerAddrs }) => Object.values(brokerAddrs)));
  }

  /** Who takes changes. */
  async masters(options?: CallOptions): Promise<readonly Address[]> {
    const { brokerAddrTable } = await this.info(options);
    return unique(Object.values(brokerAddrTable).flatMap(({ brokerAddrs }) => brokerAddrs[0] ?? []));
  }

  /** Who is asked for what all brokers know together. */
  async readers(options?: CallOptions): Promise<readonly Address[]> {
    const { brokerAddrTable } = await this.info(options);
    return unique(Object.values(brokerAddrTable).flatMap(readerOf));
  }

  /** The same for what the brokers of a topic know; undefined when it does not exist. */
  async readersOf(topic: string, options?: CallOptions): Promise<readonly Address[] | undefined> {
    const route = await this.route(topic, options);
    return route && unique(route.brokerDatas.flatMap(readerOf));
  }

  /** A group lives where its retry topic is; before it has one, on any broker. */
  async readersOfGroup(group: string, options?: CallOptions): Promise<readonly Address[]> {
    const readers = await this.readersOf(retryTopic(group), options);
    return readers === undefined || readers.length === 0 ? this.readers(options) : readers;
  }

  masterOf({ brokerName, topic }: MessageQueue, options?: CallOptions): Promise<Address> {
    return this.#host.routes.masterAddress(brokerName, topic, options);
  }
}

/** A broker's master; while it has none, a slave: it may be a little behind, but nothing of the broker is missing. */
function readerOf({ brokerAddrs }: BrokerData): readonly Address[] {
  const reader = brokerAddrs[0] ?? Object.values(brokerAddrs)[0];
  return reader === undefined ? [] : [reader];
}

/** A server that two names lead to is asked once. */
function unique(addresses: readonly Address[]): readonly Address[] {
  return [...new Set(addresses)];
}
