import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandFailed } from './core/errors.ts';
import { type ExitCode, exitCodes } from './core/exit-codes.ts';
import { note, type Terminal } from './core/terminal.ts';
import { addMqmqBroker } from './mqmq/commands/broker.ts';
import { addProxy } from './proxy/command.ts';
import { addBroker } from './rocketmq/commands/broker.ts';
import { addConsume } from './rocketmq/commands/consume.ts';
import { addGroups } from './rocketmq/commands/groups.ts';
import { addOffsets } from './rocketmq/commands/offsets.ts';
import { addProduce } from './rocketmq/commands/produce.ts';
import { addTopics } from './rocketmq/commands/topics.ts';

/** Runs one command line. @param args - without program name. @returns the exit code; never rejects */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await program(terminal).parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    note(terminal, `rmq: ${cause instanceof CommandFailed || cause instanceof Error ? cause.message : String(cause)}`);
    return isUsage(cause) ? exitCodes.usage : exitCodes.failed;
  }
}

function isUsage(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'UsageError';
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function program(terminal: Terminal): Command {
  const rmq = new Command('rmq')
    .description('message brokers and clients on the command line')
    .version(ownVersion(), '--version', 'print the version')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done or stopped by the user, 1 something failed, 2 wrong command line.');
  const broker = rmq.command('broker').description('run a broker in memory');
  addBroker(broker, terminal);
  addMqmqBroker(broker, terminal);
  addProxy(rmq, terminal);
  const rocketmq = rmq.command('rocketmq').description('talk to a RocketMQ cluster');
  addProduce(rocketmq, terminal);
  addConsume(rocketmq, terminal);
  addTopics(rocketmq, terminal);
  addGroups(rocketmq, terminal);
  addOffsets(rocketmq, terminal);
  return rmq;
}
