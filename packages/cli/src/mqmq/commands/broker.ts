import { startServer } from '@rmq/broker/mqmq';
import { DEFAULT_ADDRESS } from '@rmq/client/mqmq';
import { listen } from '@rmq/transport-node';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../core/arguments.ts';
import { untilStopped } from '../../core/stop.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';
import { addressOf, type Endpoint, endpointOf } from '../address.ts';

interface Options {
  readonly addr: Endpoint;
  readonly maxMemory?: number;
  readonly maxQueues?: number;
}

/** `rmq broker mqmq`: an mqmq server in memory, until SIGINT or SIGTERM. */
export function addMqmqBroker(parent: Command, terminal: Terminal): void {
  parent
    .command('mqmq')
    .description('run an mqmq server in memory; the command `mqmq start` is the same with the log of the original')
    .addOption(
      new Option('--addr <host:port>', 'address to listen on (port 0: any free one)')
        .argParser(endpoint)
        .default(endpoint(DEFAULT_ADDRESS), DEFAULT_ADDRESS),
    )
    .option('--max-memory <bytes>', 'refuse messages beyond it', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--max-queues <count>', 'refuse queues beyond it', wholeNumber(1, 2 ** 31 - 1))
    .action((options: Options) => runBroker(options, terminal));
}

function endpoint(text: string): Endpoint {
  const parsed = endpointOf(addressOf(text));
  if (parsed === undefined) throw new InvalidArgumentError('expected HOST:PORT.');
  return parsed;
}

async function runBroker({ addr, maxMemory, maxQueues }: Options, terminal: Terminal): Promise<void> {
  const server = await startServer({ listen, address: addr, maxMemoryBytes: maxMemory, maxQueues });
  const { host, port } = server.endpoint;
  await printLine(terminal, `mqmq  ${host.includes(':') ? `[${host}]` : host}:${port}`);
  await printLine(terminal, 'ready');
  await untilStopped(terminal.stop);
  note(terminal, 'stopping');
  await server.close();
}
