import type { Clock } from './clock.ts';
import { ConnectionError, OverloadError, TimeoutError } from './errors.ts';
import { onAbort } from './on-abort.ts';
import { MAX_TIMER_MS, type Resolved, within } from './options.ts';
import { waitUntil } from './wait-until.ts';

/** How many there may be, and how long each may wait. */
export interface PoolLimits {
  /** Never more than this, those being made included; those that are let go are not counted. 1 to 1000. @defaultValue 10 */
  readonly max?: number | undefined;
  /** As long as there are no more than this, none is closed for being idle. 0 to `max`. @defaultValue 0 */
  readonly min?: number | undefined;
  /** Close what nobody used for this long. Milliseconds, 1 to 2^31-1. @defaultValue 60000 */
  readonly idleMs?: number | undefined;
  /** Give up on one `acquire` after this long. Milliseconds, 0 to 2^31-1. @defaultValue 3000 */
  readonly acquireTimeoutMs?: number | undefined;
  /** How many may wait for one in use; more is an OverloadError. 0 to 2^20. @defaultValue 1000 */
  readonly maxWaiting?: number | undefined;
}

/** What a {@link Pool} holds, to be made and let go by its owner. */
export interface PoolHooks<R> {
  readonly clock: Clock;
  /** Makes one. Should stop when the signal aborts; what comes all the same is let go. */
  readonly create: (signal: AbortSignal) => Promise<R>;
  /** Lets one go that may be in use, within this time; called again with less time if the pool closes. Milliseconds. */
  readonly destroy: (resource: R, timeoutMs: number) => Promise<void>;
  /** Whether it can be handed out. */
  readonly isHealthy: (resource: R) => boolean;
  /** What `destroy` gets for one that is let go while others stay. Milliseconds. */
  readonly destroyTimeoutMs: number;
}

/** How long to wait for a lease, and who may end the wait. */
export interface AcquireOptions {
  /** Milliseconds, 0 to 2^31-1. @defaultValue the pool's `acquireTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Rejects with its `reason` when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** One of a pool, for one user at a time. */
export interface Lease<R> {
  readonly resource: R;
  /** Gives it back; harmless afterwards. */
  readonly release: () => void;
}

/** How a pool is used now. */
export interface PoolStats {
  /** Those idle, leased, and being made. */
  readonly size: number;
  readonly idle: number;
  readonly leased: number;
  /** Who wants one and has none yet. */
  readonly waiting: number;
}

interface Waiter<R> {
  readonly take: (lease: Lease<R>) => void;
  readonly fail: (reason: unknown) => void;
}

/** Checks limits and fills in their defaults. @throws UsageError `value-out-of-range` */
export function resolvePoolLimits(given: PoolLimits): Resolved<PoolLimits> {
  const max = within('max', given.max ?? 10, { min: 1, max: 1_000 });
  return {
    max,
    min: within('min', given.min ?? 0, { min: 0, max }),
    idleMs: within('idleMs', given.idleMs ?? 60_000, { min: 1, max: MAX_TIMER_MS }),
    acquireTimeoutMs: within('acquireTimeoutMs', given.acquireTimeoutMs ?? 3_000, { min: 0, max: MAX_TIMER_MS }),
    maxWaiting: within('maxWaiting', given.maxWaiting ?? 1_000, { min: 0, max: 2 ** 20 }),
  };
}

/**
 * Things that are dear to make, lent to one user at a time. Made when somebody waits and there is room; lent last used
 * first, so that what is not needed grows old and is closed; lent first come, first served.
 */
export class Pool<R> {
  readonly #limits: Resolved<PoolLimits>;
  readonly #hooks: PoolHooks<R>;
  /** Longest idle first. */
  readonly #idle: { readonly resource: R; readonly since: number }[] = [];
  readonly #leased = new Set<Lease<R>>();
  /** Let go, but not gone yet. */
  readonly #leaving = new Set<R>();
  readonly #waiters = new Set<Waiter<R>>();
  /** How many are being made. */
  #opening = 0;
  /** Ends the making. */
  readonly #giveUp = new AbortController();
  #phase: 'open' | 'draining' | 'closed' = 'open';
  #onDrained: (() => void) | undefined;
  #drained: Promise<void> | undefined;
  #cancelSweep: (() => void) | undefined;

