/** Mutation testing: `npm run mutate -- [files below src]`, all of bytes and rocketmq unless told. Report in coverage/. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const stryker = join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const environments = join(dirname(fileURLToPath(import.meta.resolve('jest-environment-node'))), '../..');
const files = process.argv.slice(2).map((file) => `packages/protocol/src/${file}`);
const { status } = spawnSync(
  process.execPath,
  [stryker, 'run', 'packages/protocol/stryker.config.mjs', ...(files.length > 0 ? ['--mutate', files.join(',')] : [])],
  {
    cwd: join(folder, '../..'),
    stdio: 'inherit',
    // Its Jest looks for environments from the root, which has none of its own.
    env: { ...process.env, NODE_PATH: environments },
  },
);
process.exitCode = status ?? 1;
