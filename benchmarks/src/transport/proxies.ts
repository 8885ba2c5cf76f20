import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ports } from './task.ts';

/** What runs between a contender and the peer. */
export interface Between {
  /** Where the contender goes instead. */
  readonly ports: Ports;
  /** The URL of a proxy that is told the target. */
  readonly proxy?: string | undefined;
  readonly pids: readonly number[];
  readonly stop: () => Promise<void>;
}

/** The file that starts a program of this folder. */
export function inThisFolder(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Ours: one process, which clients tell the target. */
export async function ourProxy(ports: Ports): Promise<Between> {
  const child = spawn(process.execPath, [inThisFolder('proxy.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const proxy = await firstLine(child);
  return { ports, proxy, pids: pidsOf([child]), stop: () => stopped([child]) };
}

/** websockify, a process for each target. */
export function websockify(ports: Ports): Promise<Between> {
  const script = createRequire(import.meta.url).resolve('websockify/websockify.js');
  return oneForEach(ports, script);
}

/** The same on a newer WebSocket library. */
export function websockifyFork(ports: Ports): Promise<Between> {
  return oneForEach(ports, inThisFolder('websockify-fork.js'));
}

async function oneForEach(ports: Ports, script: string): Promise<Between> {
  const start = async (target: number): Promise<readonly [ChildProcess, number]> => {
    const port = await freePort();
    const names = [port, target].map((each) => `127.0.0.1:${each.toString()}`);
    // It logs each connection: into the void.
    const child = spawn(process.execPath, [script, ...names], { stdio: 'ignore' });
    await listens(port);
    return [child, port];
  };
  const [[one, echo], [two, sink], [three, source]] = [
    await start(ports.echo),
    await start(ports.sink),
    await start(ports.source),
  ];
  const children = [one, two, three];
  return { ports: { echo, sink, source }, pids: pidsOf(children), stop: () => stopped(children) };
}

/** The first line that a process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output is not piped');
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(() => {
    throw new Error('it ended before it said anything');
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  return line;
}

/** Ends processes, and waits until they are gone. */
export async function stopped(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    }),
  );
}

function pidsOf(children: readonly ChildProcess[]): readonly number[] {
  return children.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
}

/** One that nobody uses now, for programs that want to be told. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port, as it was told to
  server.close();
  await once(server, 'close');
  return port;
}

async function listens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect({ port, host: '127.0.0.1' });
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing listens on port ${port.toString()}`);
}
