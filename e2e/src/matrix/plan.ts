import type { Column } from './column.ts';
import type { Suite } from './suite.ts';

/** What of a suite applies to a column. */
export interface Plan {
  readonly cases: readonly Suite['cases'][number][];
  /** The others, by the reason why they do not apply. */
  readonly absent: ReadonlyMap<string, number>;
}

/** Known before anything runs. */
export function planOf({ cases }: Suite, { platform }: Column): Plan {
  const absent = new Map<string, number>();
  const planned = cases.filter((each) => {
    const why = each.absent?.(platform);
    if (why !== undefined) absent.set(why, (absent.get(why) ?? 0) + 1);
    return why === undefined;
  });
  return { cases: planned, absent };
}
