import type { Clock } from './clock.ts';

/** A request that waits for something to arrive in a queue. */
export interface HeldRequest {
  /** Who asked, so that all of one connection's can be let go. */
  readonly owner: object;
  readonly queue: string;
  /** On whose behalf, for {@link HeldRequests.wakeAll}. */
  readonly group: string;
  /** How long to wait at most. Milliseconds. */
  readonly ms: number;
  /** Whether what is in the queue by now is worth an answer; called after each arrival. */
  readonly isDue: () => boolean;
  /** Called once: something is there (`arrived`), or the time is over. Not called for {@link HeldRequests.drop}. */
  readonly wake: (reason: 'arrived' | 'timeout') => void;
}

interface Entry {
  readonly request: HeldRequest;
  cancel: () => void;
}

/**
 * Long polls. Arrivals are looked at in a microtask, once per queue, so that messages which came together in one chunk
 * of bytes are answered together instead of one by one.
 */
export class HeldRequests {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #queues = new Map<string, Set<Entry>>();
  readonly #arrived = new Set<string>();
  #size = 0;

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** Starts waiting. @returns false when too many wait already: then it must be answered otherwise */
  hold(request: HeldRequest): boolean {
    if (this.#size >= this.#max) return false;
    const entry: Entry = { request, cancel: () => undefined };
    entry.cancel = this.#clock.after(request.ms, () => {
      if (this.#release(entry)) request.wake('timeout');
    });
    const entries = this.#queues.get(request.queue);
    if (entries === undefined) this.#queues.set(request.queue, new Set([entry]));
    else entries.add(entry);
    this.#size += 1;
    return true;
  }

  /** Says that something came into a queue. */
  arrived(queue: string): void {
    if (!this.#queues.has(queue)) return;
    if (this.#arrived.size === 0) queueMicrotask(() => this.#look());
    this.#arrived.add(queue);
  }

  /** Wakes all that `which` picks, as if something had arrived for them. */
  wakeAll(which: (request: HeldRequest) => boolean): void {
    for (const entry of this.#entries()) {
      if (which(entry.request) && this.#release(entry)) entry.request.wake('arrived');
    }
  }

  /** Forgets what `owner` waits for. */
  drop(owner: object): void {
    for (const entry of this.#entries()) if (entry.request.owner === owner) this.#release(entry);
  }

  /** Forgets everything. */
  clear(): void {
    for (const entry of this.#entries()) this.#release(entry);
    this.#arrived.clear();
  }

  #entries(): readonly Entry[] {
    return [...this.#queues.values()].flatMap((entries) => [...entries]);
  }

  #look(): void {
    const queues = [...this.#arrived];
    this.#arrived.clear();
    for (const queue of queues) {
      for (const entry of [...(this.#queues.get(queue) ?? [])]) {
        if (entry.request.isDue() && this.#release(entry)) entry.request.wake('arrived');
      }
    }
  }

  #release(entry: Entry): boolean {
    const { queue } = entry.request;
    const entries = this.#queues.get(queue);
    if (entries?.delete(entry) !== true) return false;
    if (entries.size === 0) this.#queues.delete(queue);
    this.#size -= 1;
    entry.cancel();
    return true;
  }
}
