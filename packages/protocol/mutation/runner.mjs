/**
 * Stryker's test runner for this package. Sources are plain functions of bytes, so all mutants can share one process:
 * a mutant costs the milliseconds of the tests that reach it, where Jest loads all its files again, for seconds.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import fc from 'fast-check';
import { loadTests } from './suite.mjs';

register('./hooks.mjs', import.meta.url);
// The same cases for every mutant; which one fails first is all that matters.
fc.configureGlobal({ seed: 1, endOnFailure: true });

/** What instrumented sources read and count; they keep hold of this very object. */
const context = (globalThis.__stryker__ ??= {});

/** What they change may matter the first time only: `&&=` where it was `??=`, a member of what is not there yet. */
const ONCE = new Set(['AssignmentOperator', 'OptionalChaining']);
const QUICK_MS = 50;
/** Within the sandbox, where these processes run. */
const SPENT = 'spent.json';
/** More of them in a ms than the shortest loop has. */
const PASSES_PER_MS = 5_000;

/** Stryker waits for a hundred times the usual number of passes: twice is endless enough, unless there were few. */
function patience(hitLimit, budget) {
  return hitLimit && Math.min(hitLimit, Math.max(10_000, Math.min(hitLimit / 50, budget * PASSES_PER_MS)));
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

class InProcessRunner {
  #where;
  /** What the tests of one mutant may cost together, the quickest first; then it has survived. ms of CPU */
  #budget;
  #loads = 0;
  /** What every test's last run cost, in ms of CPU: on a busy machine the clock says little. */
  #spent = new Map();
  #tests;

  constructor({ budget = Infinity, ...where }) {
    this.#budget = budget;
    this.#where = where;
  }

  /** A process that replaces another knows what its first run found. */
  init() {
    if (existsSync(SPENT)) this.#spent = new Map(JSON.parse(readFileSync(SPENT, 'utf8')));
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    await this.#load();
    const { results } = await this.#run(this.#tests, false);
    context.currentTestId = undefined;
    writeFileSync(SPENT, JSON.stringify([...this.#spent]));
    return { status: 'complete', tests: results, mutantCoverage: context.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, disableBail, hitLimit, reloadEnvironment }) {
    const { id, mutatorName } = activeMutant;
    const mutant = {
      id,
      whileLoading: mutantActivation === 'static',
      hitLimit: patience(hitLimit, this.#budget),
      bail: !disableBail,
    };
    const covering = testFilter && new Set(testFilter);
    try {
      if (!reloadEnvironment && this.#tests !== undefined) {
        const result = await this.#judge(mutant, covering);
        const reached = result.status !== 'survived' || (context.hitCount > 0 && !ONCE.has(mutatorName));
        if (reached && this.#tests !== undefined) return result;
      }
      // Killed by what an earlier mutant left behind, or never reached: what is kept between calls (tables built when
      // first asked for, texts already seen) was made without the mutant. All once more, from the beginning.
      await this.#load(mutant);
      const result = covering && (await this.#judge(mutant, covering));
      if (result && result.status !== 'survived') return result;
      // Of the tests not known to reach it the slow ones are spared: seldom are they the only ones to notice.
      return await this.#judge(mutant, covering && this.#quickTests());
    } catch (cause) {
      // Sources or tests do not even load.
      this.#tests = undefined;
      return { status: 'killed', killedBy: [], failureMessage: String(cause), nrOfTests: 0 };
    }
  }

  #quickTests() {
    return new Set(this.#tests.map(({ id }) => id).filter((id) => (this.#spent.get(id) ?? 0) < QUICK_MS));
  }

  /** Runs tests with a mutant. They are forgotten if the one that killed it fails without it, too. */
  async #judge({ id, hitLimit, bail }, covering) {
    Object.assign(context, { activeMutant: id, hitCount: 0, hitLimit });
    const wanted = covering ? this.#tests.filter((test) => covering.has(test.id)) : this.#tests;
    const time = (test) => this.#spent.get(test.id) ?? 0;
    const quickFirst = wanted.toSorted((one, other) => time(one) - time(other));
    let cost = 0;
    const affordable = quickFirst.filter((test) => (cost += time(test)) <= this.#budget);
    const { results, failed } = await this.#run(affordable, bail);
    const endless = hitLimit !== undefined && context.hitCount > hitLimit;
    Object.assign(context, { activeMutant: undefined, hitLimit: undefined });
    if (endless) return { status: 'timeout', reason: 'a loop without end' };
    if (failed.length === 0) return { status: 'survived', nrOfTests: results.length };
    const killers = new Set(failed.map((result) => result.id));
    const again = await this.#run(
      this.#tests.filter((test) => killers.has(test.id)),
      true,
    );
    if (again.failed.length > 0) this.#tests = undefined;
    const [{ failureMessage }] = failed;
    return { status: 'killed', killedBy: [...killers], failureMessage, nrOfTests: results.length };
  }

  async #load(mutant) {
    Object.assign(context, { activeMutant: mutant?.whileLoading ? mutant.id : undefined, hitLimit: undefined });
    this.#loads += 1;
    this.#tests = await loadTests(this.#where, this.#loads);
  }

  async #run(tests, bail) {
    const results = [];
    const failed = [];
    for (const { id, file, run } of tests) {
      context.currentTestId = id;
      const start = cpuMs();
      const result = { id, name: id, fileName: file, timeSpentMs: 0, status: 0 };
      try {
        await run();
      } catch (error) {
        Object.assign(result, { status: 1, failureMessage: String(error?.message ?? error) });
        failed.push(result);
      }
      result.timeSpentMs = cpuMs() - start;
      this.#spent.set(id, result.timeSpentMs);
      results.push(result);
      if (bail && failed.length > 0) break;
    }
    return { results, failed };
  }
}

const factory = Object.assign((options) => new InProcessRunner(options.inProcess), { inject: ['options'] });

/** What Stryker finds here, by its convention. */
export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', factory }];
export const strykerValidationSchema = {
  properties: { inProcess: { type: 'object' } },
};
