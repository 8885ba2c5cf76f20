import { RmqError } from '@rmq/protocol';
import type {
  ClusterInfo,
  ConsumerConnection,
  ConsumeStats,
  MessageQueue,
  StoredMessage,
  TopicRouteData,
  TopicStatsTable,
} from '@rmq/protocol/rocketmq';
import {
  checkTopic,
  clusterInfo,
  consumerConnection,
  consumeStats,
  decodeMessages,
  decodeResponse,
  parseOffsetMessageId,
  permissions,
  propertyNames,
  responseCodes,
  retryTopic,
  templateTopic,
  topicList,
  topicRouteData,
  topicStatsTable,
} from '@rmq/protocol/rocketmq';
import { ConnectionError } from '../core/errors.ts';
import type { ClientInstance } from './client-instance.ts';
import { type Address, ask, type CallOptions, replyError } from './remoting.ts';

/** A topic to create or change. */
export interface TopicSettings {
  readonly topic: string;
  /** Queues per broker, to read and to write. 1 to 65535. @defaultValue 8 */
  readonly queues?: number | undefined;
  /** What is allowed: 6 reads and writes, 4 reads, 2 writes. @defaultValue 6 */
  readonly permission?: number | undefined;
}

/** Which messages {@link Admin.queryByKey} looks for. */
export interface KeyQuery {
  readonly topic: string;
  /** One of a message's keys; or its message id with `unique`. */
  readonly key: string;
  readonly unique?: boolean | undefined;
  /** At most so many per broker. @defaultValue 32 */
  readonly limit?: number | undefined;
  /** Stored in this time. Epoch milliseconds. @defaultValue any time */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Several brokers were asked and some failed: `failures` says which and how. The others did what was asked. */
export class PartialError extends RmqError<'partly-failed'> {
  readonly failures: ReadonlyMap<Address, unknown>;

  constructor(what: string, failures: ReadonlyMap<Address, unknown>) {
    const list = [...failures].map(
      ([address, cause]) => `${address} (${cause instanceof Error ? cause.message : String(cause)})`,
    );
    super('partly-failed', `${what} failed at ${list.join(', ')}`, { cause: [...failures.values()][0] });
    this.failures = failures;
  }
}

/** Looks at and changes a cluster. What a server refuses is a ReplyError, or a PartialError where several are asked. */
export interface Admin {
  /** Creates a topic on every master, or changes it. @throws ConnectionError `route-not-found` when there is no master */
  readonly createTopic: (settings: TopicSettings, options?: CallOptions) => Promise<void>;
  /** Deletes a topic and its messages from every broker and name server. */
  readonly deleteTopic: (topic: string, options?: CallOptions) => Promise<void>;
  /** The names of all topics, system topics included. */
  readonly topics: (options?: CallOptions) => Promise<readonly string[]>;
  /** Queues and brokers of a topic; undefined if it does not exist. */
  readonly route: (topic: string, options?: CallOptions) => Promise<TopicRouteData | undefined>;
  readonly cluster: (options?: CallOptions) => Promise<ClusterInfo>;
  /** Who is in a consumer group now; undefined when nobody is. */
  readonly consumers: (group: string, options?: CallOptions) => Promise<ConsumerConnection | undefined>;
  /** First and last offset of each queue of a topic, from all its brokers. */
  readonly topicStats: (topic: string, options?: CallOptions) => Promise<TopicStatsTable['offsetTable']>;
  /** How far a group has got in each queue, of one topic or all. */
  readonly progress: (group: string, topic?: string, options?: CallOptions) => Promise<ConsumeStats['offsetTable']>;
  /** The next offset a group will read; undefined if it has none. */
  readonly consumerOffset: (group: string, queue: MessageQueue, options?: CallOptions) => Promise<bigint | undefined>;
  /** Makes a group go on from an offset. Its members must be stopped, or they overwrite it. */
  readonly setConsumerOffset: (
    group: string,
    at: { readonly queue: MessageQueue; readonly offset: bigint },
    options?: CallOptions,
  ) => Promise<void>;
  /** The offset of the first message stored at a time or later. @param timestamp - epoch milliseconds */
  readonly offsetAt: (queue: MessageQueue, timestamp: number, options?: CallOptions) => Promise<bigint>;
  readonly minOffset: (queue: MessageQueue, options?: CallOptions) => Promise<bigint>;
  /** The offset that the next message will get. */
  readonly maxOffset: (queue: MessageQueue, options?: CallOptions) => Promise<bigint>;
  /** The message at a place in the store. @param offsetMessageId - of a SendResult or a received message */
  readonly viewById: (offsetMessageId: string, options?: CallOptions) => Promise<StoredMessage>;
  /** Messages by key or message id, from all brokers of the topic. */
  readonly queryByKey: (query: KeyQuery, options?: CallOptions) => Promise<readonly StoredMessage[]>;
}

/** The administration of the cluster that a client is connected to. */
export function createAdmin(instance: ClientInstance): Admin {
  return new ClusterAdmin(instance);
}

class ClusterAdmin implements Admin {
  readonly #instance: ClientInstance;

