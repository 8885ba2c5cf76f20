import type { Answers } from './answers.ts';
import { MessageList } from './message-list.ts';

/** A Get that waits for a message of one queue. */
export interface Waiter {
  /** Called once, with the message it waited for, as its answer; it is no longer among those who wait then. */
  readonly take: (answer: Answers) => void;
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

  /** Of all messages together, as answers. */
  get bytes(): number {
    return this.#messages.bytes;
  }

  /** Nothing in it, and nobody waits: nothing would be lost with it. */
  get isIdle(): boolean {
    return this.length === 0 && !this.isAwaited;
  }

  /** Somebody waits. */
  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** Gives a message to the first who waits. */
  hand(answer: Answers): void {
    const [waiter] = this.#waiters;
    if (waiter === undefined) return;
    this.#waiters.delete(waiter);
    waiter.take(answer);
  }

  push(message: Uint8Array): void {
    this.#messages.push(message);
  }

  /** See {@link MessageList.room}. */
  get room(): number {
    return this.#messages.room;
  }

  /** See {@link MessageList.pushAll}. */
  pushAll(puts: Uint8Array, head: number): number {
    return this.#messages.pushAll(puts, head);
  }

  /** See {@link MessageList.shift}. */
  shift(before?: Answers): Answers | undefined {
    return this.#messages.shift(before);
  }

  /** Puts messages back in front. Those who wait are served when all are back. @returns how many */
  unshift(answers: Answers): number {
    return this.#messages.unshift(answers);
  }

  wait(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  /** No longer waits. */
  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }
}
