/** Time for one step after the other, and an end to all of them when the client leaves. */
export class Budget {
  readonly #client: AbortSignal;
  #step = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => {
    this.#step.abort(this.#client.reason);
  };

  constructor(client: AbortSignal) {
    this.#client = client;
    client.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The client left: there is no point in another step. */
  get isOver(): boolean {
    return this.#client.aborted;
  }

  /** Ends the step before, and gives the next so much time. */
  start(ms: number, reason: Error): AbortSignal {
    clearTimeout(this.#timer);
    this.#step = new AbortController();
    const { signal } = this.#step;
    if (this.#client.aborted) this.#onAbort();
    const step = this.#step;
    this.#timer = setTimeout(() => step.abort(reason), ms);
    return signal;
  }

  /** What cannot be stopped is at least not waited for. */
  within<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#step;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (signal.aborted) reject(signal.reason);
      work.then(resolve, reject);
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#client.removeEventListener('abort', this.#onAbort);
  }
}
