/** Lets the first call of each key go alone; those that come meanwhile go once it was a success, or fail with it. */
export class FirstAlone {
  readonly #first = new Map<string, Promise<void>>();

  /** No call of this key has to go alone any more. */
  skip(key: string): void {
    this.#first.set(key, Promise.resolve());
  }

  /** @throws what `call` throws, or what the first one threw */
  async run(key: string, call: () => Promise<void>): Promise<void> {
    const first = this.#first.get(key);
    if (first !== undefined) {
      // Did each that waits go alone in its turn, a peer that does not answer would cost a timeout for each.
      await first;
      return call();
    }
    const own = call();
    this.#first.set(key, own);
    try {
      await own;
    } catch (cause) {
      this.#first.delete(key);
      throw cause;
    }
  }
}
