import { once } from 'node:events';
import type { MqmqClient } from '@rmq/client/mqmq';
import { type ExitCode, exitCodes } from '../../core/exit-codes.ts';
import { note, type Terminal } from '../../core/terminal.ts';
import { requestProblem } from '../words.ts';

/** What `mqmq get` is told. */
export interface GetSettings {
  readonly queue: string;
  /** Milliseconds, for each message. */
  readonly timeoutMs: number;
  readonly count: number;
}

const NEW_LINE = 10;

/** `mqmq get`: prints messages as they are, each with a line break behind it. */
export async function get(
  client: MqmqClient,
  terminal: Terminal,
  { queue, timeoutMs, count }: GetSettings,
): Promise<ExitCode> {
  try {
    for (let number = 0; number < count; number += 1) {
      const { body } = await client.get(queue, { timeoutMs, signal: terminal.stop });
      await print(terminal, body);
    }
    return exitCodes.ok;
  } catch (cause) {
    note(terminal, `Failed to get a message: ${requestProblem(cause)}`);
    return exitCodes.failed;
  }
}

async function print({ stdout, stop }: Terminal, body: Uint8Array): Promise<void> {
  const line = new Uint8Array(body.byteLength + 1);
  line.set(body);
  line[body.byteLength] = NEW_LINE;
  if (!stdout.write(line)) await once(stdout, 'drain', { signal: stop });
}
