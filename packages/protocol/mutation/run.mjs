/** Mutation testing: `npm run mutate -- [files below src]`, all of bytes and rocketmq unless told. Report in coverage/. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const stryker = fileURLToPath(new URL('../../bin/stryker.js', import.meta.resolve('@stryker-mutator/core')));
const files = process.argv.slice(2).map((file) => `src/${file}`);
const { status } = spawnSync(
  process.execPath,
  [stryker, 'run', 'mutation/stryker.mjs', ...(files.length > 0 ? ['--mutate', files.join(',')] : [])],
  { cwd: folder, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
