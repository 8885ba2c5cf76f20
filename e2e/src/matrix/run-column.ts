import { inPackage } from '../paths.ts';
import { PeerError } from '../process/peer-error.ts';
import type { Column } from './column.ts';
import type { Prepared } from './prepare.ts';
import type { Suite } from './suite.ts';
import type { Surroundings } from './surroundings/surroundings.ts';
import type { Verdict } from './task.ts';

/** What one column has to do. */
export interface ColumnRun {
  readonly column: Column;
  readonly suites: readonly Suite[];
  readonly onVerdict?: ((verdict: Verdict) => void) | undefined;
  /** For all suites together. Milliseconds. @defaultValue 600000 */
  readonly timeoutMs?: number | undefined;
}

/** What became of it. */
export interface Outcome {
  /** @returns undefined for a case that was not reached: see `failure` */
  readonly of: (suite: string, name: string) => Verdict | undefined;
  /** Why the program did not come to its end. */
  readonly failure: string | undefined;
}

/** Runs suites in one runtime, or in a page. */
export async function runColumn(prepared: Prepared, surroundings: Surroundings, run: ColumnRun): Promise<Outcome> {
  const { column, suites, onVerdict, timeoutMs = 600_000 } = run;
  const verdicts = new Map<string, Verdict>();
  const key = (suite: string, name: string): string => `${suite}\n${name}`;
  const take = (verdict: Verdict): void => {
    verdicts.set(key(verdict.suite, verdict.name), verdict);
    onVerdict?.(verdict);
  };
  const task = surroundings.taskFor(
    column,
    suites.map(({ id }) => id),
  );
  const url = surroundings.files.offer(task);
  const { browser, runtimes } = prepared;
  const start = async (): Promise<string | undefined> => {
    if (column.name === 'Chromium') {
      if (!browser.available) return browser.why;
      const page = surroundings.files.pageFor(url);
      await browser.start({ url: page, result: 'done', functions: { report: take }, timeoutMs });
      return undefined;
    }
    const runtime = runtimes[column.name];
    if (!runtime.available) return runtime.why;
    const onLine = (line: string): void => {
      if (line.startsWith('{')) take(JSON.parse(line) as Verdict);
    };
    const args = [inPackage('dist/matrix/run.js'), 'execute', url];
    const { code, output } = await runtime.start({ args, timeoutMs, onLine });
    return code === 0 ? undefined : `it ended with code ${String(code)}\n${output}`;
  };
  const failure = await start().catch((cause: unknown) => {
    if (cause instanceof PeerError || cause instanceof Error) return cause.message;
    throw cause;
  });
  return { of: (suite, name) => verdicts.get(key(suite, name)), failure };
}
