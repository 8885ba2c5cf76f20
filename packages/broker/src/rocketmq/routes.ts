import type { BrokerData, QueueData, TopicConfig, TopicRouteData } from '@rmq/protocol/rocketmq/bodies';
import { permissions } from '@rmq/protocol/rocketmq/messages';
import { overloaded } from './refusal.ts';

/** What a {@link Routes} is told of the one broker it knows. */
export interface RoutesOptions {
  readonly clusterName: string;
  readonly brokerName: string;
  /** `host:port` for clients. */
  readonly address: string;
  /** Most configuration entries. */
  readonly maxEntries: number;
}

/** What the name server knows: where topics are, and a small key-value store. */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #queues = new Map<string, QueueData>();
  readonly #settings = new Map<string, Map<string, string>>();
  #settingCount = 0;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /** The one broker, as routes and the cluster show it. */
  get brokerData(): BrokerData {
    const { brokerName, clusterName, address } = this.#options;
    return { brokerName, cluster: clusterName, brokerAddrs: { 0: address }, enableActingMaster: false };
  }

  /** Topics with a route. */
  topics(): readonly string[] {
    return [...this.#queues.keys()];
  }

  /** What the broker says at each change of a topic: its settings, or undefined when it is gone. */
  register(topic: string, config: TopicConfig | undefined): void {
    if (config === undefined) this.#queues.delete(topic);
    else {
      this.#queues.set(topic, {
        brokerName: this.#options.brokerName,
        perm: config.perm,
        readQueueNums: config.readQueueNums,
        writeQueueNums: config.writeQueueNums,
        topicSysFlag: config.topicSysFlag,
      });
    }
  }

  /** Takes somebody's word for where a topic is. @throws Refusal when there are too many topics */
  announce(topic: string, data: QueueData): void {
    const { maxEntries } = this.#options;
    if (!this.#queues.has(topic) && this.#queues.size >= 2 * maxEntries)
      throw overloaded(`${this.#queues.size} routes`);
    this.#queues.set(topic, data);
  }

  /** Forgets where a topic is, until the broker speaks of it again. */
  forget(topic: string): void {
    this.#queues.delete(topic);
  }

  route(topic: string): TopicRouteData | undefined {
    const queueData = this.#queues.get(topic);
    if (queueData === undefined) return undefined;
    return { queueDatas: [queueData], brokerDatas: [this.brokerData], filterServerTable: {} };
  }

  /** Takes the permission to write out of all routes, or puts it back in. @returns how many topics there are */
  setWritable(isWritable: boolean): number {
    for (const [topic, data] of this.#queues) {
      const perm = isWritable ? data.perm | permissions.write : data.perm & ~permissions.write;
      this.#queues.set(topic, { ...data, perm });
    }
    return this.#queues.size;
  }

  /** @throws Refusal when there are too many entries */
  setSetting(namespace: string, key: string, value: string): void {
    const settings = this.#settings.get(namespace) ?? new Map<string, string>();
    if (!settings.has(key)) {
      if (this.#settingCount >= this.#options.maxEntries)
        throw overloaded(`there are ${this.#settingCount} entries already`);
      this.#settingCount += 1;
    }
    settings.set(key, value);
    this.#settings.set(namespace, settings);
  }

  settings(namespace: string): ReadonlyMap<string, string> | undefined {
    return this.#settings.get(namespace);
  }

  deleteSetting(namespace: string, key: string): void {
    const settings = this.#settings.get(namespace);
    if (settings?.delete(key) !== true) return;
    this.#settingCount -= 1;
    if (settings.size === 0) this.#settings.delete(namespace);
  }
}
