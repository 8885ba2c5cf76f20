/** How many emptied slots are tolerated before the array is compacted: amortised O(1) per item. */
const SLACK = 1_024;

/** A list that grows at the end and is eaten from the front, both in constant time on average. */
export class Deque<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The item at `index` from the front, undefined outside. */
  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#head + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.#head === this.#items.length) return undefined;
    this.#items[this.#head] = undefined; // lets go of the item now, not at the next compaction
    this.#head += 1;
    if (this.#head > SLACK && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Keeps what `test` says yes to. O(n). */
  keep(test: (item: T) => boolean): void {
    this.#items = this.#items.filter((item) => item !== undefined && test(item));
    this.#head = 0;
  }

  /** The index of the first item `test` says yes to, for items where it says no, no, …, yes, yes; else the length. */
  firstIndex(test: (item: T) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.at(middle);
      if (item !== undefined && test(item)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
