import { TransportError } from '../errors.ts';

/** What an {@link Inlet} asks of whoever feeds it. */
export interface InletOptions<T> {
  /** How much one item weighs, e.g. its bytes. @defaultValue 1 each */
  readonly weigh?: ((item: T) => number) | undefined;
  /** `push` answers false from this total weight on. */
  readonly highWaterMark: number;
  /**
   * Nothing is queued any more: feed again. Called when the reader takes the last item and when it waits for one, hence
   * also at the first pull: a source may start there. May be called often; it should be cheap and must not throw.
   */
  readonly onHungry?: (() => void) | undefined;
  /** The reader left the loop; nothing will be read any more. */
  readonly onLeave?: (() => void) | undefined;
}

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

/** How the sequence is over: by its end (no `reason`) or by a fault. */
interface Over {
  readonly reason: unknown;
  readonly failed: boolean;
}

const end: Over = { reason: undefined, failed: false };

/**
 * The reading side of a transport or listener: events push items in, one reader pulls them out with `for await`. For
 * adapter authors; every adapter has the same single-pass, back-pressure and fault behaviour by using it.
 *
 * A waiting reader is handed the item directly; otherwise items queue, and `push` says when to stop the source.
 */
export class Inlet<T> implements AsyncIterable<T> {
  readonly #options: InletOptions<T>;
  readonly #items: T[] = [];
  #head = 0;
  #weight = 0;
  readonly #readers: Reader<T>[] = [];
  #over: Over | undefined;
  #taken = false;
  #left = false;

  constructor(options: InletOptions<T>) {
    this.#options = options;
  }

  /** False while the source should hold back. */
  get hungry(): boolean {
    return this.#over === undefined && this.#weight < this.#options.highWaterMark;
  }

  /** Delivers one item; dropped once the inlet is over or the reader left. @returns {@link hungry} */
  push(item: T): boolean {
    if (this.#over !== undefined) return false;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ value: item, done: false });
      return true;
    }
    // What comes after the reader left is dropped but weighed, for ever: the source is held back as by a slow reader.
    if (!this.#left) this.#items.push(item);
    this.#weight += this.#weigh(item);
    return this.hungry;
  }

  /** No more items: the loop ends after those queued. */
  end(): void {
    this.#finish(end);
  }

  /** A fault: the loop throws `reason` after the items queued. */
  fail(reason: unknown): void {
    this.#finish({ reason, failed: true });
  }

  /** A fault that counts at once. @returns the items dropped, so that the caller can release them. */
  abort(reason: unknown): T[] {
    const dropped = this.#clear();
    this.#over = undefined; // an abort outweighs a FIN that has arrived but has not been read
    this.fail(reason);
    return dropped;
  }

  /** An end that counts at once. @returns the items dropped, so that the caller can release them. */
  close(): T[] {
    const dropped = this.#clear();
    this.end();
    return dropped;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    if (this.#taken) {
      throw new TransportError(
        'already-read',
        'these bytes can be read once: keep the one iterator, or what it yielded',
      );
    }
    this.#taken = true;
    return { next: () => this.#next(), return: () => this.#leave() };
  }

  #next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#items.length) return Promise.resolve({ value: this.#shift(), done: false });
    if (this.#over?.failed) return this.#throwOnce(this.#over.reason);
    if (this.#over !== undefined || this.#left) return Promise.resolve({ value: undefined, done: true });
    const result = new Promise<IteratorResult<T, undefined>>((resolve, reject) => {
      this.#readers.push({ resolve, reject });
    });
    this.#options.onHungry?.();
    return result;
  }

  /** A `for await` loop sees the fault once; an iterator asked again after it says it is done, as generators do. */
  #throwOnce(reason: unknown): Promise<never> {
    this.#over = end;
    return Promise.reject(reason);
  }

  #leave(): Promise<IteratorResult<T, undefined>> {
    if (!this.#left) {
      this.#left = true;
      for (const reader of this.#readers.splice(0)) reader.resolve({ value: undefined, done: true });
      this.#options.onLeave?.(); // before the queue goes: a listener has connections in it to release
      this.#clear();
      this.#options.onHungry?.();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  #finish(over: Over): void {
    if (this.#over !== undefined) return;
    this.#over = over;
    const [first, ...others] = this.#readers.splice(0);
    if (first !== undefined && over.failed) {
      this.#over = end;
      first.reject(over.reason);
    } else first?.resolve({ value: undefined, done: true });
    for (const reader of others) reader.resolve({ value: undefined, done: true });
  }

  #shift(): T {
    const item = this.#items[this.#head] as T; // the caller saw that there is one; T itself may include undefined
    this.#head += 1;
    this.#weight -= this.#weigh(item);
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
      // Not only at the next pull: a reader that has all it needs may never pull again, and the writer must not hang on it.
      this.#options.onHungry?.();
    } else if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items.splice(0, this.#head); // amortised: a slow reader must not make the array grow for ever
      this.#head = 0;
    }
    return item;
  }

  #clear(): T[] {
    const dropped = this.#items.slice(this.#head);
    this.#items.length = 0;
    this.#head = 0;
    this.#weight = 0;
    return dropped;
  }

  #weigh(item: T): number {
    return this.#options.weigh === undefined ? 1 : this.#options.weigh(item);
  }
}
