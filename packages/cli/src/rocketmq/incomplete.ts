import { type Address, PartialError } from '@rmq/client/rocketmq';
import { CommandFailed } from '../core/errors.ts';

/** Answers that some brokers did not give: a command shows what the others said, and fails all the same. */
export class Incomplete {
  readonly #failures = new Map<Address, unknown>();

  /** What was obtained; who failed is kept for {@link check}. @throws what is no PartialError */
  async take<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (cause) {
      if (!(cause instanceof PartialError)) throw cause;
      for (const [address, failure] of cause.failures) this.#failures.set(address, failure);
      return cause.results as T;
    }
  }

  /** @throws CommandFailed when something is missing */
  check(): void {
    if (this.#failures.size === 0) return;
    const failures = [...this.#failures].map(
      ([address, cause]) => `${address} (${cause instanceof Error ? cause.message : String(cause)})`,
    );
    throw new CommandFailed(`this is not all, some brokers failed: ${failures.join(', ')}`);
  }
}
