/** What became of the messages of a load. */
export interface Account {
  readonly confirmed: number;
  /** Sends that rejected. Their messages may be stored all the same. */
  readonly failed: number;
  /** Numbers of confirmed messages that nobody received. */
  readonly lost: readonly number[];
  /** Deliveries beyond the first of each message. */
  readonly repeated: number;
}

/** More messages than any load sends. */
const CAPACITY = 2 ** 22;
const CONFIRMED = 1;
const RECEIVED = 2;

/** Which numbered messages were confirmed, and which came. One byte each from the start, so that memory tells of others. */
export class Ledger {
  readonly #marks = new Uint8Array(CAPACITY);
  #confirmed = 0;
  #failed = 0;
  #received = 0;
  #deliveries = 0;
  #lastConfirmed = 0;
  #lastReceived = 0;
  #lastNumber = 0;

  get confirmed(): number {
    return this.#confirmed;
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /** The highest number given out, of a confirmed message, and of one that came. */
  get last(): { readonly number: number; readonly confirmed: number; readonly received: number } {
    return { number: this.#lastNumber, confirmed: this.#lastConfirmed, received: this.#lastReceived };
  }

  /** A number for the next message. */
  next(): number {
    this.#lastNumber += 1;
    if (this.#lastNumber >= CAPACITY) throw new RangeError(`a load sends no more than ${CAPACITY.toString()} messages`);
    return this.#lastNumber;
  }

  confirm(number: number): void {
    this.#confirmed += 1;
    this.#mark(number, CONFIRMED);
    this.#lastConfirmed = Math.max(this.#lastConfirmed, number);
  }

  fail(): void {
    this.#failed += 1;
  }

  receive(number: number): void {
    this.#deliveries += 1;
    if (this.#mark(number, RECEIVED)) this.#received += 1;
    this.#lastReceived = Math.max(this.#lastReceived, number);
  }

  /** How things stand: what is still under way counts as lost. */
  account(): Account {
    const lost: number[] = [];
    for (let number = 1; number <= this.#lastNumber; number += 1) {
      if (this.#marks[number] === CONFIRMED) lost.push(number);
    }
    const repeated = this.#deliveries - this.#received;
    return { confirmed: this.#confirmed, failed: this.#failed, lost, repeated };
  }

  /** @returns whether it is news */
  #mark(number: number, mark: number): boolean {
    const before = this.#marks[number] ?? 0;
    this.#marks[number] = before | mark;
    return (before & mark) === 0;
  }
}
