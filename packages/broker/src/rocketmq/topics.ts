import type { DataVersion, TopicConfig } from '@rmq/protocol/rocketmq/bodies';
import { isSystemTopic, permissions, replyTopic, scheduleTopic, templateTopic } from '@rmq/protocol/rocketmq/messages';
import type { BrokerEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import { overloaded } from './refusal.ts';

/** Told when a topic appears, changes (`config`) or disappears (undefined). */
export type TopicListener = (topic: string, config: TopicConfig | undefined) => void;

/** What a topic is made of; the rest is RocketMQ's default. */
export interface NewTopic {
  readonly topic: string;
  readonly queues: number;
  /** Bits of `permissions`. @defaultValue readable and writable */
  readonly perm?: number | undefined;
}

const READ_WRITE = permissions.read | permissions.write;

/** The topics of a broker and their settings. */
export class Topics {
  readonly #configs = new Map<string, TopicConfig>();
  readonly #system = new Set<string>();
  readonly #options: ResolvedOptions;
  readonly #emit: (event: BrokerEvent) => void;
  readonly #onChange: TopicListener;
  #changes = 0n;
  #changedAt: number;

  constructor(options: ResolvedOptions, emit: (event: BrokerEvent) => void, onChange: TopicListener) {
    this.#options = options;
    this.#emit = emit;
    this.#onChange = onChange;
    this.#changedAt = options.clock.now();
    this.#createSystemTopics();
  }

  get size(): number {
    return this.#configs.size;
  }

  /** Counts changes, so that tools can tell whether they know the newest state. */
  get version(): DataVersion {
    return { counter: this.#changes, stateVersion: 0n, timestamp: this.#changedAt };
  }

  get(topic: string): TopicConfig | undefined {
    return this.#configs.get(topic);
  }

  all(): readonly TopicConfig[] {
    return [...this.#configs.values()];
  }

  /** The topics that belong to the broker itself. */
  systemTopics(): readonly string[] {
    return [...this.#system];
  }

  isSystem(topic: string): boolean {
    return this.#system.has(topic) || isSystemTopic(topic);
  }

  /** Creates or changes a topic. @throws Refusal when there are too many */
  set(config: TopicConfig): void {
    const { topicName: topic } = config;
    const isNew = !this.#configs.has(topic);
    if (isNew && this.#configs.size >= this.#options.maxNames) {
      throw overloaded(`there are ${this.#configs.size} topics already, delete some`);
    }
    this.#configs.set(topic, config);
    this.#changed(topic, config);
    if (isNew && !this.isSystem(topic)) {
      this.#emit({ type: 'topic.created', level: 'info', topic, queues: config.writeQueueNums });
    }
  }

  /** The topic, created with these settings if it is not there. */
  ensure({ topic, queues, perm = READ_WRITE }: NewTopic): TopicConfig {
    const known = this.#configs.get(topic);
    if (known !== undefined) return known;
    const config: TopicConfig = {
      topicName: topic,
      readQueueNums: queues,
      writeQueueNums: queues,
      perm,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      order: false,
      attributes: {},
    };
    this.set(config);
    return config;
  }

  /**
   * Creates a topic that somebody sends to, if its template lets topics inherit from it: with the number of queues the
   * sender wants, but no more than the template has.
   * @returns undefined if that must not be
   */
  inherit(topic: string, template: string, wantedQueues: number): TopicConfig | undefined {
    const parent = this.#configs.get(template);
    if (parent === undefined || (parent.perm & permissions.inherit) === 0) return undefined;
    const queues = Math.max(0, Math.min(wantedQueues, parent.writeQueueNums));
    return this.ensure({ topic, queues, perm: parent.perm & ~permissions.inherit });
  }

  /** @returns whether it was there */
  remove(topic: string): boolean {
    if (!this.#configs.delete(topic)) return false;
    this.#changed(topic, undefined);
    this.#emit({ type: 'topic.deleted', level: 'info', topic });
    return true;
  }

  #createSystemTopics(): void {
    const { autoCreateTopics, clusterName, brokerName, defaultQueueCount, delayLevels } = this.#options;
    const template = READ_WRITE | (autoCreateTopics ? permissions.inherit : 0);
    const made: readonly NewTopic[] = [
      { topic: templateTopic, queues: defaultQueueCount, perm: template },
      { topic: scheduleTopic, queues: delayLevels.length },
      { topic: replyTopic(clusterName), queues: 1 },
      { topic: 'RMQ_SYS_TRACE_TOPIC', queues: 1 },
      // Tools ask for the routes of these two to find the brokers of a cluster, or a broker by its name.
      { topic: clusterName, queues: 1, perm: permissions.read },
      { topic: brokerName, queues: 1, perm: permissions.read },
    ];
    for (const each of made) {
      this.#system.add(each.topic);
      this.ensure(each);
    }
  }

  #changed(topic: string, config: TopicConfig | undefined): void {
    this.#changes += 1n;
    this.#changedAt = this.#options.clock.now();
    this.#onChange(topic, config);
  }
}
