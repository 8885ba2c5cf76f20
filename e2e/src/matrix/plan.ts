import type { Column } from './column.ts';
import type { Suite } from './suite.ts';

/** What of a suite applies to a column. */
export interface Plan {
  readonly cases: readonly Suite['cases'][number][];
  /** Names of the others, with the reason why each does not apply. */
  readonly absent: ReadonlyMap<string, string>;
}

/** Known before anything runs. */
export function planOf({ cases }: Suite, { platform }: Column): Plan {
  const absent = new Map<string, string>();
  const planned = cases.filter((each) => {
    const why = each.absent?.(platform);
    if (why !== undefined) absent.set(each.name, why);
    return why === undefined;
  });
  return { cases: planned, absent };
}
