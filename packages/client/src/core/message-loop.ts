import { UsageError } from '@rmq/protocol';
import type { MessageSource, Reader } from './reader.ts';

interface Waiting<Message> {
  readonly resolve: (result: IteratorResult<Message, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The iterator behind `for await (const message of consumer)`: one message at a time, in the order of the source.
 *
 * Asking for the next message says nothing about the one before: it stays with the application until it is settled.
 * Leaving the loop puts the last message back unless it was settled, and the next reader gets it first.
 */
export class MessageLoop<Slot, Message> implements AsyncIterator<Message, undefined>, Reader {
  readonly #source: MessageSource<Slot, Message>;
  #current: Slot | undefined;
  #waiting: Waiting<Message> | undefined;
  #opening = false;
  #stopped = false;
  /** Thrown from the loop, once. */
  #fault: Error | undefined;
  /** Set while closing waits for the message in the loop's body. */
  #idle: (() => void) | undefined;

  constructor(source: MessageSource<Slot, Message>) {
    this.#source = source;
  }

  /** 1 while the body of the loop works on a message it has not settled. */
  get running(): number {
    return this.#current !== undefined && this.#source.isUnsettled(this.#current) ? 1 : 0;
  }

  async next(): Promise<IteratorResult<Message, undefined>> {
    if (this.#waiting !== undefined || this.#opening) {
      throw new UsageError('reader-taken', 'the last next() has not been answered yet');
    }
    this.#current = undefined;
    this.#idle?.();
    for (;;) {
      if (this.#stopped) return this.#ended();
      const slot = this.#source.take();
      if (slot === undefined) return this.#wait();
      this.#current = slot;
      const opened = this.#open(slot);
      // Most are there at once: to wait for nothing would cost a turn for each.
      const message = opened instanceof Promise ? await opened : opened;
      if (message !== undefined) return { done: false, value: message };
    }
  }

  /** The message to show, or undefined when it cannot be opened: then it has been given back. */
  #open(slot: Slot): Message | undefined | Promise<Message | undefined> {
    try {
      const opened = this.#source.open(slot);
      return opened instanceof Promise ? this.#opened(slot, opened) : opened;
    } catch (cause) {
      return this.#opened(slot, Promise.reject(cause));
    }
  }

  async #opened(slot: Slot, opening: Promise<Message>): Promise<Message | undefined> {
    this.#opening = true;
    try {
      return await opening;
    } catch (cause) {
      await this.#source.unreadable(slot, cause);
      return undefined;
    } finally {
      this.#opening = false;
    }
  }

  #wait(): Promise<IteratorResult<Message, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #ended(): IteratorReturnResult<undefined> {
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault;
    return over;
  }

  return(): Promise<IteratorResult<Message, undefined>> {
    const slot = this.#current;
    this.#finish();
    if (slot !== undefined) this.#source.putBack(slot);
    return Promise.resolve(over);
  }

  wake(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.next().then(waiting.resolve, waiting.reject);
  }

  /** Ends the loop. Resolves when the message in its body is settled, or the body asks for the next one. */
  async stop(fault?: Error): Promise<void> {
    this.#stopped = true;
    this.#fault ??= fault;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#settle(waiting);
    if (this.running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    this.#finish();
  }

  /** A message of this reader may have been settled. */
  settled(): void {
    if (this.running === 0) this.#idle?.();
  }

  #settle({ resolve, reject }: Waiting<Message>): void {
    try {
      resolve(this.#ended());
    } catch (fault) {
      reject(fault);
    }
  }

  #finish(): void {
    this.#stopped = true;
    this.#current = undefined;
    this.#waiting?.resolve(over);
    this.#waiting = undefined;
    this.#idle?.();
    this.#source.detach(this);
  }
}
