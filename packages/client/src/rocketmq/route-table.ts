import type { BrokerData, MessageQueue, TopicRouteData } from '@rmq/protocol/rocketmq';
import { isReadable, isWritable, responseCodes, templateTopic, topicRouteData } from '@rmq/protocol/rocketmq';
import type { Clock } from '../core/clock.ts';
import { ConnectionError } from '../core/errors.ts';
import type { RocketmqEvent } from './events.ts';
import type { NameServers } from './name-servers.ts';
import { type Address, type CallOptions, replyError } from './remoting.ts';
import type { BrokerAddress, Routes } from './routes.ts';

/** A topic that does not exist yet gets at most this many queues per broker, as brokers do on the first send. */
export const DEFAULT_TOPIC_QUEUES = 4;
/** Brokers that fail together ask for fresh routes once in this time. Milliseconds. */
const UNREACHABLE_PAUSE_MS = 1_000;

interface Route {
  readonly text: string;
  readonly data: TopicRouteData;
  readonly publish: readonly MessageQueue[];
  readonly subscribe: readonly MessageQueue[];
}

/** What a {@link RouteTable} works with. */
export interface RouteTableOptions {
  readonly nameServers: NameServers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: (event: RocketmqEvent) => void;
  readonly onChanged: (topic: string) => void;
}

/** {@link Routes} by topic, as the name servers told them last. */
export class RouteTable implements Routes {
  readonly #options: RouteTableOptions;
  readonly #routes = new Map<string, Route>();
  readonly #asking = new Map<string, Promise<Route | undefined>>();
  #unreachableAt = Number.NEGATIVE_INFINITY;

  constructor(options: RouteTableOptions) {
    this.#options = options;
  }

  readonly publishQueues = async (topic: string, options?: CallOptions): Promise<readonly MessageQueue[]> => {
    const route = this.#routes.get(topic) ?? (await this.#ask(topic, options));
    if (route !== undefined && route.publish.length > 0) return route.publish;
    const template = this.#routes.get(templateTopic) ?? (await this.#ask(templateTopic, options));
    const queues = (template?.publish ?? []).filter(({ queueId }) => queueId < DEFAULT_TOPIC_QUEUES);
    if (queues.length > 0) return queues.map((queue) => ({ ...queue, topic }));
    const advice = 'create it, or allow brokers to create topics (autoCreateTopicEnable)';
    throw new ConnectionError('route-not-found', `topic ${topic} has no queue that can be written: ${advice}`);
  };

  readonly subscribeQueues = async (
    topic: string,
    options?: CallOptions,
  ): Promise<readonly MessageQueue[] | undefined> => {
    const route = this.#routes.get(topic) ?? (await this.#ask(topic, options));
    return route?.subscribe;
  };

  readonly brokerAddress = (brokerName: string, brokerId = 0): Address | undefined =>
    this.#broker(brokerName)?.brokerAddrs[brokerId];

  readonly masterAddress = async (brokerName: string, topic: string, options?: CallOptions): Promise<Address> => {
    const known = this.brokerAddress(brokerName);
    if (known !== undefined) return known;
    await this.#ask(topic, options);
    const address = this.brokerAddress(brokerName);
    if (address !== undefined) return address;
    throw new ConnectionError(
      'connect-failed',
      `broker ${brokerName} has no master now: no route of ${topic} names one`,
    );
  };

