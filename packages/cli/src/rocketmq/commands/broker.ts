import { listen } from '@rmq/transport-node';
import type { Command } from 'commander';
import { port } from '../../core/arguments.ts';
import { untilStopped } from '../../core/stop.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly brokerPort: number;
}

/** `rmq broker rocketmq`: a RocketMQ name server and broker in memory, until SIGINT or SIGTERM. */
export function addBroker(parent: Command, terminal: Terminal): void {
  parent
    .command('rocketmq')
    .description('run a RocketMQ name server and broker in memory, for development and tests')
    .option('--host <host>', 'address to listen on and to hand out to clients', '127.0.0.1')
    .option('--port <port>', 'port of the name server (0: any free one)', port, 9_876)
    .option('--broker-port <port>', 'port of the broker (0: any free one)', port, 10_911)
    .action((options: Options) => runBroker(options, terminal));
}

async function runBroker({ host, port: nameServerPort, brokerPort }: Options, terminal: Terminal): Promise<void> {
  const { startBroker } = await import('@rmq/broker/rocketmq'); // half of what `rmq` would load otherwise
  const broker = await startBroker({
    listen,
    nameServer: { host, port: nameServerPort },
    broker: { host, port: brokerPort },
  });
  await printLine(terminal, `name server  ${host}:${broker.nameServer.port}`);
  await printLine(terminal, `broker       ${host}:${broker.endpoint.port}`);
  await printLine(terminal, 'ready');
  await untilStopped(terminal.stop);
  note(terminal, 'stopping');
  await broker.close();
}
