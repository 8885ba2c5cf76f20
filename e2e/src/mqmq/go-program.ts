import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type NotAvailable, notAvailable } from '../available.ts';
import { inPackage } from '../paths.ts';
import { cachedFolder, keyOf } from '../process/cached.ts';
import { PeerError } from '../process/peer-error.ts';
import { type Finished, run } from '../process/run.ts';
import { findCommand } from '../process/toolchain.ts';

const what = 'a program with the client library of mqmq';
const program = 'mqmq-go-peer';
const library = 'github.com/disintegration/mqmq';
const buildTimeoutMs = 300_000;
const runTimeoutMs = 60_000;

/** A folder with the library's source, for machines whose module proxy does not have it. */
const sourceVariable = 'RMQ_MQMQ_SOURCE';

/** A program around the original's client library. */
export interface GoProgram {
  readonly available: true;
  /** Runs it to its end; see `peers/mqmq/main.go` for what it takes. */
  readonly start: (options: { readonly args: readonly string[] }) => Promise<Finished>;
}

/** Thrown inside a build to leave it; never seen outside this file. */
class Missing extends Error {}

/**
 * Builds the program, if go can get the library. Quick when that was done before.
 * @throws PeerError `build-failed`.
 */
export async function prepareGoProgram(): Promise<GoProgram | NotAvailable> {
  if ((await findCommand('go')) === undefined) return notAvailable(what, 'no go on the PATH');
  const source = inPackage('peers/mqmq');
  const local = process.env[sourceVariable];
  try {
    const key = await keyOf([source], local === undefined ? [] : [local]);
    const folder = await cachedFolder(`mqmq-peer-${key}`, (draft) => build(source, draft, local));
    const command = join(folder, program);
    return { available: true, start: ({ args }) => run({ name: program, command, args }, runTimeoutMs) };
  } catch (cause) {
    if (cause instanceof Missing) return notAvailable(what, cause.message);
    throw cause;
  }
}

/** In a folder of its own, as go writes down which version it took. */
async function build(source: string, folder: string, local: string | undefined): Promise<void> {
  await cp(source, folder, { recursive: true });
  const go = (args: readonly string[]): Promise<Finished> =>
    run({ name: 'go', command: 'go', args, cwd: folder }, buildTimeoutMs);
  const got = local === undefined ? await go(['get', `${library}@latest`]) : await replaced(go, local);
  if (got.code !== 0) throw new Missing(`go cannot get ${library}: ${firstReason(got.output)}`);
  const built = await go(['build', '-buildvcs=false', '-o', program, '.']);
  if (built.code !== 0) throw new PeerError('build-failed', `${program} does not compile`, { output: built.output });
}

async function replaced(go: (args: readonly string[]) => Promise<Finished>, local: string): Promise<Finished> {
  const edited = await go(['mod', 'edit', `-require=${library}@v0.0.0`, `-replace=${library}=${local}`]);
  return edited.code === 0 ? go(['mod', 'tidy']) : edited;
}

function firstReason(output: string): string {
  return (output.split('\n').find((line) => line.trim() !== '') ?? 'no reason given').slice(0, 200);
}