  readonly anyBrokerOf = async (topic: string, options?: CallOptions): Promise<Address | undefined> => {
    const route = this.#routes.get(topic) ?? (await this.#ask(topic, options));
    const brokers = route?.data.brokerDatas ?? [];
    const addresses = brokers[Math.floor(this.#options.random() * brokers.length)]?.brokerAddrs ?? {};
    return addresses[0] ?? Object.values(addresses)[0];
  };

  readonly brokers = (): readonly BrokerAddress[] => {
    const seen = new Map<Address, BrokerAddress>();
    for (const { data } of this.#routes.values()) {
      for (const { brokerName, brokerAddrs } of data.brokerDatas) {
        for (const [id, address] of Object.entries(brokerAddrs)) {
          seen.set(address, { brokerName, brokerId: Number(id), address });
        }
      }
    }
    return [...seen.values()];
  };

  readonly unreachable = (address: Address): void => {
    const now = this.#options.clock.now();
    if (now - this.#unreachableAt < UNREACHABLE_PAUSE_MS) return;
    this.#unreachableAt = now;
    for (const [topic, { data }] of this.#routes) {
      if (data.brokerDatas.some(({ brokerAddrs }) => Object.values(brokerAddrs).includes(address)))
        void this.#refreshQuietly(topic);
    }
  };

  readonly refresh = async (topic: string, options?: CallOptions): Promise<boolean> => {
    const before = this.#routes.get(topic)?.text;
    await this.#ask(topic, options);
    return this.#routes.get(topic)?.text !== before;
  };

  /** Asks for routes again; failures are events. */
  async refreshAll(topics: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(topics)].map((topic) => this.#refreshQuietly(topic)));
  }

  async #refreshQuietly(topic: string): Promise<void> {
    try {
      await this.#ask(topic);
    } catch (cause) {
      this.#options.emit({ type: 'route.failed', level: 'warn', topic, cause });
    }
  }

  /** Asks once for all who want to know at the same time. */
  async #ask(topic: string, options?: CallOptions): Promise<Route | undefined> {
    const asking = this.#asking.get(topic);
    if (asking !== undefined) return asking;
    const answer = this.#lookUp(topic, options).finally(() => this.#asking.delete(topic));
    this.#asking.set(topic, answer);
    return answer;
  }

  /** "No such topic" is an answer: but a route that was known stays, as a name server that restarts forgets them all. */
  async #lookUp(topic: string, options?: CallOptions): Promise<Route | undefined> {
    const fields = { topic, acceptStandardJsonOnly: true };
    const reply = await this.#options.nameServers.call({ name: 'getRouteinfoByTopic', fields }, options);
    const before = this.#routes.get(topic);
    if (reply.code === responseCodes.topicNotExist) return before;
    if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
    const data = sorted(topicRouteData.decode(reply.body));
    const text = JSON.stringify([data.queueDatas, data.brokerDatas]);
    if (text === before?.text) return before;
    const route = { text, data, publish: publishQueues(topic, data), subscribe: subscribeQueues(topic, data) };
    this.#routes.set(topic, route);
    this.#options.emit({ type: 'route.changed', level: 'info', topic, queues: route.subscribe.length });
    this.#options.onChanged(topic);
    return route;
  }

  #broker(name: string): BrokerData | undefined {
    let found: BrokerData | undefined;
    for (const { data } of this.#routes.values()) {
      for (const broker of data.brokerDatas) {
        if (broker.brokerName !== name) continue;
        if (broker.brokerAddrs[0] !== undefined) return broker;
        found = broker;
      }
    }
    return found;
  }
}

/** By broker name: all clients must see queues in the same order to share them out alike. */
function sorted(data: TopicRouteData): TopicRouteData {
  const byName = (a: { readonly brokerName: string }, b: { readonly brokerName: string }): number =>
    a.brokerName < b.brokerName ? -1 : Number(a.brokerName > b.brokerName);
  return { ...data, queueDatas: data.queueDatas.toSorted(byName), brokerDatas: data.brokerDatas.toSorted(byName) };
}

function publishQueues(topic: string, { queueDatas, brokerDatas }: TopicRouteData): readonly MessageQueue[] {
  const hasMaster = (name: string): boolean =>
    brokerDatas.some(({ brokerName, brokerAddrs }) => brokerName === name && brokerAddrs[0] !== undefined);
  return queueDatas
    .filter(({ brokerName, perm }) => isWritable(perm) && hasMaster(brokerName))
    .flatMap(({ brokerName, writeQueueNums }) => queuesOf(topic, brokerName, writeQueueNums));
}

function subscribeQueues(topic: string, { queueDatas }: TopicRouteData): readonly MessageQueue[] {
  return queueDatas
    .filter(({ perm }) => isReadable(perm))
    .flatMap(({ brokerName, readQueueNums }) => queuesOf(topic, brokerName, readQueueNums));
}

/** No route has more queues per broker than this; a larger number is not worth believing. */
const MAX_QUEUES = 65_536;

function queuesOf(topic: string, brokerName: string, count: number): MessageQueue[] {
  const length = Math.max(0, Math.min(count, MAX_QUEUES));
  return Array.from({ length }, (_, queueId) => ({ topic, brokerName, queueId }));
}
