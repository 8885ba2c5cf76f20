/**
 * `npm run matrix`: runs every suite on every runtime and prints what came of it. Exit code 1 when a case failed, or what
 * should be there is not.
 */
import process from 'node:process';
import { Command, Option } from 'commander';
import { type Column, columns } from './column.ts';
import { missingFor } from './missing.ts';
import { planOf } from './plan.ts';
import { prepare } from './prepare.ts';
import type { Outcome } from './run-column.ts';
import { runColumns } from './run-columns.ts';
import { suites } from './suites.ts';
import { startSurroundings } from './surroundings/surroundings.ts';
import { print } from './table.ts';

interface Options {
  readonly only?: readonly string[];
  readonly runtime?: readonly string[];
  readonly markdown?: boolean;
}

const ids = suites.map(({ id }) => id);
const names = columns.map(({ name }) => name);
const options = new Command('matrix')
  .description('Runs every suite on every runtime and prints what came of it.')
  .addOption(new Option('--only <suite...>', 'only these rows').choices(ids))
  .addOption(new Option('--runtime <name...>', 'only these columns').choices(names))
  .option('--markdown', 'print the tables as they are in the README')
  .parse()
  .opts<Options>();

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const wanted = suites.filter(({ id }) => options.only?.includes(id) ?? true);
const shown = columns.filter(({ name }) => options.runtime?.includes(name) ?? true);
const prepared = await prepare();
let failures = 0;

const fail = (text: string): void => {
  failures += 1;
  say(`FAILED  ${text}`);
};

/** Tells what failed in a column, and how many cases it has. */
function report(column: Column, outcome: Outcome, seconds: number): void {
  if (outcome.failure !== undefined) fail(`${column.name}: ${outcome.failure}`);
  let count = 0;
  for (const suite of wanted) {
    if (missingFor(prepared, suite, column) !== undefined) continue;
    for (const { name } of planOf(suite, column).cases) {
      const verdict = outcome.of(suite.id, name);
      if (verdict?.ok !== true) fail(`${column.name}: ${suite.title}: ${name}\n  ${verdict?.failure ?? 'not reached'}`);
      count += 1;
    }
  }
  say(`${column.name}: ${count.toString()} cases in ${seconds.toFixed(1)} s`);
}

const surroundings = await startSurroundings(prepared, {
  peers: new Set(wanted.flatMap(({ needs }) => needs)),
  neighbours: wanted.some(({ id }) => id === 'cross'),
});
const outcomes = await runColumns(prepared, surroundings, {
  columns: shown,
  suites: wanted,
  onOutcome: report,
}).finally(() => surroundings[Symbol.asyncDispose]());

const results = {
  suites: wanted,
  columns: shown,
  outcomeOf: (column: Column) => outcomes.get(column),
  missing: missingFor.bind(undefined, prepared),
};
process.stdout.write(`\n${print(results, options.markdown ? 'markdown' : 'text')}\n`);
process.exit(failures === 0 ? 0 : 1);
