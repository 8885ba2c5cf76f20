import { columns } from '../../src/matrix/column.ts';
import { missingFor } from '../../src/matrix/missing.ts';
import { planOf } from '../../src/matrix/plan.ts';
import { prepare } from '../../src/matrix/prepare.ts';
import { type Outcome, runColumn } from '../../src/matrix/run-column.ts';
import { suites } from '../../src/matrix/suites.ts';
import { startSurroundings, type Surroundings } from '../../src/matrix/surroundings/surroundings.ts';

// What `npm run matrix` prints as a table, with a test for each case. Programs run the built files.
const prepared = await prepare();
const startTimeoutMs = 180_000;
const columnTimeoutMs = 600_000;

let surroundings: Surroundings;

beforeAll(async () => {
  surroundings = await startSurroundings(prepared, { peers: new Set(['rocketmq', 'rabbitmq']), neighbours: true });
}, startTimeoutMs);
afterAll(() => surroundings[Symbol.asyncDispose]());

describe.each(columns)('$name', (column) => {
  const missing = suites.map((suite) => ({ suite, why: missingFor(prepared, suite, column) }));
  const here = missing.filter(({ why }) => why === undefined).map(({ suite }) => suite);
  let outcome: Outcome;

  if (here.length > 0) {
    beforeAll(async () => {
      outcome = await runColumn(prepared, surroundings, { column, suites: here, timeoutMs: columnTimeoutMs });
    }, columnTimeoutMs + startTimeoutMs);

    it('runs its program to the end', () => {
      expect(outcome.failure).toBeUndefined();
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
        const { ok, failure } = outcome.of(suite.id, name) ?? { ok: false, failure: 'not reached' };
        expect({ ok, failure }).toEqual({ ok: true });
      });
    });
  }
});
