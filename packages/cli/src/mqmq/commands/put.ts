import { createInterface } from 'node:readline';
import type { MqmqClient } from '@rmq/client/mqmq';
import { type ExitCode, exitCodes } from '../../core/exit-codes.ts';
import { inFlight } from '../../core/in-flight.ts';
import { note, type Terminal } from '../../core/terminal.ts';
import { requestProblem } from '../words.ts';

/** So many puts are under way at a time; the server takes them in order. */
const MAX_IN_FLIGHT = 256;

/** `mqmq put`: messages from the command line, or each line of stdin. */
export async function put(client: MqmqClient, terminal: Terminal, words: readonly string[]): Promise<ExitCode> {
  const [queue = '', ...messages] = words;
  const lines = messages.length > 0 ? messages : createInterface({ input: terminal.stdin, crlfDelay: Infinity });
  try {
    await inFlight(MAX_IN_FLIGHT, lines, (line) => client.put(queue, line, { signal: terminal.stop }));
    return exitCodes.ok;
  } catch (cause) {
    note(terminal, `Failed to put a message: ${requestProblem(cause)}`);
    return exitCodes.failed;
  }
}
