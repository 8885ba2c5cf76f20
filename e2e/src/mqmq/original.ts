import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { MqmqClient } from '@rmq/client/mqmq';
import { connect } from '@rmq/client/mqmq';
import { dial } from '@rmq/transport-node';
import { type Availability, notAvailable } from '../available.ts';
import { freePorts, type PortRange } from '../cluster/free-ports.ts';
import { Child, type Exit } from '../process/child.ts';
import { PeerError } from '../process/peer-error.ts';
import { type Finished, run } from '../process/run.ts';

const what = 'mqmq of Go';
/** Below the ports that systems give to outgoing connections: one of those could hold it even after its end. */
export const ports: PortRange = { from: 23_000, to: 23_999 };
const startTimeoutMs = 20_000;
const stopGraceMs = 5_000;

/** A server of the original. */
export interface OriginalServer extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the process has ended, with its exit code. */
  readonly exited: Promise<Exit>;
  /** Sends SIGTERM. */
  readonly stop: () => Promise<Exit>;
}

/** Where a server is to listen. */
interface StartOptions {
  /** @defaultValue a free one */
  readonly port?: number | undefined;
}

/** What the original's command can do. */
export interface OriginalCommand {
  /** Where it is. */
  readonly command: string;
  /** `mqmq info`, to its end. */
  readonly info: (address: string) => Promise<Finished>;
}

/** Looks for the original's command. Ours has the same name, but is a script. */
export async function prepareOriginal(): Promise<
  Availability<StartOptions, OriginalServer> & Partial<OriginalCommand>
> {
  const command = await originalCommand();
  if (command === undefined) {
    return notAvailable(what, 'no mqmq of Go on the PATH (go install github.com/disintegration/mqmq/cmd/mqmq@latest)');
  }
  return {
    available: true,
    command,
    start: ({ port }) => startOriginal(command, port),
    info: (address) => run({ name: 'mqmq info', command, args: ['info', '-addr', address] }, startTimeoutMs),
  };
}

async function originalCommand(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['mqmq', 'mqmq.exe']) {
      const path = join(folder, name);
      if ((await isExecutable(path)) && !(await isScript(path))) return path;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function isScript(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1') === '#!';
  } finally {
    await file.close();
  }
}

async function startOriginal(command: string, given: number | undefined): Promise<OriginalServer> {
  const port = given ?? (await freePorts(1, ports));
  const address = `127.0.0.1:${port.toString()}`;
  const child = await Child.start({ name: what, command, args: ['start', '-addr', address] });
  const stop = (): Promise<Exit> => child.stop(stopGraceMs);
  try {
    const client = await connected(address, child);
    await client.close();
  } catch (cause) {
    await stop();
    throw cause;
  }
  const { exited, pid } = child;
  const dispose = async (): Promise<void> => {
    await stop();
  };
  return { address, port, pid, exited, stop, [Symbol.asyncDispose]: dispose };
}

/** Its line `starting server` comes before it listens, so it is tried until it answers. */
async function connected(address: string, child: Child): Promise<MqmqClient> {
  for (const deadline = Date.now() + startTimeoutMs; ;) {
    try {
      return await connect({ address, dial });
    } catch (cause) {
      const output = child.output();
      if (!child.running) throw new PeerError('exited', `${what} ended while it started`, { output });
      if (Date.now() > deadline) throw new PeerError('not-ready', `${what} does not listen`, { cause, output });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
