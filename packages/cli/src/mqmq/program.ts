import { connect, DEFAULT_ADDRESS, type MqmqClient } from '@rmq/client/mqmq';
import { dial } from '@rmq/transport-node';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { note, printLine, type Terminal } from '../core/terminal.ts';
import { addressOf } from './address.ts';
import { get } from './commands/get.ts';
import { info } from './commands/info.ts';
import { put } from './commands/put.ts';
import { start } from './commands/start.ts';
import { millisecondsOf } from './duration.ts';
import { type Flags, readFlags } from './flags.ts';
import { connectProblem } from './words.ts';

const usage = `Usage: mqmq <command> [-addr host:port] [arguments]

Commands:
  start                    run a server until SIGINT or SIGTERM
  info                     print how many connections, queues and messages a server has
  put <queue> [message…]   put messages into a queue; without any, each line of stdin
  get <queue>              take messages out of a queue and print them

Arguments, behind the command and in front of all else:
  -addr host:port   address of the server (default "${DEFAULT_ADDRESS}")
  -timeout time     of get: wait this long for each message, e.g. 500ms, 1.5s, 2m; up to 1h (default 1ms)
  -count number     of get: take so many messages (default 1)
`;

/** A flag by its name, and what else a command is given. */
interface Call {
  readonly address: string;
  readonly values: Flags['values'];
  readonly rest: readonly string[];
  readonly terminal: Terminal;
}

interface Verb {
  readonly flags: readonly string[];
  /** @returns undefined when the command line makes no sense */
  readonly run: (call: Call) => Promise<ExitCode | undefined>;
}

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['start', { flags: ['addr'], run: ({ address, terminal }) => start(address, terminal) }],
  ['info', { flags: ['addr'], run: (call) => connected(call, (client) => info(client, call.terminal)) }],
  ['put', { flags: ['addr'], run: runPut }],
  ['get', { flags: ['addr', 'timeout', 'count'], run: runGet }],
]);

/**
 * Runs one command line of `mqmq`: verbs, flags, output and exit codes of the original's tool, and `put` and `get`.
 * @param args - without program name. @returns the exit code: 1 for a wrong command line too, as there
 */
export async function runMqmq(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const verb = verbs.get(args[0] ?? '');
  if (verb === undefined) return showUsage(terminal);
  const { values, rest, problem, isUsage } = readFlags(args.slice(1), verb.flags);
  if (isUsage) return showUsage(terminal, problem);
  const code = await verb.run({ address: addressOf(values['addr']), values, rest, terminal });
  return code ?? showUsage(terminal);
}

async function runPut(call: Call): Promise<ExitCode | undefined> {
  if (call.rest.length === 0) return undefined;
  return connected(call, (client) => put(client, call.terminal, call.rest), { onStderr: true });
}

async function runGet(call: Call): Promise<ExitCode | undefined> {
  const { values, rest, terminal } = call;
  const [queue] = rest;
  const timeoutMs = millisecondsOf(values['timeout'] ?? '1ms');
  const count = Number(values['count'] ?? 1);
  if (queue === undefined || rest.length > 1) return undefined;
  if (timeoutMs === undefined)
    return showUsage(terminal, `invalid value "${values['timeout'] ?? ''}" for flag -timeout`);
  if (!Number.isSafeInteger(count) || count < 1) {
    return showUsage(terminal, `invalid value "${values['count'] ?? ''}" for flag -count`);
  }
  return connected(call, (client) => get(client, terminal, { queue, timeoutMs, count }), { onStderr: true });
}

/** Does something with a client. That of `info` is complained about on stdout, like all the original's tool says. */
async function connected(
  { address, terminal }: Call,
  use: (client: MqmqClient) => Promise<ExitCode>,
  { onStderr = false } = {},
): Promise<ExitCode> {
  let client: MqmqClient;
  try {
    client = await connect({ address, dial, signal: terminal.stop });
  } catch (cause) {
    const line = `Failed to connect to the server: ${connectProblem(cause, address)}`;
    if (onStderr) note(terminal, line);
    else await printLine(terminal, line);
    return exitCodes.failed;
  }
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

function showUsage(terminal: Terminal, problem?: string): ExitCode {
  if (problem !== undefined) note(terminal, problem);
  terminal.stdout.write(usage);
  return exitCodes.failed;
}
