/**
 * Adds up what Jest and the checks left behind, by kind, and prints it: `node tools/totals.mjs [--real]`.
 *
 * The last line is always `N passed, N failed`; the exit code is 1 when anything failed, or did not run at all.
 * `--real` also expects the report of the tests that need a real broker.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { examplesReport, realReport, root, testPackages, verifyReport } from './workspace.mjs';

/** Order of the printed table. `example` is code from a README or a page of docs/, `matrix` is what runs on every runtime. */
const kinds = ['unit', 'property', 'conformance', 'embedded', 'example', 'real', 'matrix'];

/** What a suite tests, by where it is and what it is called; whatever follows no convention is a unit test. */
function kindOf(file, fallback) {
  if (file.endsWith('.property.test.ts')) return 'property';
  if (/(^|\.)conformance\.test\.ts$/.test(file)) return 'conformance';
  if (file === 'matrix.test.ts') return 'matrix';
  return fallback;
}

/** The title a suite skips itself under when its peer cannot be had on this machine. */
const notAvailable = /not available:/;

/** One suite (test file) of a report: counts, and one line for each thing that went wrong. */
function readSuite(suite, kind) {
  const tests = suite.assertionResults;
  const of = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
  const file = relative(root, suite.name);
  const skipped = of('pending', 'skipped', 'todo', 'disabled');
  const absent = skipped.filter(({ fullName }) => notAvailable.test(fullName));
  const problems = of('failed').map(({ fullName }) => `${file}: ${fullName}`);
  if (tests.length === 0) problems.push(`${file}: could not run`);
  else if (skipped.length === tests.length && absent.length === 0) problems.push(`${file}: every test is skipped`);
  return {
    kind: kindOf(basename(file), kind),
    passed: of('passed').length,
    skipped: skipped.length - absent.length,
    absent: new Set(absent.map(({ ancestorTitles, fullName }) => ancestorTitles[0] ?? fullName)),
    problems,
  };
}

/** Every suite of one report file. A file that is missing or empty is itself a failure. */
function readReport({ file, kind }) {
  const problem = (text) => [
    { kind, passed: 0, skipped: 0, absent: new Set(), problems: [`${relative(root, file)}: ${text}`] },
  ];
  if (!existsSync(file)) return problem('missing, so its tests did not run');
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  if (testResults.length === 0) return problem('holds no tests');
  return testResults.map((suite) => readSuite(suite, kind));
}

/** What failed among the checks, as `tools/verify.mjs` wrote it down. */
function readChecks() {
  if (!existsSync(verifyReport)) return { passed: 0, failed: ['the checks did not run'] };
  return JSON.parse(readFileSync(verifyReport, 'utf8'));
}

/** The reports that have to be there. */
function expected(real) {
  const reports = testPackages().map(({ folder, name }) => ({
    file: join(folder, 'test-report.json'),
    kind: name === '@rmq/e2e' ? 'embedded' : 'unit',
  }));
  reports.push({ file: examplesReport, kind: 'example' });
  if (real) reports.push({ file: realReport, kind: 'real' });
  return reports;
}

function row(name, { passed, failed, skipped, absent }) {
  const extra = [skipped ? `${skipped} skipped` : '', absent ? `${absent} not available` : ''].filter(Boolean);
  return `  ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${extra.join(', ')}`.trimEnd();
}

/** Prints the table and returns how many failed. */
export function printTotals({ real = false } = {}) {
  const checks = readChecks();
  const suites = expected(real).flatMap(readReport);
  const lines = [];
  const problems = checks.failed.map((name) => `check: ${name}`);
  let passed = 0;
  for (const kind of kinds) {
    const mine = suites.filter((suite) => suite.kind === kind);
    if (mine.length === 0) continue;
    const sum = (of) => mine.reduce((total, suite) => total + of(suite), 0);
    const counts = {
      passed: sum((suite) => suite.passed),
      failed: sum((suite) => suite.problems.length),
      skipped: sum((suite) => suite.skipped),
      absent: sum((suite) => suite.absent.size),
    };
    passed += counts.passed;
    problems.push(...mine.flatMap((suite) => suite.problems));
    lines.push(row(kind === 'real' ? 'real broker' : kind, counts));
    for (const title of mine.flatMap((suite) => [...suite.absent])) lines.push(`    ${title}`);
  }
  lines.push(row('checks', { passed: checks.passed, failed: checks.failed.length, skipped: 0, absent: 0 }));
  for (const problem of problems) console.log(`FAILED  ${problem}`);
  // Checks are counted apart: what passed are tests; what failed is everything.
  console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${problems.length} failed`);
  return problems.length;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = printTotals({ real: process.argv.includes('--real') }) === 0 ? 0 : 1;
}
