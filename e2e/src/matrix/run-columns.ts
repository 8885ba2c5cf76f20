import type { Column } from './column.ts';
import { missingFor } from './missing.ts';
import type { Prepared } from './prepare.ts';
import { type Outcome, runColumn } from './run-column.ts';
import type { Suite } from './suite.ts';
import type { Surroundings } from './surroundings/surroundings.ts';

/** The part of the matrix that is wanted. */
export interface MatrixRun {
  readonly columns: readonly Column[];
  readonly suites: readonly Suite[];
  /** Told of each column when it is done. */
  readonly onOutcome?: (column: Column, outcome: Outcome, seconds: number) => void;
}

/** Runs columns, two at a time, as one alone leaves half of two cores idle; of each the suites that can run there. */
export async function runColumns(
  prepared: Prepared,
  surroundings: Surroundings,
  { columns, suites, onOutcome }: MatrixRun,
): Promise<ReadonlyMap<Column, Outcome>> {
  const outcomes = new Map<Column, Outcome>();
  const rest = columns.toReversed().values(); // Chromium, which is last, takes longest
  const work = async (): Promise<void> => {
    for (const column of rest) {
      const since = performance.now();
      const here = suites.filter((suite) => missingFor(prepared, suite, column) === undefined);
      const outcome = await runColumn(prepared, surroundings, { column, suites: here });
      outcomes.set(column, outcome);
      onOutcome?.(column, outcome, (performance.now() - since) / 1_000);
    }
  };
  await Promise.all([work(), work()]);
  return outcomes;
}
