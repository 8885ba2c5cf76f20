import type { Clock } from './clock.ts';
import { Replies, type Waiting } from './replies.ts';

/** A request whose answer has not come. */
export interface Asked<Call> {
  readonly call: Call;
  readonly id: number;
}

/** So many answered ones are kept in front before they are cut off: cutting costs as much as what stays. */
const CUT_AFTER = 1_024;

/**
 * {@link Replies} for protocols without numbers, whose answers come in the order of the requests. Who gives up leaves a
 * place behind that waits for the answer, so that the next one does not get it.
 */
export class OrderedReplies<Call, Reply> {
  readonly #replies: Replies<Call, Reply>;
  /** First asked first, from `#head` on. */
  readonly #asked: Asked<Call>[] = [];
  #head = 0;
  #nextId = 0;

  /** @param onTimeout - rejects a request whose time is up; it waits no longer when this is called */
  constructor(clock: Clock, onTimeout: (waiting: Waiting<Call, Reply>) => void) {
    this.#replies = new Replies(clock, onTimeout);
  }

  /** Answers that are still to come, those that nobody waits for any more included. */
  get outstanding(): number {
    return this.#asked.length - this.#head;
  }

  /** Who asked first; undefined when no answer is due. */
  get first(): Asked<Call> | undefined {
    return this.#asked[this.#head];
  }

  /** Waits for an answer behind all others. */
  add(waiting: Waiting<Call, Reply>): void {
    while (this.#replies.isTaken(this.#nextId)) this.#nextId = (this.#nextId + 1) | 0;
    const id = this.#nextId;
    this.#nextId = (id + 1) | 0;
    this.#asked.push({ call: waiting.call, id });
    this.#replies.add(id, waiting);
  }

  /** Takes out who asked first: its answer is there. Undefined when it gave up. */
  take(): Waiting<Call, Reply> | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#asked.length) {
      this.#asked.length = 0;
      this.#head = 0;
    } else if (this.#head > CUT_AFTER && this.#head * 2 > this.#asked.length) {
      this.#asked.splice(0, this.#head);
      this.#head = 0;
    }
    return this.#replies.take(first.id);
  }

  /** Settles when nobody waits, for whatever reason. */
  empty(): Promise<void> {
    return this.#replies.empty();
  }

  /** Rejects all that wait, and expects no more answers. */
  failAll(reason: unknown): void {
    this.#asked.length = 0;
    this.#head = 0;
    this.#replies.failAll(reason);
  }
}
