import type { Consumer } from '@rmq/client/rocketmq';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../core/arguments.ts';
import { progress } from '../../core/progress.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';
import { type ClusterOptions, clusterOptions, connectCluster } from '../client-options.ts';
import { type Format, formatMessage, formats } from '../message-lines.ts';

type Start = 'first' | 'last' | { readonly timestamp: number };

interface Options extends ClusterOptions {
  readonly group: string;
  readonly tags: string;
  readonly from: Start;
  readonly format: Format;
  readonly count?: number;
}

/** `rmq rocketmq consume TOPIC`: messages to stdout, acknowledged once they are written. */
export function addConsume(parent: Command, terminal: Terminal): void {
  clusterOptions(parent.command('consume <topic>'))
    .description('print messages to stdout; each is acknowledged when it has been written')
    .option('--group <name>', 'consumer group; its members share the queues', 'rmq-cli')
    .option('--tags <expression>', 'only these tags, e.g. "new || paid"', '*')
    .option('--from <start>', 'where a new group starts: first, last, or a date', start, 'last')
    .addOption(new Option('--format <format>', 'print the body, or a JSON object').choices(formats).default('text'))
    .option('--count <n>', 'stop after this many messages', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action((topic: string, options: Options) => runConsume(topic, options, terminal));
}

function start(text: string): Start {
  if (text === 'first' || text === 'last') return text;
  const timestamp = Date.parse(text);
  if (Number.isNaN(timestamp)) {
    throw new InvalidArgumentError('expected first, last, or a date such as 2026-01-31T12:00:00Z.');
  }
  return { timestamp };
}

async function runConsume(topic: string, options: Options, terminal: Terminal): Promise<void> {
  const client = await connectCluster(options);
  try {
    const consumer = await client.consumer({
      group: options.group,
      subscribe: { [topic]: options.tags },
      startFrom: options.from,
    });
    const count = await print(consumer, options, terminal);
    await consumer.close();
    note(terminal, `${count} consumed`);
  } finally {
    await client.close();
  }
}

/** Prints until enough, or until the user stops. What could not be written is not acknowledged and comes again. */
async function print(consumer: Consumer, { count, format }: Options, terminal: Terminal): Promise<number> {
  let printed = 0;
  const bar = progress(terminal, 'consumed', { total: count });
  const close = (): void => void consumer.close();
  terminal.stop.addEventListener('abort', close, { once: true });
  try {
    for await (const message of consumer) {
      await printLine(terminal, formatMessage(message, format));
      await message.ack();
      printed += 1;
      if (terminal.stdout.isTTY !== true) bar.update(printed);
      if (printed === count || terminal.stop.aborted) break;
    }
  } catch (cause) {
    if (!terminal.stop.aborted) throw cause;
  } finally {
    terminal.stop.removeEventListener('abort', close);
    bar.stop();
  }
  return printed;
}