  /** @throws UsageError `value-out-of-range` */
  constructor(limits: PoolLimits, hooks: PoolHooks<R>) {
    this.#limits = resolvePoolLimits(limits);
    this.#hooks = hooks;
  }

  get stats(): PoolStats {
    return { size: this.#size, idle: this.#idle.length, leased: this.#leased.size, waiting: this.#waiters.size };
  }

  /**
   * Lends one that is healthy, makes one if there is room, or waits for one to come back.
   * @throws OverloadError `pool-exhausted` when too many wait, TimeoutError `acquire-timeout`, ConnectionError
   *   `client-closed`, the signal's reason, or what making one failed with
   */
  async acquire({ timeoutMs = this.#limits.acquireTimeoutMs, signal }: AcquireOptions = {}): Promise<Lease<R>> {
    signal?.throwIfAborted();
    within('timeoutMs', timeoutMs, { min: 0, max: MAX_TIMER_MS });
    if (this.#phase !== 'open') throw closed();
    const idle = this.#waiters.size === 0 ? this.#pick() : undefined;
    return idle === undefined ? this.#wait(timeoutMs, signal) : this.#lend(idle);
  }

  /** Lets go of those that are idle and not healthy any more: for owners that hear of it before the next user does. */
  prune(): void {
    const all = this.#idle.splice(0);
    for (const each of all) {
      if (this.#hooks.isHealthy(each.resource)) this.#idle.push(each);
      else void this.#letGo(each.resource);
    }
  }

  /**
   * Lends to those who wait already and waits for all to come back, then lets them go; when the time is up, whatever they
   * are used for. Called again, it gives the same work the time that the new call allows. Never rejects.
   */
  async close({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const { clock } = this.#hooks;
    const deadline = clock.now() + timeoutMs;
    if (this.#phase === 'open') this.#phase = 'draining';
    this.#drained ??= new Promise((resolve) => (this.#onDrained = resolve));
    this.#serve();
    await waitUntil(this.#drained, { clock, deadline, late: closed }).catch(() => undefined);
    this.#phase = 'closed';
    this.#giveUp.abort(closed());
    for (const waiter of this.#waiters) waiter.fail(closed());
    this.#cancelSweep?.();
    const all = [...this.#idle.splice(0), ...this.#leased].map(({ resource }) => resource);
    this.#leased.clear();
    const leftMs = Math.max(0, deadline - clock.now());
    await Promise.all([...all, ...this.#leaving].map((resource) => this.#letGo(resource, leftMs)));
  }

  get #size(): number {
    return this.#idle.length + this.#leased.size + this.#opening;
  }

  #wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<Lease<R>> {
    const { clock } = this.#hooks;
    const { maxWaiting } = this.#limits;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancel();
        ignore();
        this.#waiters.delete(waiter);
      };
      const take = (lease: Lease<R>): void => {
        leave();
        resolve(lease);
      };
      const fail = (reason: unknown): void => {
        leave();
        reject(reason);
        this.#tellIfDrained();
      };
      const waiter = { take, fail };
      const cancel = clock.after(timeoutMs, () => {
        fail(this.#late(timeoutMs));
      });
      const ignore = onAbort(signal, () => {
        fail(signal?.reason);
      });
      this.#waiters.add(waiter);
      this.#serve();
      if (this.#waiters.size - this.#opening > maxWaiting) fail(this.#exhausted());
    });
  }

  /** Whatever changed: those who wait get what there is, and as many as they need are made. */
  #serve(): void {
    for (const waiter of this.#waiters) {
      const resource = this.#pick();
      if (resource === undefined) break;
      waiter.take(this.#lend(resource));
    }
    while (this.#opening < this.#waiters.size && this.#size < this.#limits.max) void this.#open();
    this.#sweepLater();
    this.#tellIfDrained();
  }

  /** The one used last that is healthy. */
  #pick(): R | undefined {
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      if (this.#hooks.isHealthy(last.resource)) return last.resource;
      void this.#letGo(last.resource);
    }
    return undefined;
  }

  #lend(resource: R): Lease<R> {
    const lease: Lease<R> = {
      resource,
      release: () => {
        if (!this.#leased.delete(lease)) return;
        this.#takeIn(resource);
        this.#serve();
      },
    };
    this.#leased.add(lease);
    return lease;
  }

  /** @returns whether it is kept */
  #takeIn(resource: R): boolean {
    const isHealthy = this.#hooks.isHealthy(resource);
    if (isHealthy) this.#idle.push({ resource, since: this.#hooks.clock.now() });
    else void this.#letGo(resource);
    return isHealthy;
  }

  /** Makes one for whoever is first when it is there; a failure is theirs too, as nobody else may come to hear of it. */
  async #open(): Promise<void> {
    this.#opening += 1;
    let failure: { readonly cause: unknown } | undefined;
    try {
      const resource = await this.#hooks.create(this.#giveUp.signal);
      if (this.#phase === 'closed') await this.#letGo(resource, 0);
      // Not made again: what breaks at once would be made for ever.
      else if (!this.#takeIn(resource)) throw stillborn();
    } catch (cause) {
      failure = { cause };
    }
    this.#opening -= 1;
    if (failure !== undefined) this.#first()?.fail(failure.cause);
    this.#serve();
  }

  #first(): Waiter<R> | undefined {
    for (const waiter of this.#waiters) return waiter;
    return undefined;
  }

  async #letGo(resource: R, timeoutMs: number = this.#hooks.destroyTimeoutMs): Promise<void> {
    this.#leaving.add(resource);
    try {
      await this.#hooks.destroy(resource, timeoutMs);
    } catch {
      // Nobody has it any more: how it ends is nobody's problem.
    }
    this.#leaving.delete(resource);
  }

  /** One timer, for the one that is idle longest. */
  #sweepLater(): void {
    const [oldest] = this.#idle;
    if (this.#cancelSweep !== undefined || oldest === undefined || this.#size <= this.#limits.min) return;
    const { clock } = this.#hooks;
    this.#cancelSweep = clock.after(Math.max(0, oldest.since + this.#limits.idleMs - clock.now()), () => {
      this.#cancelSweep = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    const since = this.#hooks.clock.now() - this.#limits.idleMs;
    while (this.#size > this.#limits.min) {
      const [oldest] = this.#idle;
      if (oldest === undefined || oldest.since > since) break;
      this.#idle.shift();
      void this.#letGo(oldest.resource);
    }
    this.#sweepLater();
  }

  #tellIfDrained(): void {
    if (this.#leased.size === 0 && this.#waiters.size === 0) this.#onDrained?.();
  }

  #late(timeoutMs: number): TimeoutError {
    const { size, leased } = this.stats;
    const state = `${leased.toString()} of ${size.toString()} are in use`;
    return new TimeoutError('acquire-timeout', `nothing came free within ${timeoutMs.toString()} ms: ${state}`);
  }

  #exhausted(): OverloadError {
    const { max, maxWaiting } = this.#limits;
    const load = `all ${max.toString()} are in use and ${maxWaiting.toString()} callers wait already`;
    return new OverloadError('pool-exhausted', `${load}: use fewer at a time, or raise max or maxWaiting`);
  }
}

function stillborn(): ConnectionError {
  return new ConnectionError('connection-closed', 'it broke as soon as it was there');
}

function closed(): ConnectionError {
  return new ConnectionError('client-closed', 'this pool was closed');
}
