import type { Taker } from './message-list.ts';
import { MessageList } from './message-list.ts';

/** A Get that waits for a message of one queue. */
export interface Waiter {
  /** Called once, with the message it waited for; it is no longer among those who wait then. */
  readonly take: (message: Uint8Array) => void;
}

/** One queue: messages, or those who wait for some. Never both. */
export class Queue {
  readonly name: Uint8Array;
  /** The name, a character for each byte. */
  readonly key: string;
  /** In the order in which they began to wait. */
  readonly #waiters = new Set<Waiter>();
  readonly #messages = new MessageList();
  /** No longer among the server's queues: whoever still holds it looks it up again. */
  isRemoved = false;

  constructor(name: Uint8Array, key: string) {
    this.name = new Uint8Array(name); // not a view, which `slice` of a Node buffer would be: it would keep the frame it came in
    this.key = key;
  }

  /** How many messages. */
  get length(): number {
    return this.#messages.length;
  }

  /** Nothing in it, and nobody waits: nothing would be lost with it. */
  get isIdle(): boolean {
    return this.length === 0 && this.#waiters.size === 0;
  }

  /** Gives a message to the first who waits. @returns false when nobody does */
  hand(message: Uint8Array): boolean {
    if (this.#waiters.size === 0) return false; // mostly, and a loop over nothing costs as much as the message
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.take(message);
      return true;
    }
    return false;
  }

  push(message: Uint8Array): void {
    this.#messages.push(message);
  }

  shift(taker?: Taker): Uint8Array | undefined {
    return this.#messages.shift(taker);
  }

  /** Puts a message back in front. Those who wait are served when all are back. */
  unshift(message: Uint8Array): void {
    this.#messages.unshift(message);
  }

  wait(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  /** No longer waits. */
  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  /** Whether messages that came back can go to those who wait. */
  get isDue(): boolean {
    return this.length > 0 && this.#waiters.size > 0;
  }
}
