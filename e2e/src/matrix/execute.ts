import { limited } from './limited.ts';
import { loadPlatform } from './platform.ts';
import type { Context, Opened, Suite } from './suite.ts';
import { suites } from './suites.ts';
import type { Task, Verdict } from './task.ts';

/** For one case. A loaded machine is slow; a broken adapter hangs. Milliseconds. */
const limitMs = 60_000;

/** Where verdicts go, and where strays come from. */
export interface Listening {
  /** Takes each verdict as it comes. */
  readonly report: (verdict: Verdict) => void;
  /** Reasons of rejections that nobody handled: the runtime's own hook adds them. They fail the case that runs. */
  readonly strays: unknown[];
}

/**
 * Runs the suites of a task on the platform that runs this file: those whose cases run side by side all at once, the others
 * one after the other.
 */
export async function execute(task: Task, listening: Listening): Promise<void> {
  const context: Context = { platform: await loadPlatform(task.platform), task };
  const wanted = suites.filter(({ id }) => task.suites.includes(id));
  for (const suite of wanted) if (!suite.sideBySide) await runSuite(suite, context, listening);
  const waiting = wanted.filter(({ sideBySide }) => sideBySide);
  await Promise.all(waiting.map((suite) => runSuite(suite, context, listening)));
}

async function runSuite(suite: Suite, context: Context, { report, strays }: Listening): Promise<void> {
  const { platform } = context.task;
  const planned = suite.cases
    .map(({ name, absent }, index) => ({ name, index, absent: absent?.(platform) }))
    .filter(({ absent }) => absent === undefined);
  if (planned.length === 0) return;
  const opening = limited(suite.open(context), limitMs);
  const runCase = async ({ name, index }: { readonly name: string; readonly index: number }): Promise<void> => {
    const since = performance.now();
    const failure = (await failureOf(limited(opened(opening, index), limitMs))) ?? (await strayIn(strays));
    const ms = Math.round(performance.now() - since);
    report({ suite: suite.id, name, ok: failure === undefined, failure, ms });
  };
  if (suite.sideBySide) await Promise.all(planned.map(runCase));
  else for (const each of planned) await runCase(each);
  // What cannot be released is told by whatever it disturbs.
  await limited(
    opening.then(({ close }) => close()),
    limitMs,
  ).catch(() => undefined);
}

/** What was rejected meanwhile, with nobody to handle it. Runtimes tell a turn of the event loop later. */
async function strayIn(strays: unknown[]): Promise<string | undefined> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  const [stray] = strays.splice(0);
  return stray === undefined ? undefined : `a rejection that nobody handled: ${words(stray)}`;
}

async function opened(opening: Promise<Opened>, index: number): Promise<void> {
  const { run } = await opening;
  await run(index);
}

/** What went wrong, in words, with what it was caused by. */
async function failureOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (reason) {
    return words(reason);
  }
}

function words(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const code = 'code' in reason ? ` (${String(reason.code)})` : '';
  const cause = reason.cause === undefined ? '' : `\n  caused by ${words(reason.cause)}`;
  // The first line of a stack that is ours tells where.
  const where = reason.stack?.split('\n').find((line) => /\.[jt]s:\d+/.test(line)) ?? '';
  return `${reason.name}: ${reason.message}${code} ${where.trim()}${cause}`.trim();
}
