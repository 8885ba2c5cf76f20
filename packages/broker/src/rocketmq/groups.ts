import type { DataVersion, SubscriptionGroupConfig } from '@rmq/protocol/rocketmq/bodies';
import { checkGroup } from '@rmq/protocol/rocketmq/messages';
import { isRmqError } from '@rmq/protocol';
import type { BrokerEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import { overloaded } from './refusal.ts';

/** The consumer groups of a broker and their settings. */
export class Groups {
  readonly #configs = new Map<string, SubscriptionGroupConfig>();
  readonly #options: ResolvedOptions;
  readonly #emit: (event: BrokerEvent) => void;
  #changes = 0n;
  #changedAt: number;

  constructor(options: ResolvedOptions, emit: (event: BrokerEvent) => void) {
    this.#options = options;
    this.#emit = emit;
    this.#changedAt = options.clock.now();
  }

  get size(): number {
    return this.#configs.size;
  }

  /** Counts changes, so that tools can tell whether they know the newest state. */
  get version(): DataVersion {
    return { counter: this.#changes, stateVersion: 0n, timestamp: this.#changedAt };
  }

  get(group: string): SubscriptionGroupConfig | undefined {
    return this.#configs.get(group);
  }

  all(): readonly SubscriptionGroupConfig[] {
    return [...this.#configs.values()];
  }

  /** Creates or changes a group. @throws Refusal when there are too many */
  set(config: SubscriptionGroupConfig): void {
    const { groupName: group } = config;
    const isNew = !this.#configs.has(group);
    if (isNew && this.#configs.size >= this.#options.maxNames) {
      throw overloaded(`there are ${this.#configs.size} groups already, delete some`);
    }
    this.#configs.set(group, config);
    this.#changed();
    if (isNew) this.#emit({ type: 'group.created', level: 'info', group });
  }

  /** The group, created with default settings if that is allowed and its name is one. */
  find(group: string): SubscriptionGroupConfig | undefined {
    const known = this.#configs.get(group);
    if (known !== undefined) return known;
    if (!this.#options.autoCreateTopics || !isGroupName(group)) return undefined;
    const config = defaultGroup(group);
    this.set(config);
    return config;
  }

  remove(group: string): void {
    if (this.#configs.delete(group)) this.#changed();
  }

  #changed(): void {
    this.#changes += 1n;
    this.#changedAt = this.#options.clock.now();
  }
}

function isGroupName(group: string): boolean {
  try {
    checkGroup(group);
    return true;
  } catch (error) {
    if (isRmqError(error, 'name-invalid')) return false;
    throw error;
  }
}

/** A group as `SubscriptionGroupConfig.java` makes it. */
function defaultGroup(group: string): SubscriptionGroupConfig {
  return {
    groupName: group,
    attributes: {},
    brokerId: 0,
    consumeBroadcastEnable: true,
    consumeEnable: true,
    consumeFromMinEnable: true,
    consumeMessageOrderly: false,
    consumeTimeoutMinute: 15,
    groupRetryPolicy: { type: 'CUSTOMIZED' },
    groupSysFlag: 0,
    notifyConsumerIdsChangedEnable: true,
    retryMaxTimes: 16,
    retryQueueNums: 1,
    whichBrokerWhenConsumeSlowly: 1,
  };
}
