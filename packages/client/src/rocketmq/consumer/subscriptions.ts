import type { ConsumeFromWhere, ConsumerData, SubscriptionData } from '@rmq/protocol/rocketmq/bodies';
import { retryTopic, SUBSCRIBE_ALL, subscription } from '@rmq/protocol/rocketmq/messages';
import type { ResolvedConsumerOptions } from './options.ts';

function fromWhere(startFrom: ResolvedConsumerOptions['startFrom']): ConsumeFromWhere {
  if (startFrom === 'first') return 'CONSUME_FROM_FIRST_OFFSET';
  return startFrom === 'last' ? 'CONSUME_FROM_LAST_OFFSET' : 'CONSUME_FROM_TIMESTAMP';
}

/**
 * What a member subscribes to, in versions: brokers take a subscription from heartbeats if it is newer, and refuse pulls
 * that are newer than the last heartbeat. So heartbeats carry the new version first, pulls only what is confirmed.
 */
export class Subscriptions {
  readonly #options: ResolvedConsumerOptions;
  #announced: ReadonlyMap<string, SubscriptionData>;
  #confirmed: ReadonlyMap<string, SubscriptionData>;
  #version: number;

  constructor(options: ResolvedConsumerOptions, version: number) {
    this.#options = options;
    this.#version = version;
    this.#announced = this.#at(version);
    this.#confirmed = this.#announced;
  }

  /** All topics, the group's retry topic included. */
  get topics(): readonly string[] {
    return [...this.#announced.keys()];
  }

  /** The subscriptions as pulls may name them. */
  get confirmed(): ReadonlyMap<string, SubscriptionData> {
    return this.#confirmed;
  }

  /** What heartbeats say. */
  heartbeat(): ConsumerData {
    return {
      groupName: this.#options.group,
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: fromWhere(this.#options.startFrom),
      unitMode: false,
      subscriptionDataSet: [...this.#announced.values()],
    };
  }

  /** A new version for the next heartbeats. @param now - epoch ms */
  renew(now: number): void {
    // A clock that stands still or falls back must not make an old version of a new one.
    this.#version = Math.max(this.#version + 1, now);
    this.#announced = this.#at(this.#version);
  }

  /** The brokers have the newest version: pulls may use it. */
  confirm(): void {
    this.#confirmed = this.#announced;
  }

  #at(version: number): ReadonlyMap<string, SubscriptionData> {
    const all = [...this.#options.subscribe, [retryTopic(this.#options.group), SUBSCRIBE_ALL] as const];
    return new Map(all.map(([topic, expression]) => [topic, subscription(topic, expression, version)]));
  }
}
