/**
 * Runs pnpm on a machine that has only Node and npm: `node tools/pnpm.mjs <pnpm arguments>`.
 *
 * The version in `packageManager` is installed once into the ignored folder `.tools/`. It also goes first on the PATH,
 * because turbo looks for it there. `run` installs the workspace first, so that a fresh clone needs no other command.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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

if (!existsSync(entry)) {
  // npm's own entry point when npm started us: on Windows `npm` is a script that cannot be spawned without a shell.
  const npm = process.env.npm_execpath;
  const args = [
    'install',
    '--prefix',
    home,
    '--no-save',
    '--no-package-lock',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    packageManager,
  ];
  if (npm) run(process.execPath, [npm, ...args]);
  else run('npm', args);
}

const args = process.argv.slice(2);
if (args[0] === 'run')
  run(process.execPath, [entry, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent']);
run(process.execPath, [entry, ...args]);
