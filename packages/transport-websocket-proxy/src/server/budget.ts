/** Time for one step after the other, and an end to all of them when the client leaves. */
export class Budget {
  #step: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #gone: Error | undefined;

  /** The client left: there is no point in another step. */
  get isOver(): boolean {
    return this.#gone !== undefined;
  }

  /** The client left: ends the step that is under way. */
  leave(reason: Error): void {
    this.#gone ??= reason;
    this.#step?.abort(reason);
  }

  /** Ends the step before, and gives the next so much time. @param late - makes what it is aborted with */
  start(ms: number, late: () => Error): AbortSignal {
    clearTimeout(this.#timer);
    const step = new AbortController();
    this.#step = step;
    if (this.#gone === undefined) this.#timer = setTimeout(() => step.abort(late()), ms);
    else step.abort(this.#gone);
    return step.signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
