import { type Column, columns, neighbours, wiresOf } from './column.ts';
import { type Plan, planOf } from './plan.ts';
import type { Outcome } from './run-column.ts';
import type { Suite } from './suite.ts';

/** What has been run. */
export interface Results {
  readonly suites: readonly Suite[];
  readonly columns: readonly Column[];
  readonly outcomeOf: (column: Column) => Outcome | undefined;
  /** Why a suite could not be run at all: a peer that this machine does not have. */
  readonly missing: (suite: Suite, column: Column) => string | undefined;
}

/** Cells by rows, with what stands below them. */
interface Grid {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

const passed = '✓';
const failed = '✗';
const digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** The number of a foot-note. */
const raised = (number: number): string => number.toString().replaceAll(/\d/g, (digit) => digits[Number(digit)] ?? '');

/** Numbers reasons as they come. */
class Notes {
  readonly #known: string[] = [];

  mark(reasons: readonly string[]): string {
    const numbers = reasons.map((reason) => {
      if (!this.#known.includes(reason)) this.#known.push(reason);
      return this.#known.indexOf(reason) + 1;
    });
    return numbers
      .sort((a, b) => a - b)
      .map(raised)
      .join(' ');
  }

  lines(): readonly string[] {
    return this.#known.map((reason, index) => `${raised(index + 1)} ${reason}`);
  }
}

/** Why cases do not apply here that do elsewhere. What applies nowhere is the suite's own nature, and none of a column's. */
function reasonsOf(suite: Suite, { absent }: Plan): readonly string[] {
  const elsewhere = new Set(columns.flatMap((column) => planOf(suite, column).cases.map(({ name }) => name)));
  return [...new Set([...absent].flatMap(([name, why]) => (elsewhere.has(name) ? [why] : [])))];
}

function count(outcome: Outcome | undefined, suite: Suite, names: readonly string[]): string {
  const wrong = names.filter((name) => outcome?.of(suite.id, name)?.ok !== true).length;
  return wrong === 0
    ? `${names.length.toString()} ${passed}`
    : `${wrong.toString()} ${failed} of ${names.length.toString()}`;
}

/** Rows are suites, columns are runtimes. */
function mainGrid({ suites, columns: shown, outcomeOf, missing }: Results): Grid {
  const notes = new Notes();
  const rows = suites.map((suite) => [
    suite.title,
    ...shown.map((column) => {
      const why = missing(suite, column);
      if (why !== undefined) return `– ${notes.mark([why])}`;
      const plan = planOf(suite, column);
      const marks = notes.mark(reasonsOf(suite, plan));
      const names = plan.cases.map(({ name }) => name);
      return `${names.length === 0 ? '–' : count(outcomeOf(column), suite, names)} ${marks}`.trimEnd();
    }),
  ]);
  return { head: ['', ...shown.map(({ name }) => name)], rows, notes: notes.lines() };
}

/** Rows are dialers, columns are listeners. */
function crossGrid(suite: Suite, { columns: shown, outcomeOf, missing }: Results): Grid {
  const notes = new Notes();
  const cell = (column: Column, about: string): string => {
    const plan = planOf(suite, column);
    const theirs = suite.cases.filter((each) => each.about === about).map(({ name }) => name);
    const names = theirs.filter((name) => !plan.absent.has(name));
    const marks = notes.mark([...new Set(theirs.flatMap((name) => plan.absent.get(name) ?? []))]);
    return `${count(outcomeOf(column), suite, names)} ${marks}`.trimEnd();
  };
  const rows = shown.map((column) => {
    const why = missing(suite, column);
    const name = column.platform === 'page' ? `${column.name}, through the proxy` : column.name;
    return [
      name,
      ...neighbours.map((each) => (why === undefined ? cell(column, each.name) : `– ${notes.mark([why])}`)),
    ];
  });
  const heads = neighbours.map(({ name, platform }) => `${name}: ${wiresOf(platform).join(', ')}`);
  return { head: ['who dials', ...heads], rows, notes: notes.lines() };
}

const forTerminals = ({ head, rows, notes }: Grid): string => {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
};

const forMarkdown = ({ head, rows, notes }: Grid): string => {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = line(head.map((_, at) => (at === 0 ? '---' : ':---')));
  return [line(head), rule, ...rows.map(line), ...(notes.length === 0 ? [] : ['', notes.join('  \n')])].join('\n');
};

/** The tables, as text for terminals or as Markdown. */
export function print(results: Results, form: 'text' | 'markdown'): string {
  const write = form === 'text' ? forTerminals : forMarkdown;
  const cross = results.suites.find(({ id }) => id === 'cross');
  const others = results.suites.filter((suite) => suite !== cross);
  const grids = others.length === 0 ? [] : [mainGrid({ ...results, suites: others })];
  if (cross !== undefined) grids.push(crossGrid(cross, results));
  return grids.map(write).join('\n\n');
}
