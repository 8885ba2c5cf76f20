/** What is measured: so many messages after so many that are not. */
export interface MeasuredRun {
  readonly messages: number;
  readonly warmUp: number;
}

/** What a run took, without its warm-up (`e2e/peers/PROTOCOL.md`). */
export interface Measured {
  readonly messages: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly failed: number;
}

/** Counts messages, and takes time and CPU between the end of the warm-up and the last message. */
export class Measurement {
  readonly done: Promise<Measured>;
  readonly #run: MeasuredRun;
  readonly #last: number;
  #count = 0;
  #failed = 0;
  #since = 0n;
  #cpu: NodeJS.CpuUsage | undefined;
  #finish: (measured: Measured) => void = () => undefined;

  constructor(run: MeasuredRun) {
    this.#run = run;
    this.#last = run.warmUp + run.messages;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    if (run.warmUp === 0) this.#begin();
  }

  /** Counts messages that are done. */
  add(messages: number): void {
    const before = this.#count;
    this.#count += messages;
    if (before < this.#run.warmUp && this.#count >= this.#run.warmUp) this.#begin();
    if (before < this.#last && this.#count >= this.#last) this.#end();
  }

  /** Counts one that failed. */
  fail(): void {
    this.#failed += 1;
    this.add(1);
  }

  #begin(): void {
    this.#since = process.hrtime.bigint();
    this.#cpu = process.cpuUsage();
  }

  #end(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    const seconds = Number(process.hrtime.bigint() - this.#since) / 1e9;
    this.#finish({ messages: this.#run.messages, seconds, cpuSeconds: (user + system) / 1e6, failed: this.#failed });
  }
}
