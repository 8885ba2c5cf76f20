import type { Clock } from './clock.ts';
import { OverloadError } from './errors.ts';
import { onAbort } from './on-abort.ts';

/** How much may be under way. */
export interface BudgetLimits {
  readonly count: number;
  readonly bytes: number;
}

/** How long to wait for room, and who may end the wait. */
export interface BudgetWait {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** One who waits for room, and hears of it by a call. */
export interface BudgetTurn extends BudgetWait {
  readonly enter: () => void;
  readonly fail: (reason: unknown) => void;
}

interface Turn {
  readonly bytes: number;
  readonly enter: () => void;
}

/** Bounds what is under way by count and bytes: who finds no room waits, first come, first served. */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #clock: Clock;
  readonly #turns = new Set<Turn>();
  #count = 0;
  #bytes = 0;
  #isAdmitting = false;

  constructor(limits: BudgetLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** How many are under way. */
  get count(): number {
    return this.#count;
  }

  /** Enters at once if there is room and nobody waits. One that is larger than the limit enters when it is alone. */
  tryEnter(bytes: number): boolean {
    if (this.#turns.size > 0 || !this.#fits(bytes)) return false;
    this.#add(bytes);
    return true;
  }

  /**
   * Enters when there is room.
   * @throws OverloadError `send-budget-exhausted` when the time is up first, or the signal's reason
   */
  async enter(bytes: number, { timeoutMs, signal }: BudgetWait): Promise<void> {
    signal?.throwIfAborted();
    if (this.tryEnter(bytes)) return;
    await new Promise<void>((resolve, reject) => {
      this.line(bytes, { timeoutMs, signal, enter: resolve, fail: reject });
    });
  }

  /**
   * As {@link enter}, but calls `enter` at once when its turn has come: nobody who asks later can be ahead of it then.
   * @returns leaves the line
   */
  line(bytes: number, { timeoutMs, signal, enter, fail }: BudgetTurn): () => void {
    const leave = (): void => {
      cancel();
      ignore();
      this.#turns.delete(turn);
    };
    const turn: Turn = {
      bytes,
      enter: () => {
        leave();
        enter();
      },
    };
    const giveUp = (reason: unknown): void => {
      leave();
      fail(reason);
      this.#admit();
    };
    const cancel = this.#clock.after(timeoutMs, () => {
      giveUp(this.#exhausted(timeoutMs));
    });
    const ignore = onAbort(signal, () => {
      giveUp(signal?.reason);
    });
    this.#turns.add(turn);
    return leave;
  }

  /** Ends one that entered with so many bytes. */
  leave(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    this.#admit();
  }

  /** Lets in who is next, also when a large one gave up that held up smaller ones. */
  #admit(): void {
    // Who enters and leaves at once is seen by the loop that let it in.
    if (this.#isAdmitting || this.#turns.size === 0) return;
    this.#isAdmitting = true;
    for (const turn of this.#turns) {
      if (!this.#fits(turn.bytes)) break;
      this.#add(turn.bytes);
      turn.enter();
    }
    this.#isAdmitting = false;
  }

  #fits(bytes: number): boolean {
    return this.#count === 0 || (this.#count < this.#limits.count && this.#bytes + bytes <= this.#limits.bytes);
  }

  #add(bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
  }

  #exhausted(timeoutMs: number): OverloadError {
    const load = `${this.#count.toString()} messages of ${this.#bytes.toString()} bytes are under way`;
    return new OverloadError(
      'send-budget-exhausted',
      `${load} and none ended within ${timeoutMs.toString()} ms: send slower`,
    );
  }
}
