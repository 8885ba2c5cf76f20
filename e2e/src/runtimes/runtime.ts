import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Availability, notAvailable } from '../available.ts';
import { inPackage } from '../paths.ts';
import { cachedFolder, keyOf } from '../process/cached.ts';
import { Child } from '../process/child.ts';
import { within } from '../process/deadline.ts';
import { PeerError } from '../process/peer-error.ts';
import { run } from '../process/run.ts';

/** Where each runtime's binary is below `node_modules`, and what it wants in front of a file that reads other files. */
const runtimes = {
  'Node 22': { binary: 'node-22/bin/node', args: [] },
  'Node 24': { binary: 'node-24/bin/node', args: [] },
  Bun: { binary: '@oven/bun-linux-x64/bin/bun', args: [] },
  Deno: { binary: '@deno/linux-x64-glibc/deno', args: ['run', '--allow-read'] },
} as const;

/** Another JavaScript runtime. */
export type RuntimeName = keyof typeof runtimes;

/** All of them. */
export const runtimeNames = Object.keys(runtimes) as readonly RuntimeName[];

/** How to run a program on a runtime. */
export interface RunOptions {
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What a program said. */
export interface RunResult {
  readonly code: number | null;
  /** Every line of stdout. */
  readonly lines: readonly string[];
}

/** A runtime that is there. Its `start` runs one program to its end. @throws PeerError `start-failed`, `timed-out` */
export type Runtime = Availability<RunOptions, RunResult>;

const manifests = ['package.json', 'package-lock.json'] as const;
const installTimeoutMs = 180_000;
const defaultTimeoutMs = 120_000;

/** Gets a runtime through npm. Quick when that was done before. @throws PeerError `build-failed` */
export async function prepareRuntime(name: RuntimeName): Promise<Runtime> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return notAvailable(name, 'its binary is fetched for Linux on x64 only');
  }
  const installed = await install();
  if (typeof installed !== 'string') return notAvailable(name, installed.why);
  const { binary, args } = runtimes[name];
  const command = join(installed, 'node_modules', binary);
  return {
    available: true,
    start: (options) => runOn(name, command, { ...options, args: [...args, ...options.args] }),
  };
}

/** @returns the folder, or why there is none */
async function install(): Promise<string | { readonly why: string }> {
  const sources = manifests.map((file) => inPackage(`peers/runtimes/${file}`));
  try {
    return await cachedFolder(`runtimes-${await keyOf(sources)}`, async (folder) => {
      for (const [index, source] of sources.entries()) await copyFile(source, join(folder, manifests[index] ?? ''));
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
      const { code, output } = await run({ name: 'npm', command: 'npm', args, cwd: folder }, installTimeoutMs);
      if (code !== 0) throw new PeerError('build-failed', `npm ci ended with code ${String(code)}`, { output });
    });
  } catch (cause) {
    if (cause instanceof PeerError && /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(cause.message)) {
      return { why: 'npm cannot reach its registry' };
    }
    throw cause;
  }
}

async function runOn(name: string, command: string, options: RunOptions): Promise<RunResult> {
  const { args, cwd, timeoutMs = defaultTimeoutMs } = options;
  const lines: string[] = [];
  const onLine = (line: string): boolean => lines.push(line) > 0;
  const child = await Child.start({ name, command, args, cwd, onLine });
  child.endInput();
  try {
    const late = (): PeerError => new PeerError('timed-out', `${name}: still running after ${timeoutMs} ms`);
    return { code: (await within(child.exited, timeoutMs, late)).code, lines };
  } finally {
    await child.kill();
  }
}
