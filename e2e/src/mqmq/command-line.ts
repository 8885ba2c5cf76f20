import { execFile } from 'node:child_process';
import { freePorts } from '../cluster/free-ports.ts';
import { inPackage } from '../paths.ts';
import { Child } from '../process/child.ts';
import { ports } from './original.ts';
import { RawConnection } from './raw-connection.ts';

/** A command named `mqmq`. */
export interface MqmqCommand {
  readonly command: string;
  /** In front of all others. */
  readonly args: readonly string[];
}

/** How a command ended. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const timeoutMs = 20_000;

/** Ours, as it is built. */
export const ourCommand: MqmqCommand = {
  command: process.execPath,
  args: [inPackage('../packages/cli/dist/mqmq/main.js')],
};

/** What it prints until it ends. Each has a usage text of its own: that it comes is all that is told of it. */
export function said({ command, args }: MqmqCommand, words: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(command, [...args, ...words], { timeout: timeoutMs }, (_, out, err) => {
      resolve({ code: child.exitCode, out: /\busage\b/i.test(out) ? 'usage' : out, err: withoutChance(err) });
    });
  });
}

/** What its server logs while clients misbehave, each as soon as the last one is dealt with. */
export async function logged({ command, args }: MqmqCommand): Promise<readonly string[]> {
  const port = await freePorts(1, ports);
  const address = `127.0.0.1:${port.toString()}`;
  const child = await Child.start({ name: 'mqmq', command, args: [...args, 'start', '-addr', address] });
  try {
    // The first one only leaves, as soon as there is somebody to leave.
    for (const hex of ['', '0000', '02000410', '0000000c00000003507574fffffff071']) {
      const connection = await opened(port);
      const failed = child.lineMatching(/failed to read frame/, timeoutMs);
      connection.send(Buffer.from(hex, 'hex'));
      if (hex.length < 8) connection.end();
      await failed;
      connection.destroy();
    }
  } finally {
    await child.stop(timeoutMs);
  }
  return child.output().split('\n').map(withoutChance);
}

/** It says that it starts before it listens. */
async function opened(port: number): Promise<RawConnection> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    try {
      return await RawConnection.open(port);
    } catch (cause) {
      if (Date.now() > deadline) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Times and ports differ from run to run. */
function withoutChance(text: string): string {
  return text.replaceAll(/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, 'TIME').replaceAll(/127\.0\.0\.1:\d+/g, 'ADDRESS');
}
