import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { ConsumerData } from '@rmq/protocol/rocketmq/bodies';
import type { MessageQueue, StoredMessage } from '@rmq/protocol/rocketmq/messages';
import type { Instance, Member } from '../instance.ts';
import { Assignment } from './assignment.ts';
import { CacheBudget } from './cache-budget.ts';
import type { ConsumerState } from './consumer-events.ts';
import { consumeOnce } from './consume-once.ts';
import { Deliveries } from './deliveries.ts';
import { brokerOffsets } from './offset-store.ts';
import type { ResolvedConsumerOptions } from './options.ts';
import { sharedOwnership } from './ownership.ts';
import type { ProcessQueue } from './process-queue.ts';
import type { PullContext } from './pull-loop.ts';
import { Rebalance } from './rebalance.ts';
import { Rounds } from './rounds.ts';
import type { RunningInfoContext } from './running-info.ts';
import type { Handler } from './run.ts';
import { serveRequest } from './server-requests.ts';
import { ConsumerStats } from './stats.ts';
import { Subscriptions } from './subscriptions.ts';

/** Retry level of a message whose handler took too long: 10 s. */
const TIMEOUT_DELAY_LEVEL = 3;
/**
 * A broker that was gone knows a group again member by member. Who shared the queues out at once would take those of all
 * who are a moment later, from offsets that the broker may have lost. Longer than any pause between attempts to connect.
 */
const REUNION_MS = 2_000;
/** So many of the oldest messages of a queue are looked at for handlers that take too long. */
const TIMEOUT_SCAN = 16;

/** What joins the parts of a consumer: the group's heartbeat, rounds of rebalance, commits on time, and the end. */
export class Membership {
  readonly stats: ConsumerStats;
  readonly deliveries: Deliveries;
  /** What `run` runs, while it does. */
  handler: { readonly handle: Handler; readonly concurrency: number } | undefined;
  readonly #instance: Instance;
  readonly #options: ResolvedConsumerOptions;
  readonly #subscriptions: Subscriptions;
  readonly #assignment: Assignment;
  readonly #rounds: Rounds;
  #state: ConsumerState = 'running';
  #paused = false;
  #joined = false;
  #leave: () => Promise<void> = () => Promise.resolve();
  #cancelTick: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  /** Ends waits of a round early, when closing. */
  readonly #sleepers = new Set<() => void>();

