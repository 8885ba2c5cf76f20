import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NotAvailable, notAvailable, type Prepared } from '../available.ts';
import { inPackage } from '../paths.ts';
import { cachedFolder, keyOf } from '../process/cached.ts';
import { Child } from '../process/child.ts';
import { within } from '../process/deadline.ts';
import { PeerError } from '../process/peer-error.ts';
import { run } from '../process/run.ts';

/** Where each runtime's binary is below `node_modules`, and what it wants in front of a program's own arguments. */
const runtimes = {
  'Node 20': { binary: 'node-20/bin/node', args: ['--expose-gc'] },
  'Node 22': { binary: 'node-22/bin/node', args: ['--expose-gc'] },
  'Node 24': { binary: 'node-24/bin/node', args: ['--expose-gc'] },
  'Node 26': { binary: 'node-26/bin/node', args: ['--expose-gc'] },
  Bun: { binary: '@oven/bun-linux-x64/bin/bun', args: [] },
  Deno: { binary: '@deno/linux-x64-glibc/deno', args: ['run', '--allow-all', '--no-lock', '--v8-flags=--expose-gc'] },
} as const;

/** Another JavaScript runtime. */
export type RuntimeName = keyof typeof runtimes;

/** How to run a program on a runtime. */
export interface RunOptions {
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  /** Takes every line of stdout as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What a program said. */
export interface RunResult {
  readonly code: number | null;
  /** Every line of stdout. */
  readonly lines: readonly string[];
  /** The last lines of stdout and stderr. */
  readonly output: string;
}

/** A runtime that is there. */
export interface ReadyRuntime extends Prepared<RunOptions, RunResult> {
  /** Runs one program to its end. @throws PeerError `start-failed`, `timed-out` */
  readonly start: (options: RunOptions) => Promise<RunResult>;
  /** Starts a program that stays. @throws PeerError `start-failed` */
  readonly launch: (options: RunOptions) => Promise<Child>;
}

/** A runtime, or why there is none. */
export type Runtime = ReadyRuntime | NotAvailable;

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
  const launch: ReadyRuntime['launch'] = ({ args: given, cwd, onLine }) => {
    const take = (line: string): boolean => {
      onLine?.(line);
      return onLine !== undefined;
    };
    return Child.start({ name, command, args: [...args, ...given], cwd, onLine: take });
  };
  return { available: true, launch, start: (options) => runToEnd(launch, options) };
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

async function runToEnd(launch: ReadyRuntime['launch'], options: RunOptions): Promise<RunResult> {
  const { timeoutMs = defaultTimeoutMs } = options;
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    options.onLine?.(line);
  };
  const child = await launch({ ...options, onLine });
  child.endInput();
  try {
    const late = (): PeerError =>
      new PeerError('timed-out', `${child.name}: still running after ${timeoutMs} ms`, { output: child.output() });
    const { code } = await within(child.exited, timeoutMs, late);
    return { code, lines, output: child.output() };
  } finally {
    await child.kill();
  }
}
