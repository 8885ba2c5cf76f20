/**
 * What `npm test` runs once the workspace is installed: every check and every test that needs no server.
 *
 * turbo replays what has not changed; with `RMQ_FORCE=1` it runs everything again. The last line is
 * `N passed, N failed`, and the exit code is true to it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printTotals } from './totals.mjs';
import { cache, examplesReport, root, testPackages, verifyReport } from './workspace.mjs';

/** Tasks whose failures the reports name one by one. */
const reported = new Set(['test', 'examples']);
const tasks = ['check', 'lint', 'package', 'format', 'unused', 'size', 'links', 'pages-fresh', 'examples', 'test'];
const runs = join(root, '.turbo', 'runs');

/** Old reports must not pass for new ones. turbo restores those of the tasks that it replays. */
function clean() {
  rmSync(cache, { recursive: true, force: true });
  rmSync(runs, { recursive: true, force: true });
  for (const { folder } of testPackages()) rmSync(join(folder, 'test-report.json'), { force: true });
  mkdirSync(cache, { recursive: true });
}

function runTurbo() {
  const args = ['run', ...tasks, '--continue=always', '--output-logs=errors-only', '--concurrency=100%', '--summarize'];
  if (process.env.RMQ_FORCE === '1') args.push('--force');
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  return spawnSync(process.execPath, [turbo, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** The tasks of the run that just ended, with their exit codes. */
function summary() {
  if (!existsSync(runs)) return [];
  const [file] = readdirSync(runs).filter((name) => name.endsWith('.json'));
  return JSON.parse(readFileSync(join(runs, file), 'utf8')).tasks.filter(({ execution }) => execution);
}

/** Whether a report already names what made this task fail. */
function isReported({ task, directory }) {
  if (!reported.has(task)) return false;
  const file = task === 'examples' ? examplesReport : join(root, directory, 'test-report.json');
  try {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
    return testResults.some(({ status }) => status === 'failed');
  } catch {
    return true; // printTotals counts the missing report
  }
}

clean();
const status = runTurbo();
const done = summary();
const failed = done.filter((task) => task.execution.exitCode !== 0 && !isReported(task)).map(({ taskId }) => taskId);
// turbo itself can fail, before or beside its tasks.
if (status !== 0 && done.every(({ execution }) => execution.exitCode === 0)) failed.push('turbo');
const checks = done.filter(({ task }) => !reported.has(task) && task !== 'transit' && task !== 'build');
const passed = checks.filter(({ execution }) => execution.exitCode === 0).length;
writeFileSync(verifyReport, JSON.stringify({ passed, failed }));
const failures = printTotals();
process.exitCode = failures === 0 && status === 0 ? 0 : 1;
