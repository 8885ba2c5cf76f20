import { UsageError } from '@rmq/protocol';
import type { Address } from '../remoting.ts';
import { PartialError } from './partial-error.ts';

/** One question to several servers. */
export interface Question<Answer, Result> {
  /** What is done, for the error: `creating topic orders`. */
  readonly what: string;
  readonly addresses: readonly Address[];
  /** Asks one of them, and reads its answer: one that cannot be read is that server's failure alone. */
  readonly ask: (address: Address) => Promise<Answer>;
  /** Puts answers together, in the order of the addresses. There may be none. */
  readonly merge: (answers: readonly Answer[]) => Result;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks all, at the same time, even when one fails.
 * @throws the error itself where only one was asked; the signal's reason; UsageError as it is; else PartialError with what
 *   was obtained
 */
export async function askAll<Answer, Result>(question: Question<Answer, Result>): Promise<Result> {
  const { what, addresses, ask, merge, signal } = question;
  const settled = await Promise.allSettled(addresses.map(ask));
  const succeeded: Address[] = [];
  const answers: Answer[] = [];
  const failures = new Map<Address, unknown>();
  for (const [index, outcome] of settled.entries()) {
    const address = addresses[index] ?? '';
    if (outcome.status === 'rejected') failures.set(address, outcome.reason);
    else {
      succeeded.push(address);
      answers.push(outcome.value);
    }
  }
  if (failures.size === 0) return merge(answers);
  signal?.throwIfAborted();
  throw failureOf(what, addresses, { succeeded, failures, results: merge(answers) });
}

function failureOf(
  what: string,
  addresses: readonly Address[],
  outcome: ConstructorParameters<typeof PartialError>[1],
): unknown {
  const causes = [...outcome.failures.values()];
  // The caller's mistake is no server's failure: all of them have the same one.
  const mistake = causes.find((cause) => cause instanceof UsageError);
  if (mistake !== undefined) return mistake;
  return addresses.length === 1 ? causes[0] : new PartialError(what, outcome);
}