  constructor(instance: Instance, options: ResolvedConsumerOptions) {
    this.#instance = instance;
    this.#options = options;
    this.stats = new ConsumerStats(instance.clock);
    this.#subscriptions = new Subscriptions(options, instance.clock.now());
    this.deliveries = new Deliveries({ instance, options, stats: this.stats });
    this.#assignment = new Assignment({
      instance,
      options,
      store: brokerOffsets(instance, { group: options.group, timeoutMs: options.controlTimeoutMs }),
      ownership: sharedOwnership,
      deliveries: this.deliveries,
      pulls: this.#pullContext(),
    });
    this.#rounds = new Rounds({
      clock: instance.clock,
      intervalMs: options.rebalanceIntervalMs,
      run: this.#rebalance(),
    });
  }

  get group(): string {
    return this.#options.group;
  }
  get state(): ConsumerState {
    return this.#state;
  }
  get queues(): readonly MessageQueue[] {
    return this.#assignment.all().map(({ queue }) => queue);
  }

  #pullContext(): PullContext {
    return {
      instance: this.#instance,
      options: this.#options,
      budget: new CacheBudget(this.#options.maxCachedBytes),
      stats: this.stats,
      paused: () => this.#paused,
      subscriptionOf: (topic) => this.#subscriptions.confirmed.get(topic),
      moved: (queue, to, reason) => this.#moved(queue, to, reason),
    };
  }

  #rebalance(): () => Promise<boolean> {
    const rebalance = new Rebalance({
      instance: this.#instance,
      options: this.#options,
      assignment: this.#assignment,
      topics: this.#subscriptions.topics,
      announce: () => this.#announce(),
      sleep: (ms) => this.#sleep(ms),
      closing: () => this.#state !== 'running',
    });
    return () => rebalance.round();
  }

  /** Becomes a member. Resolves after the first round, whatever came of it. */
  async join(): Promise<void> {
    const { routes } = this.#instance;
    this.#leave = this.#instance.join(this.#member());
    this.#tick();
    // Heartbeats go to the brokers that routes name, so routes come first. Topics may have none yet.
    const timeoutMs = this.#options.controlTimeoutMs;
    await Promise.allSettled(this.#subscriptions.topics.map((topic) => routes.subscribeQueues(topic, { timeoutMs })));
    await this.#instance.heartbeatNow().catch(() => undefined);
    this.#joined = true;
    this.#rounds.request();
    await this.#rounds.settled;
  }

  #member(): Member {
    const requestRound = (): void => {
      if (this.#joined) this.#rounds.request();
    };
    return {
      kind: 'consumer',
      group: this.#options.group,
      topics: () => this.#subscriptions.topics,
      heartbeat: (): ConsumerData => this.#subscriptions.heartbeat(),
      routeChanged: (topic) => {
        if (this.#subscriptions.confirmed.has(topic)) requestRound();
      },
      brokerReached: () => {
        if (this.#assignment.all().length > 0) this.#rounds.holdOff(REUNION_MS);
      },
      brokerConnected: requestRound,
      close: ({ timeoutMs }) => this.close(timeoutMs),
      serverRequest: (command: RemotingCommand) => this.#serve(command, requestRound),
    };
  }

  #serve(command: RemotingCommand, rebalance: () => void): Promise<RemotingCommand | undefined> | undefined {
    const info = (): RunningInfoContext => ({
      options: this.#options,
      nameServers: this.#instance.options.nameServers,
      assignment: this.#assignment,
      stats: this.stats,
      subscriptions: [...this.#subscriptions.confirmed.values()],
      concurrency: this.handler?.concurrency ?? 0,
    });
    const context = {
      instance: this.#instance,
      group: this.#options.group,
      assignment: this.#assignment,
      info,
      rebalance,
      consumeOnce: (message: StoredMessage) =>
        this.handler === undefined ? undefined : consumeOnce(this.deliveries, this.handler.handle, message),
    };
    return serveRequest(context, command);
  }

  /** Brokers learn of a changed share at once, by a subscription with a new version. */
  async #announce(): Promise<void> {
    this.#subscriptions.renew(this.#instance.clock.now());
    try {
      await this.#instance.heartbeatNow();
      this.#subscriptions.confirm();
    } catch {
      // Pulls go on with the version that brokers know; the next heartbeat carries the new one.
    }
  }

  #moved(cache: ProcessQueue, to: number, reason: string | undefined): void {
    const owned = this.#assignment.all().find((each) => each.cache === cache);
    if (owned === undefined) return;
    this.#instance.emit({
      type: 'offset.moved',
      level: 'warn',
      group: this.#options.group,
      queue: owned.queue,
      from: owned.loop.nextOffset,
      to,
      reason,
    });
    void this.#assignment.remove(owned, to).then(() => this.#rounds.request());
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.deliveries.paused = paused;
    if (!paused) for (const { loop } of this.#assignment.all()) loop.kick();
  }

  #tick(): void {
    this.#cancelTick = this.#instance.clock.after(this.#options.commitIntervalMs, () => {
      this.#expireHandlers();
      this.#assignment.commitIdle();
      this.#tick();
    });
  }

  /** Takes messages from handlers that run too long. The handler goes on; what it returns no longer counts. */
  #expireHandlers(): void {
    const before = this.#instance.clock.now() - this.#options.consumeTimeoutMs;
    for (const { cache, queue } of this.#assignment.all()) {
      for (const slot of cache.oldest(TIMEOUT_SCAN)) {
        if (slot.state !== 'out' || slot.startedAt === 0 || slot.startedAt > before) continue;
        const { group } = this.#options;
        this.#instance.emit({ type: 'handler.timeout', level: 'warn', group, queue, offset: slot.offset });
        void this.deliveries.retry(slot, { delayLevel: TIMEOUT_DELAY_LEVEL });
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#sleepers.delete(wake);
        resolve();
      };
      const cancel = this.#instance.clock.after(ms, wake);
      this.#sleepers.add(wake);
    });
  }

  #to(to: ConsumerState): void {
    const from = this.#state;
    this.#state = to;
    this.#instance.emit({ type: 'consumer.state', level: 'info', group: this.#options.group, from, to });
  }

  /** Leaves the group in the order that loses nothing and repeats little. Idempotent, never rejects. */
  close(timeoutMs: number = this.#options.drainTimeoutMs): Promise<void> {
    return (this.#closing ??= this.#close(timeoutMs));
  }

  async #close(timeoutMs: number): Promise<void> {
    this.#to('draining');
    const rounds = this.#rounds.stop();
    for (const wake of [...this.#sleepers]) wake();
    for (const { loop } of this.#assignment.all()) loop.stop();
    await this.#drain(timeoutMs);
    this.#cancelTick?.();
    await rounds;
    await Promise.all(this.#assignment.all().map((owned) => this.#assignment.remove(owned)));
    // Nobody can act on a broker that does not answer the goodbye: it forgets the member by itself.
    await this.#leave().catch(() => undefined);
    this.#to('closed');
  }

  /** Hands nothing more out and waits for what is out, for a while. */
  async #drain(timeoutMs: number): Promise<void> {
    const done = this.deliveries.close().then(() => true);
    if (this.deliveries.running === 0) return;
    const inTime = timeoutMs === 0 ? false : await Promise.race([done, this.#sleep(timeoutMs).then(() => false)]);
    const { running } = this.deliveries;
    for (const wake of [...this.#sleepers]) wake();
    if (inTime) return;
    this.#instance.emit({ type: 'consumer.drainTimeout', level: 'warn', group: this.#options.group, running });
  }
}
