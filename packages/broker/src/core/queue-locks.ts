interface Lock {
  owner: string;
  until: number;
}

/**
 * Who may read a queue in order, one owner at a time. A lock that is not renewed ends by itself, so that a client that
 * vanished holds a queue up for a bounded time.
 */
export class QueueLocks {
  readonly #locks = new Map<string, Lock>();
  readonly #now: () => number;
  readonly #validMs: number;

  constructor({ now, validMs }: { readonly now: () => number; readonly validMs: number }) {
    this.#now = now;
    this.#validMs = validMs;
  }

  /** How many locks are remembered, ended ones included. */
  get size(): number {
    return this.#locks.size;
  }

  /** Locks or renews. @returns whether `owner` has it now */
  lock(key: string, owner: string): boolean {
    const lock = this.#locks.get(key);
    const now = this.#now();
    if (lock !== undefined && lock.owner !== owner && lock.until > now) return false;
    this.#locks.set(key, { owner, until: now + this.#validMs });
    return true;
  }

  /** Whether anybody holds it now. */
  isLocked(key: string): boolean {
    return (this.#locks.get(key)?.until ?? 0) > this.#now();
  }

  /** Gives it back; only its owner can. */
  unlock(key: string, owner: string): void {
    if (this.#locks.get(key)?.owner === owner) this.#locks.delete(key);
  }

  /** Forgets locks that ended. */
  sweep(): void {
    const now = this.#now();
    for (const [key, lock] of this.#locks) if (lock.until <= now) this.#locks.delete(key);
  }
}
