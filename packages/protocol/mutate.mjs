/** Mutation testing: `npm run mutate -- [files below src]`, all of bytes and rocketmq unless told. Report in coverage/. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const stryker = fileURLToPath(new URL('node_modules/@stryker-mutator/core/bin/stryker.js', import.meta.url));
const files = process.argv.slice(2).map((file) => `src/${file}`);
const { status } = spawnSync(
  process.execPath,
  [stryker, 'run', 'stryker.config.mjs', ...(files.length > 0 ? ['--mutate', files.join(',')] : [])],
  { cwd: folder, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
