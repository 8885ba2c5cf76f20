import { UsageError } from '@rmq/protocol';
import type { Deliveries, Reader } from './deliveries.ts';
import type { Slot } from './process-queue.ts';
import type { ReceivedMessage } from './received-message.ts';

type Result = IteratorResult<ReceivedMessage, undefined>;

const over: Result = { done: true, value: undefined };

/**
 * The iterator behind `for await (const message of consumer)`: one message at a time, in the order of the turns of
 * queues.
 *
 * Asking for the next message says nothing about the one before: it stays with the application until it is settled.
 * Leaving the loop puts the last message back unless it was settled, and the next reader gets it first.
 */
export class MessageLoop implements AsyncIterator<ReceivedMessage, undefined>, Reader {
  readonly #deliveries: Deliveries;
  #current: Slot | undefined;
  #waiting: ((result: Result) => void) | undefined;
  #opening = false;
  #stopped = false;
  /** Set while closing waits for the message in the loop's body. */
  #idle: (() => void) | undefined;

  constructor(deliveries: Deliveries) {
    this.#deliveries = deliveries;
  }

  /** 1 while the body of the loop works on a message it has not settled. */
  get running(): number {
    return this.#current?.state === 'out' || this.#current?.state === 'returning' ? 1 : 0;
  }

  async next(): Promise<Result> {
    if (this.#waiting !== undefined || this.#opening) {
      throw new UsageError('reader-taken', 'the last next() has not been answered yet');
    }
    this.#current = undefined;
    this.#idle?.();
    for (;;) {
      if (this.#stopped) return over;
      const slot = this.#deliveries.take();
      if (slot?.message === undefined) return new Promise<Result>((resolve) => (this.#waiting = resolve));
      const opened = await this.#open(slot);
      if (opened !== undefined) return { done: false, value: opened };
    }
  }

  /** The message to show, or undefined when it cannot be opened: then it has been sent back. */
  async #open(slot: Slot): Promise<ReceivedMessage | undefined> {
    const { message } = slot;
    if (message === undefined) return undefined;
    this.#current = slot;
    this.#opening = true;
    try {
      return await this.#deliveries.open(slot, message);
    } catch (cause) {
      await this.#deliveries.unreadable(slot, cause);
      return undefined;
    } finally {
      this.#opening = false;
    }
  }

  return(): Promise<Result> {
    const slot = this.#current;
    this.#finish();
    if (slot?.state === 'out') slot.owner.putBack(slot);
    return Promise.resolve(over);
  }

  wake(): void {
    const resolve = this.#waiting;
    if (resolve === undefined) return;
    this.#waiting = undefined;
    this.next().then(resolve, () => resolve(over));
  }

  /** Ends the loop. Resolves when the message in its body is settled, or the body asks for the next one. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting?.(over);
    this.#waiting = undefined;
    if (this.running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    this.#finish();
  }

  /** A message of this reader may have been settled. */
  settled(): void {
    if (this.running === 0) this.#idle?.();
  }

  #finish(): void {
    this.#stopped = true;
    this.#current = undefined;
    this.#waiting?.(over);
    this.#waiting = undefined;
    this.#idle?.();
    this.#deliveries.detach(this);
  }
}