  constructor(instance: ClientInstance) {
    this.#instance = instance;
  }

  readonly createTopic = async (settings: TopicSettings, options?: CallOptions): Promise<void> => {
    const { topic, queues = 8, permission = permissions.read | permissions.write } = settings;
    checkTopic(topic);
    const counts = { readQueueNums: queues, writeQueueNums: queues };
    const fields = {
      topic,
      defaultTopic: templateTopic,
      ...counts,
      perm: permission,
      topicFilterType: 'SINGLE_TAG',
      order: false,
    };
    const masters = await this.#masters(options);
    if (masters.length === 0) {
      throw new ConnectionError('route-not-found', `topic ${topic} cannot be created: no broker has registered`);
    }
    await this.#each(`creating topic ${topic}`, masters, (address) =>
      ask(this.#instance.remoting, address, { name: 'updateAndCreateTopic', fields }, options),
    );
  };

  readonly deleteTopic = async (topic: string, options?: CallOptions): Promise<void> => {
    const { brokerAddrTable } = await this.cluster(options);
    const brokers = Object.values(brokerAddrTable).flatMap(({ brokerAddrs }) => Object.values(brokerAddrs));
    const { remoting, nameServers } = this.#instance;
    await this.#each(`deleting topic ${topic}`, brokers, (address) =>
      ask(remoting, address, { name: 'deleteTopicInBroker', fields: { topic } }, options),
    );
    await this.#each(`deleting topic ${topic}`, nameServers.addresses, (address) =>
      ask(remoting, address, { name: 'deleteTopicInNamesrv', fields: { topic } }, options),
    );
  };

  readonly topics = async (options?: CallOptions): Promise<readonly string[]> => {
    const reply = await this.#instance.nameServers.call({ name: 'getAllTopicListFromNameserver', fields: {} }, options);
    if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
    return topicList.decode(reply.body).topicList;
  };

  readonly route = async (topic: string, options?: CallOptions): Promise<TopicRouteData | undefined> => {
    const fields = { topic, acceptStandardJsonOnly: true };
    const reply = await this.#instance.nameServers.call({ name: 'getRouteinfoByTopic', fields }, options);
    if (reply.code === responseCodes.topicNotExist) return undefined;
    if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
    return topicRouteData.decode(reply.body);
  };

  readonly cluster = async (options?: CallOptions): Promise<ClusterInfo> => {
    const reply = await this.#instance.nameServers.call({ name: 'getBrokerClusterInfo', fields: {} }, options);
    if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
    return clusterInfo.decode(reply.body);
  };

  readonly consumers = async (group: string, options?: CallOptions): Promise<ConsumerConnection | undefined> => {
    for (const address of await this.#groupBrokers(group, options)) {
      const fields = { consumerGroup: group };
      const reply = await this.#instance.remoting.call(address, { name: 'getConsumerConnectionList', fields }, options);
      if (reply.code === responseCodes.success) return consumerConnection.decode(reply.body);
      if (reply.code !== responseCodes.consumerNotOnline) throw replyError(reply, address);
    }
    return undefined;
  };

  readonly topicStats = async (topic: string, options?: CallOptions): Promise<TopicStatsTable['offsetTable']> => {
    const bodies = await this.#bodies(await this.#topicMasters(topic, options), (address) =>
      this.#instance.remoting.call(address, { name: 'getTopicStatsInfo', fields: { topic } }, options),
    );
    return bodies.flatMap((body) => topicStatsTable.decode(body).offsetTable);
  };

  readonly progress = async (
    group: string,
    topic?: string,
    options?: CallOptions,
  ): Promise<ConsumeStats['offsetTable']> => {
    const bodies = await this.#bodies(await this.#groupBrokers(group, options), (address) =>
      this.#instance.remoting.call(
        address,
        { name: 'getConsumeStats', fields: { consumerGroup: group, topic } },
        options,
      ),
    );
    return bodies.flatMap((body) => consumeStats.decode(body).offsetTable);
  };

  readonly consumerOffset = async (
    group: string,
    queue: MessageQueue,
    options?: CallOptions,
  ): Promise<bigint | undefined> => {
    const address = await this.#master(queue, options);
    const { topic, queueId } = queue;
    const fields = { consumerGroup: group, topic, queueId, setZeroIfNotFound: false };
    const reply = await this.#instance.remoting.call(address, { name: 'queryConsumerOffset', fields }, options);
    if (reply.code === responseCodes.queryNotFound) return undefined;
    if (reply.code !== responseCodes.success) throw replyError(reply, address);
    return decodeResponse('queryConsumerOffset', reply).offset;
  };

  readonly setConsumerOffset = async (
    group: string,
    { queue, offset }: { readonly queue: MessageQueue; readonly offset: bigint },
    options?: CallOptions,
  ): Promise<void> => {
    const { topic, queueId } = queue;
    const fields = { consumerGroup: group, topic, queueId, commitOffset: offset };
    await ask(
      this.#instance.remoting,
      await this.#master(queue, options),
      { name: 'updateConsumerOffset', fields },
      options,
    );
  };

  readonly offsetAt = async (queue: MessageQueue, timestamp: number, options?: CallOptions): Promise<bigint> => {
    const { topic, queueId } = queue;
    const fields = { topic, queueId, timestamp: BigInt(timestamp) };
    const address = await this.#master(queue, options);
    return (await ask(this.#instance.remoting, address, { name: 'searchOffsetByTimestamp', fields }, options)).offset;
  };

  readonly minOffset = async (queue: MessageQueue, options?: CallOptions): Promise<bigint> => {
    const { topic, queueId } = queue;
    const address = await this.#master(queue, options);
    return (await ask(this.#instance.remoting, address, { name: 'getMinOffset', fields: { topic, queueId } }, options))
      .offset;
  };

  readonly maxOffset = async (queue: MessageQueue, options?: CallOptions): Promise<bigint> => {
    const { topic, queueId } = queue;
    const address = await this.#master(queue, options);
    return (await ask(this.#instance.remoting, address, { name: 'getMaxOffset', fields: { topic, queueId } }, options))
      .offset;
  };

  readonly viewById = async (offsetMessageId: string, options?: CallOptions): Promise<StoredMessage> => {
    const { host, physicalOffset } = parseOffsetMessageId(offsetMessageId);
    const address = host.host.includes(':')
      ? `[${host.host}]:${host.port.toString()}`
      : `${host.host}:${host.port.toString()}`;
    const fields = { offset: physicalOffset };
    const reply = await this.#instance.remoting.call(address, { name: 'viewMessageById', fields }, options);
    const [message] = reply.code === responseCodes.success ? decodeMessages(reply.body) : [];
    if (message === undefined) throw replyError(reply, address);
    return message;
  };

  readonly queryByKey = async (query: KeyQuery, options?: CallOptions): Promise<readonly StoredMessage[]> => {
    const { topic, key, unique = false, limit = 32, from = 0, to = Number.MAX_SAFE_INTEGER } = query;
    const times = { beginTimestamp: BigInt(from), endTimestamp: BigInt(to) };
    const fields = { topic, key, maxNum: limit, ...times };
    const extra = { _UNIQUE_KEY_QUERY: String(unique) };
    const bodies = await this.#bodies(await this.#topicMasters(topic, options), async (address) => {
      const reply = await this.#instance.remoting.call(address, { name: 'queryMessage', fields, extra }, options);
      return reply.code === responseCodes.queryNotFound
        ? { ...reply, code: responseCodes.success, body: reply.body }
        : reply;
    });
    // Brokers find by hash: what has another key is left out here.
    return bodies.flatMap((body) => decodeMessages(body)).filter((message) => hasKey(message, query));
  };

  async #master({ brokerName, topic }: MessageQueue, options: CallOptions | undefined): Promise<Address> {
    return this.#instance.routes.masterAddress(brokerName, topic, options);
  }

  async #masters(options: CallOptions | undefined): Promise<readonly Address[]> {
    const { brokerAddrTable } = await this.cluster(options);
    return Object.values(brokerAddrTable).flatMap(({ brokerAddrs }) => brokerAddrs[0] ?? []);
  }

  async #topicMasters(topic: string, options: CallOptions | undefined): Promise<readonly Address[]> {
    const route = await this.route(topic, options);
    return (route?.brokerDatas ?? []).flatMap(({ brokerAddrs }) => brokerAddrs[0] ?? []);
  }

  /** A group lives where its retry topic is; before it has one, on any master. */
  async #groupBrokers(group: string, options: CallOptions | undefined): Promise<readonly Address[]> {
    const brokers = await this.#topicMasters(retryTopic(group), options);
    return brokers.length > 0 ? brokers : this.#masters(options);
  }

  async #bodies(
    addresses: readonly Address[],
    call: (address: Address) => Promise<{ readonly code: number } & Parameters<typeof replyError>[0]>,
  ): Promise<readonly Uint8Array[]> {
    return Promise.all(
      addresses.map(async (address) => {
        const reply = await call(address);
        if (reply.code !== responseCodes.success) throw replyError(reply, address);
        return reply.body;
      }),
    );
  }

  /** Asks all, even when one fails. */
  async #each(
    what: string,
    addresses: readonly Address[],
    call: (address: Address) => Promise<unknown>,
  ): Promise<void> {
    const failures = new Map<Address, unknown>();
    await Promise.all(
      addresses.map((address) => call(address).catch((cause: unknown) => void failures.set(address, cause))),
    );
    if (failures.size > 0) throw new PartialError(what, failures);
  }
}

function hasKey(message: StoredMessage, { topic, key, unique }: KeyQuery): boolean {
  if (message.topic !== topic) return false;
  if (unique === true) return message.property(propertyNames.uniqueKey) === key;
  return (message.property(propertyNames.keys) ?? '').split(' ').includes(key);
}
