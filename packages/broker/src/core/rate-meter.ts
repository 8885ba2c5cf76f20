const SLOT_MS = 1_000;
const SLOTS = 60;

/** Counts per second over the last ten seconds and the last minute, in constant memory. */
export class RateMeter {
  readonly #now: () => number;
  readonly #slots = new Float64Array(SLOTS);
  #slot: number;
  #total = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#slot = Math.floor(now() / SLOT_MS);
  }

  /** Everything counted so far. */
  get total(): number {
    return this.#total;
  }

  add(count: number): void {
    this.#advance();
    const at = this.#slot % SLOTS;
    this.#slots[at] = (this.#slots[at] ?? 0) + count;
    this.#total += count;
  }

  /** Mean rate per second over the last `seconds`, 1 to 60, the running one included. */
  perSecond(seconds: number): number {
    this.#advance();
    let sum = 0;
    for (let back = 0; back < Math.min(seconds, SLOTS); back += 1) sum += this.#slots[(this.#slot - back) % SLOTS] ?? 0;
    return sum / seconds;
  }

  /** Empties the slots of the seconds that passed since the last call. */
  #advance(): void {
    const slot = Math.floor(this.#now() / SLOT_MS);
    const first = Math.max(this.#slot + 1, slot - SLOTS + 1);
    for (let each = first; each <= slot; each += 1) this.#slots[each % SLOTS] = 0;
    this.#slot = Math.max(this.#slot, slot);
  }
}
