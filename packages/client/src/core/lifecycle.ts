import { UsageError } from '@rmq/protocol';
import { ConnectionError } from './errors.ts';
import { onAbort } from './on-abort.ts';

/** Which state may follow which: the whole life of a connection. */
export const transitions = {
  /** Nobody needs it now; the next request connects. */
  idle: ['connecting', 'closed'],
  connecting: ['open', 'backoff', 'closed'],
  /** Requests go out. */
  open: ['idle', 'backoff', 'draining', 'closed'],
  /** The last attempt failed or the connection broke; requests fail at once until the pause is over. */
  backoff: ['connecting', 'idle', 'closed'],
  /** No new requests; answers to those under way still come. */
  draining: ['closed'],
  closed: [],
} as const;

/** A state of {@link transitions}. */
export type State = keyof typeof transitions;
transitions satisfies { readonly [S in State]: readonly State[] };

/** Who may end a wait for a state. */
export interface WatchOptions {
  /** Rejects with its `reason` when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** A state that others may read and wait for, but not change. */
export interface Watchable {
  readonly state: State;
  /**
   * Waits for a state, or the first of several: not long if it is there already. It only watches: nothing connects for it.
   * @throws ConnectionError `client-closed` as soon as none of them can come any more, or the signal's reason
   */
  readonly reached: (wanted: State | readonly State[], options?: WatchOptions) => Promise<State>;
  /**
   * The state now, then those that follow; ends after `closed`. Who reads slowly gets the latest one, not each in between:
   * `connection.state` events tell of every step.
   * @throws the signal's reason
   */
  readonly states: (options?: WatchOptions) => AsyncGenerator<State, void>;
}

/** The one state of a connection. */
export class Lifecycle implements Watchable {
  readonly #onChange: (from: State, to: State, cause: unknown) => void;
  readonly #watchers = new Set<() => void>();
  #state: State = 'idle';

  constructor(onChange: (from: State, to: State, cause: unknown) => void) {
    this.#onChange = onChange;
  }

  get state(): State {
    return this.#state;
  }

  /** Goes to a state. @throws UsageError `state-invalid` for a step that the table lacks */
  to(next: State, cause?: unknown): void {
    const from = this.#state;
    const allowed: readonly State[] = transitions[from];
    if (!allowed.includes(next)) throw new UsageError('state-invalid', `no way from ${from} to ${next}`);
    this.#state = next;
    // First those who only look: what hears of the change may cause the next one.
    for (const look of this.#watchers) look();
    this.#onChange(from, next, cause);
  }

  readonly reached = (wanted: State | readonly State[], options?: WatchOptions): Promise<State> => {
    const all = typeof wanted === 'string' ? [wanted] : wanted;
    return this.#until((now) => {
      if (all.includes(now)) return true;
      if (canFollow(now, all)) return false;
      throw new ConnectionError('client-closed', `a connection that is ${now} will never be ${all.join(' or ')}`);
    }, options);
  };

  async *states(options?: WatchOptions): AsyncGenerator<State, void> {
    for (let last: State | undefined; last !== 'closed';) {
      const seen: State | undefined = last;
      yield (last = await this.#until((now) => now !== seen, options));
    }
  }

  /** Looks at each state, beginning with this one, until `look` says yes or throws. */
  #until(look: (now: State) => boolean, { signal }: WatchOptions = {}): Promise<State> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (look(this.#state)) {
        resolve(this.#state);
        return;
      }
      const leave = (): void => {
        this.#watchers.delete(watcher);
        ignore();
      };
      const watcher = (): void => {
        try {
          if (!look(this.#state)) return;
          resolve(this.#state);
        } catch (cause) {
          reject(cause);
        }
        leave();
      };
      const ignore = onAbort(signal, () => {
        leave();
        reject(signal?.reason);
      });
      this.#watchers.add(watcher);
    });
  }
}

/** Whether there is a way, in any number of steps. */
function canFollow(from: State, wanted: readonly State[], seen: Set<State> = new Set()): boolean {
  seen.add(from);
  return transitions[from].some((next) => wanted.includes(next) || (!seen.has(next) && canFollow(next, wanted, seen)));
}
