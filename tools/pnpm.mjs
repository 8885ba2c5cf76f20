/**
 * Runs pnpm on a machine that has only Node and npm: `node tools/pnpm.mjs <pnpm arguments>`.
 *
 * The version in `packageManager` is installed once into the ignored folder `.tools/`. It also goes first on the PATH,
 * because turbo looks for it there. `run` installs the workspace first, so that a fresh clone needs no other command.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const home = join(root, '.tools', packageManager);
const bin = join(home, 'node_modules', '.bin');
const entry = join(home, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');

const env = {
  ...process.env,
  PATH: bin + delimiter + (process.env.PATH ?? ''),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

/** Runs a command in the terminal it was started from; stops this process with its exit code when it fails. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Gets pnpm through npm. It appears under its name only when it is complete, so that an interruption costs nothing. */
function installPnpm() {
  const partial = `${home}.${process.pid}`;
  const options = ['--no-save', '--no-package-lock', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['install', '--prefix', partial, ...options, packageManager];
  // npm's own entry point when npm started us: on Windows `npm` is a script that cannot be spawned without a shell.
  const npm = process.env.npm_execpath;
  mkdirSync(partial, { recursive: true });
  if (npm) run(process.execPath, [npm, ...args]);
  else run('npm', args);
  rmSync(home, { recursive: true, force: true });
  renameSync(partial, home);
}

if (!existsSync(entry)) installPnpm();
const args = process.argv.slice(2);
if (args[0] === 'run') {
  if (!existsSync(join(root, 'node_modules'))) console.log('Installing, once …');
  run(process.execPath, [entry, 'install', '--frozen-lockfile', '--prefer-offline', '--loglevel=error']);
}
run(process.execPath, [entry, ...args]);
