import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { prepareOriginal } from '@rmq/e2e';

/** What a server's process used so far. */
export interface Usage {
  /** User and system time. Microseconds. */
  readonly cpuMicros: number;
  /** Resident. Bytes. */
  readonly memoryBytes: number;
}

/** A server that is measured. */
export interface ServerProcess {
  readonly name: string;
  readonly port: number;
  readonly usage: () => Promise<Usage>;
  readonly stop: () => Promise<void>;
}

/** How to start one, afresh for each run. */
export interface ServerKind {
  readonly name: string;
  readonly start: () => Promise<ServerProcess>;
}

/** Linux counts the time of processes in this. Microseconds. */
const TICK_MICROS = 10_000;
const PAGE_BYTES = 4_096;
/** Where `/proc/<pid>/stat` has user time and, next to it, system time; counted behind the name. */
const USER_TIME_AT = 11;

/** One of ours, in Node. */
export function nodeServer(name: string, kind: 'rmq' | 'echo'): ServerKind {
  return {
    name,
    start: async () => {
      const script = fileURLToPath(new URL('server.js', import.meta.url));
      const child = fork(script, [kind], { execArgv: ['--expose-gc'] });
      const { port } = (await answered(child)) as { readonly port: number };
      const usage = async (): Promise<Usage> => {
        child.send('usage');
        return (await answered(child)) as Usage;
      };
      const stop = async (): Promise<void> => {
        child.disconnect();
        await once(child, 'exit');
      };
      return { name, port, usage, stop };
    },
  };
}

async function answered(child: ChildProcess): Promise<unknown> {
  const failed = once(child, 'exit').then(() => {
    throw new Error('the server ended');
  });
  failed.catch(() => undefined);
  const [answer] = (await Promise.race([once(child, 'message'), failed])) as [unknown];
  return answer;
}

/** The Go original, where its command is on the PATH and `/proc` tells what a process used. */
export async function originalServer(): Promise<ServerKind | undefined> {
  const original = await prepareOriginal();
  if (!original.available) {
    process.stderr.write(`not available: ${original.what}: ${original.why}\n`);
    return undefined;
  }
  const name = 'the Go original';
  return {
    name,
    start: async () => {
      const { pid, port, stop } = await original.start({});
      return { name, port, usage: () => usageOf(pid), stop: () => stop().then(() => undefined) };
    },
  };
}

async function usageOf(pid: number): Promise<Usage> {
  const [stat, statm] = await Promise.all(
    ['stat', 'statm'].map((file) => readFile(`/proc/${pid.toString()}/${file}`, 'utf8')),
  );
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TIME_AT]) + Number(fields[USER_TIME_AT + 1]);
  return { cpuMicros: ticks * TICK_MICROS, memoryBytes: Number((statm ?? '').split(' ')[1]) * PAGE_BYTES };
}
