import type { State } from './lifecycle.ts';

/** How much an event matters, least first. */
export const levels = ['debug', 'info', 'warn', 'error'] as const;
/** One of {@link levels}. */
export type Level = (typeof levels)[number];

/** What an event of any protocol has. */
export interface AnyEvent {
  readonly type: string;
  readonly level: Level;
}

/** What happens below the protocols: part of each protocol's own event union. Never holds bodies or secrets. */
export type ClientEvent =
  /** A connection went from one state to another. */
  | {
      readonly type: 'connection.state';
      readonly level: 'info';
      readonly address: string;
      readonly from: State;
      readonly to: State;
      readonly cause: unknown;
    }
  /** An answer came that nobody waits for any more. */
  | { readonly type: 'reply.late'; readonly level: 'debug'; readonly address: string; readonly id: number }
  /** A listener threw: its error is nobody else's. */
  | { readonly type: 'listener.failed'; readonly level: 'error'; readonly cause: unknown }
  /** An iterator of events was not read: the oldest were dropped. */
  | { readonly type: 'events.dropped'; readonly level: 'warn'; readonly count: number };

/** Takes an event. It is called at once and must be quick. */
export type Listener<E extends AnyEvent> = (event: E) => void;

/** An iterator of {@link Emitter.events} keeps at most this many unread. */
const MAX_UNREAD = 1_000;

/** The one stream of events: listeners get them at once, iterators at their own pace. */
export class Emitter<E extends AnyEvent> {
  readonly #listeners = new Set<Listener<E | ClientEvent>>();

  /** False while nobody listens: an event need not even be made. */
  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** @returns stops listening */
  readonly on = (listener: Listener<E | ClientEvent>): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Hands an event to all; a listener that throws is reported to the others. */
  readonly emit = (event: E | ClientEvent): void => {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (cause) {
        this.#reportFailure(listener, cause);
      }
    }
  };

  /** The events from now on. Ends never by itself: `break` leaves. The oldest of over 1,000 unread ones are dropped. */
  async *events(): AsyncGenerator<E | ClientEvent, void> {
    const unread: (E | ClientEvent)[] = [];
    let wake = (): void => undefined;
    let dropped = 0;
    const off = this.on((event) => {
      if (unread.length >= MAX_UNREAD) {
        unread.shift();
        dropped += 1;
      }
      unread.push(event);
      wake();
    });
    try {
      for (;;) {
        if (dropped > 0) {
          yield { type: 'events.dropped', level: 'warn', count: dropped };
          dropped = 0;
        }
        const event = unread.shift();
        if (event === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else yield event;
      }
    } finally {
      off();
    }
  }

  #reportFailure(failed: Listener<E | ClientEvent>, cause: unknown): void {
    for (const listener of this.#listeners) {
      if (listener === failed) continue;
      try {
        listener({ type: 'listener.failed', level: 'error', cause });
      } catch {
        // It fails on its own events too, and has been reported there.
      }
    }
  }
}
