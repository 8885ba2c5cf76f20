import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';
import { queueKey } from './allocation.ts';
import type { Assignment } from './assignment.ts';
import type { ResolvedConsumerOptions } from './options.ts';
import type { Share } from './shares.ts';
import { shareOf } from './shares.ts';

/**
 * How long a member waits before it asks where to begin in a queue, when there are others that may just be giving it up:
 * their last commit is on its way. Milliseconds.
 */
const HANDOVER_MS = 500;

/** What a rebalance works on. */
export interface RebalanceContext {
  readonly instance: Instance;
  readonly options: ResolvedConsumerOptions;
  readonly assignment: Assignment;
  readonly topics: readonly string[];
  /** Tells the brokers of a changed share, so that pulls of the new subscription version are served. Never rejects. */
  readonly announce: () => Promise<void>;
  /** Resolves after `ms`, or at once when the consumer closes. */
  readonly sleep: (ms: number) => Promise<void>;
  /** True from the moment the consumer closes: nothing more is taken on. */
  readonly closing: () => boolean;
}

interface Change {
  readonly share: Share;
  readonly gained: MessageQueue[];
  readonly lost: MessageQueue[];
}

/** Brings the queues this member reads in line with its share of each topic. */
export class Rebalance {
  readonly #context: RebalanceContext;

  constructor(context: RebalanceContext) {
    this.#context = context;
  }

  /**
   * One round: calculate all shares, give up what is lost, take on what is gained. Nothing waits for handlers.
   *
   * @returns false when something could not be told or taken on: repeat soon. Never rejects.
   */
  async round(): Promise<boolean> {
    const { topics, assignment } = this.#context;
    const shares = await Promise.all(topics.map((topic) => this.#share(topic)));
    if (this.#context.closing()) return true;
    const known = shares.filter((share) => share !== undefined);
    const changes = known.map((share) => this.#giveUp(share));
    const taken = await Promise.all((await this.#handedOver(changes)).map((change) => this.#takeOn(change)));
    if (this.#context.closing()) return true;
    const changed = changes.filter(({ gained, lost }) => gained.length + lost.length > 0);
    for (const change of changed) this.#report(change);
    // Not in the member list: the brokers have forgotten this member, or do not know it yet.
    const forgotten = known.some(({ listed }) => !listed);
    if (changed.length > 0 || forgotten) await this.#context.announce();
    for (const { loop } of assignment.all()) loop.kick();
    return known.length === topics.length && !forgotten && taken.every(Boolean);
  }

  async #share(topic: string): Promise<Share | undefined> {
    try {
      return await shareOf(this.#context, topic);
    } catch (cause) {
      this.#failed(topic, cause);
      return undefined;
    }
  }

  #giveUp(share: Share): Change {
    const { assignment } = this.#context;
    assignment.forget(share.topic, share.queues);
    const gone = assignment.ofTopic(share.topic).filter(({ queue }) => !share.queues.has(queueKey(queue)));
    // Not awaited: the commits go out now, in front of everything that follows.
    for (const owned of gone) void assignment.remove(owned);
    const wanted = [...share.queues.values()].filter((queue) => !assignment.has(queue));
    return { share, gained: wanted, lost: gone.map(({ queue }) => queue) };
  }

  /** Lets the last commits of other members arrive, if there are other members and something to take over. */
  async #handedOver(changes: readonly Change[]): Promise<readonly Change[]> {
    if (changes.some(({ share, gained }) => share.members > 1 && gained.length > 0)) {
      await this.#context.sleep(HANDOVER_MS);
    }
    return changes;
  }

  /** @returns whether all could be taken on; `gained` keeps those that were. */
  async #takeOn({ share, gained }: Change): Promise<boolean> {
    const { assignment } = this.#context;
    const wanted = gained.splice(0);
    const taken = await Promise.all(
      wanted.map(async (queue) => {
        try {
          return await assignment.add(queue, () => !this.#context.closing());
        } catch (cause) {
          this.#failed(share.topic, cause);
          return false;
        }
      }),
    );
    gained.push(...wanted.filter((_, index) => taken[index]));
    return gained.length === wanted.length;
  }

  #report({ share, gained, lost }: Change): void {
    const { instance, options, assignment } = this.#context;
    const owned = assignment.ofTopic(share.topic).map(({ queue }) => queue);
    const { topic, members } = share;
    instance.emit({ type: 'rebalance', level: 'info', group: options.group, topic, members, gained, lost, owned });
  }

  #failed(topic: string, cause: unknown): void {
    const { instance, options } = this.#context;
    instance.emit({ type: 'rebalance.failed', level: 'warn', group: options.group, topic, cause });
  }
}
