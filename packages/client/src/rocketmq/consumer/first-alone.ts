/**
 * Lets the first call of each key go alone, and the others once one was a success: for offsets, as brokers of all versions may
 * forget one of two that are the first of a group and topic and come at the same time (apache/rocketmq issue 10700).
 */
export class FirstAlone {
  readonly #first = new Map<string, Promise<void>>();

  /** No call of this key has to go alone any more. */
  skip(key: string): void {
    this.#first.set(key, Promise.resolve());
  }

  /** @throws what `call` throws */
  async run(key: string, call: () => Promise<void>): Promise<void> {
    for (let first = this.#first.get(key); first !== undefined; first = this.#first.get(key)) {
      const isDone = await first.then(
        () => true,
        () => false,
      );
      if (isDone) return call();
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
