import type { BrokerData, TopicRouteData } from '@rmq/protocol/rocketmq/bodies';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { isReadable, isWritable, templateTopic } from '@rmq/protocol/rocketmq/messages';
import type { Clock } from '../core/clock.ts';
import { ConnectionError, TimeoutError } from '../core/errors.ts';
import { MAX_TIMER_MS } from '../core/options.ts';
import { waitUntil } from '../core/wait-until.ts';
import type { RocketmqEvent } from './events.ts';
import type { NameServers } from './name-servers.ts';
import { type Address, type CallOptions, replyError } from './remoting.ts';
import type { BrokerAddress, Routes } from './routes.ts';

/** A topic that does not exist yet gets at most this many queues per broker, as brokers do on the first send. */
export const DEFAULT_TOPIC_QUEUES = 4;
/** A broker that fails again and again has fresh routes asked for once in this time. Milliseconds. */
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
  readonly #unreachableAt = new Map<Address, number>();

  constructor(options: RouteTableOptions) {
    this.#options = options;
  }

  readonly publishQueues = async (topic: string, options?: CallOptions): Promise<readonly MessageQueue[]> => {
    const known = this.knownPublishQueues(topic);
    if (known !== undefined) return known;
    const route = await this.#ask(topic, options);
    if (route !== undefined && route.publish.length > 0) return route.publish;
    // A topic that exists but is closed must not be created a second time, on brokers that do not have it.
    const template =
      route === undefined ? (this.#routes.get(templateTopic) ?? (await this.#ask(templateTopic, options))) : undefined;
    const queues = (template?.publish ?? []).filter(({ queueId }) => queueId < DEFAULT_TOPIC_QUEUES);
    if (queues.length > 0) return queues.map((queue) => ({ ...queue, topic }));
    const advice = 'create it, or allow brokers to create topics (autoCreateTopicEnable)';
    throw new ConnectionError('route-not-found', `topic ${topic} has no queue that can be written: ${advice}`);
  };

  readonly knownPublishQueues = (topic: string): readonly MessageQueue[] | undefined => {
    const queues = this.#routes.get(topic)?.publish;
    return queues === undefined || queues.length === 0 ? undefined : queues;
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
    if (now - (this.#unreachableAt.get(address) ?? Number.NEGATIVE_INFINITY) < UNREACHABLE_PAUSE_MS) return;
    this.#forgetReports(now);
    this.#unreachableAt.set(address, now);
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

  /** Addresses come and go: what is too old to hold anybody back is not kept. */
  #forgetReports(now: number): void {
    for (const [address, at] of this.#unreachableAt) {
      if (now - at >= UNREACHABLE_PAUSE_MS) this.#unreachableAt.delete(address);
    }
  }

  /** Asks once for all who want to know at the same time; each waits by its own limits, so that none gives up for others. */
  async #ask(topic: string, { timeoutMs, signal }: CallOptions = {}): Promise<Route | undefined> {
    signal?.throwIfAborted();
    let answer = this.#asking.get(topic);
    if (answer === undefined) {
      answer = this.#lookUp(topic).finally(() => this.#asking.delete(topic));
      this.#asking.set(topic, answer);
    }
    if (timeoutMs === undefined && signal === undefined) return answer;
    const { clock } = this.#options;
    const late = (): TimeoutError => new TimeoutError('request-timeout', `no name server told the route of ${topic}`);
    return waitUntil(answer, { clock, deadline: clock.now() + (timeoutMs ?? MAX_TIMER_MS), signal, late });
  }

  /** "No such topic" is an answer: but a route that was known stays, as a name server that restarts forgets them all. */
  async #lookUp(topic: string): Promise<Route | undefined> {
    const fields = { topic, acceptStandardJsonOnly: true };
    const reply = await this.#options.nameServers.call({ name: 'getRouteinfoByTopic', fields });
    const before = this.#routes.get(topic);
    if (reply.code === responseCodes.topicNotExist) return before;
    if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
    const data = sorted(decodeBody('TopicRouteData', reply.body));
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

function publishQueues(topic: string, { queueDatas, brokerDatas, orderTopicConf }: TopicRouteData): MessageQueue[] {
  const limit = new QueueLimit();
  const ordered = (orderTopicConf ?? '').split(';').flatMap((part) => {
    const [brokerName = '', count = ''] = part.split(':');
    return limit.queues({ topic, brokerName }, Number.parseInt(count, 10) || 0);
  });
  if (ordered.length > 0) return ordered;
  const masters = new Set(
    brokerDatas.filter((each) => each.brokerAddrs[0] !== undefined).map((each) => each.brokerName),
  );
  return queueDatas
    .filter(({ brokerName, perm }) => isWritable(perm) && masters.has(brokerName))
    .flatMap(({ brokerName, writeQueueNums }) => limit.queues({ topic, brokerName }, writeQueueNums));
}

function subscribeQueues(topic: string, { queueDatas }: TopicRouteData): MessageQueue[] {
  const limit = new QueueLimit();
  return queueDatas
    .filter(({ perm }) => isReadable(perm))
    .flatMap(({ brokerName, readQueueNums }) => limit.queues({ topic, brokerName }, readQueueNums));
}

/** No topic has more queues than this; a larger number is not worth the memory of believing it. */
const MAX_QUEUES = 65_536;

/** Hands out the queues of one topic, up to {@link MAX_QUEUES} over all brokers. */
class QueueLimit {
  #left = MAX_QUEUES;

  queues(of: Omit<MessageQueue, 'queueId'>, count: number): MessageQueue[] {
    const length = Math.max(0, Math.min(count, this.#left));
    this.#left -= length;
    return Array.from({ length }, (_, queueId) => ({ ...of, queueId }));
  }
}
