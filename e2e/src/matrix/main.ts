/**
 * `npm run matrix [-- --only <suite>,… --runtime <name>,… --markdown]`: runs every suite on every runtime and prints what
 * came of it. Exit code 1 when a case failed, or what should be there is not.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Column, columns } from './column.ts';
import { missingFor } from './missing.ts';
import { planOf } from './plan.ts';
import { prepare } from './prepare.ts';
import { type Outcome, runColumn } from './run-column.ts';
import { suites } from './suites.ts';
import { startSurroundings } from './surroundings/surroundings.ts';
import { print } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    runtime: { type: 'string', multiple: true },
    markdown: { type: 'boolean', default: false },
  },
});

/** Those that are named, or all. @throws Error for a name that there is not */
function chosen<T>(all: readonly T[], given: readonly string[] | undefined, nameOf: (one: T) => string): readonly T[] {
  const named = given?.flatMap((text) => text.split(',')).map((text) => text.trim().toLowerCase());
  if (named === undefined) return all;
  const known = new Map(all.map((one) => [nameOf(one).toLowerCase(), one]));
  return named.map((name) => {
    const one = known.get(name);
    if (one === undefined) throw new Error(`there is no ${name}: choose from ${all.map(nameOf).join(', ')}`);
    return one;
  });
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const wanted = chosen(suites, values.only, ({ id }) => id);
const shown = chosen(columns, values.runtime, ({ name }) => name);
const prepared = await prepare();
const outcomes = new Map<Column, Outcome>();
let failures = 0;

const fail = (text: string): void => {
  failures += 1;
  say(`FAILED  ${text}`);
};

const surroundings = await startSurroundings(prepared, {
  peers: new Set(wanted.flatMap(({ needs }) => needs)),
  neighbours: wanted.some(({ id }) => id === 'cross'),
});
try {
  for (const column of shown) {
    const since = performance.now();
    const here = wanted.filter((suite) => missingFor(prepared, suite, column) === undefined);
    const outcome = await runColumn(prepared, surroundings, { column, suites: here });
    outcomes.set(column, outcome);
    if (outcome.failure !== undefined) fail(`${column.name}: ${outcome.failure}`);
    let count = 0;
    for (const suite of here) {
      for (const { name } of planOf(suite, column).cases) {
        const verdict = outcome.of(suite.id, name);
        if (verdict?.ok !== true)
          fail(`${column.name}: ${suite.title}: ${name}\n  ${verdict?.failure ?? 'not reached'}`);
        count += 1;
      }
    }
    say(`${column.name}: ${count.toString()} cases in ${((performance.now() - since) / 1_000).toFixed(1)} s`);
  }
} finally {
  await surroundings[Symbol.asyncDispose]();
}

const results = {
  suites: wanted,
  columns: shown,
  outcomeOf: (column: Column) => outcomes.get(column),
  missing: missingFor.bind(undefined, prepared),
};
process.stdout.write(`\n${print(results, values.markdown ? 'markdown' : 'text')}\n`);
process.exit(failures === 0 ? 0 : 1);
