import type { MqmqClient } from '@rmq/client/mqmq';
import type { Info } from '@rmq/protocol/mqmq/info';
import { type ExitCode, exitCodes } from '../../core/exit-codes.ts';
import { printLine, type Terminal } from '../../core/terminal.ts';
import { requestProblem } from '../words.ts';

/** `mqmq info`: what a server has. */
export async function info(client: MqmqClient, terminal: Terminal): Promise<ExitCode> {
  let told: Info;
  try {
    told = await client.info({ signal: terminal.stop });
  } catch (cause) {
    await printLine(terminal, `Failed get the server information: ${requestProblem(cause)}`); // sic: the original's words
    return exitCodes.failed;
  }
  for (const line of linesOf(told)) await printLine(terminal, line);
  return exitCodes.ok;
}

function linesOf({ NumConnections, NumQueues, NumMessages, Queues }: Info): readonly string[] {
  const counts = [
    `Number of connections: ${NumConnections}`,
    `Number of queues: ${NumQueues}`,
    `Number of messages: ${NumMessages}`,
  ];
  const queues = Object.entries(Queues).map(([name, queue]) => `        ${name}: ${queue.NumMessages}`);
  return queues.length === 0 ? counts : [...counts, 'Queues:', ...queues];
}
