import { UsageError } from '@rmq/protocol';

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

/** The one state of a connection. */
export class Lifecycle {
  readonly #onChange: (from: State, to: State, cause: unknown) => void;
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
    this.#onChange(from, next, cause);
  }
}
