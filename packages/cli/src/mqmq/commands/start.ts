import { startServer } from '@rmq/broker/mqmq';
import { listen } from '@rmq/transport-node';
import { type ExitCode, exitCodes } from '../../core/exit-codes.ts';
import { StoppedBySignal, untilStopped } from '../../core/stop.ts';
import type { Terminal } from '../../core/terminal.ts';
import { endpointOf } from '../address.ts';
import { logOf, serverLog } from '../log.ts';
import { listenProblem } from '../words.ts';

/** As many as there can be: the original has no bound either. */
const MAX_CONNECTIONS = 2 ** 31 - 1;
/** What Go calls the signals that stop a server. */
const names: Readonly<Partial<Record<string, string>>> = { SIGINT: 'interrupt', SIGTERM: 'terminated' };

/** `mqmq start`: a server until SIGINT or SIGTERM, with the log of the original. */
export async function start(address: string, terminal: Terminal): Promise<ExitCode> {
  const log = logOf(terminal);
  log('INFO', `starting server: ${address}`);
  try {
    const at = endpointOf(address);
    if (at === undefined) throw new RangeError(`address ${address}: expected host:port`);
    const server = await startServer({ listen, address: at, maxConnections: MAX_CONNECTIONS, onEvent: serverLog(log) });
    await untilStopped(terminal.stop);
    const reason: unknown = terminal.stop.reason;
    if (reason instanceof StoppedBySignal) log('INFO', `received signal: ${names[reason.signal] ?? reason.signal}`);
    await server.close();
  } catch (cause) {
    const problem = listenProblem(cause, address);
    log('ERROR', `net tcp listen (${address}) failed: ${problem}`);
    log('FATAL', `listen and serve failed: ${problem}`);
    return exitCodes.failed;
  }
  log('INFO', `server stopped: ${address}`);
  return exitCodes.ok;
}
