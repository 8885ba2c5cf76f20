import { type Column, columns } from '../../src/matrix/column.ts';
import { missingFor } from '../../src/matrix/missing.ts';
import { planOf } from '../../src/matrix/plan.ts';
import { prepare } from '../../src/matrix/prepare.ts';
import type { Outcome } from '../../src/matrix/run-column.ts';
import { runColumns } from '../../src/matrix/run-columns.ts';
import { suites } from '../../src/matrix/suites.ts';
import { startSurroundings, type Surroundings } from '../../src/matrix/surroundings/surroundings.ts';

// What `npm run matrix` prints as a table, with a test for each case. Programs run the built files.
const prepared = await prepare();
const startTimeoutMs = 180_000;
const matrixTimeoutMs = 2_400_000;

let surroundings: Surroundings;
let outcomes: ReadonlyMap<Column, Outcome>;

beforeAll(async () => {
  surroundings = await startSurroundings(prepared, { peers: new Set(['rocketmq', 'rabbitmq']), neighbours: true });
}, startTimeoutMs);
beforeAll(async () => {
  outcomes = await runColumns(prepared, surroundings, { columns, suites });
}, matrixTimeoutMs);
afterAll(() => surroundings[Symbol.asyncDispose]());

describe.each(columns)('$name', (column) => {
  const missing = suites.map((suite) => ({ suite, why: missingFor(prepared, suite, column) }));

  if (missing.some(({ why }) => why === undefined)) {
    it('runs its program to the end', () => {
      expect(outcomes.get(column)).toMatchObject({ failure: undefined });
    });
  }

  for (const { suite, why } of missing) {
    const { cases } = planOf(suite, column);
    if (cases.length === 0) continue;
    if (why !== undefined) {
      describe(`${suite.title} (${why})`, () => {
        it.skip('cannot run here', () => undefined);
      });
      continue;
    }
    describe(suite.title, () => {
      it.each(cases)('$name', ({ name }) => {
        const { ok, failure } = outcomes.get(column)?.of(suite.id, name) ?? { ok: false, failure: 'not reached' };
        expect({ ok, failure }).toEqual({ ok: true });
      });
    });
  }
});
