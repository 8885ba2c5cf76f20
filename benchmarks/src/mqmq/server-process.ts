import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { prepareOriginal } from '@rmq/e2e';
import { type Usage, usageOf } from '../peer/usage.ts';

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
