import { createInterface } from 'node:readline';
import type { OutgoingMessage, Producer } from '@rmq/client/rocketmq';
import { type Command, Option } from 'commander';
import { pair, several, wholeNumber } from '../../core/arguments.ts';
import { CommandFailed } from '../../core/errors.ts';
import { inFlight } from '../../core/in-flight.ts';
import { progress } from '../../core/progress.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';
import { type ClusterOptions, clusterOptions, connectCluster } from '../client-options.ts';
import { type Format, formats, type MessageDefaults, parseLine } from '../message-lines.ts';

interface Options extends ClusterOptions {
  readonly group: string;
  readonly format: Format;
  readonly concurrency: number;
  readonly ids?: true;
  readonly tag?: string;
  readonly key?: readonly string[];
  readonly property?: Readonly<Record<string, string>>;
  readonly delayLevel?: number;
}

/** `rmq rocketmq produce TOPIC`: each line of stdin becomes a message. */
export function addProduce(parent: Command, terminal: Terminal): void {
  clusterOptions(parent.command('produce <topic>'))
    .description('send each line of stdin as a message')
    .option('--group <name>', 'producer group', 'rmq-cli')
    .addOption(new Option('--format <format>', 'a line is the body, or a JSON object').choices(formats).default('text'))
    .option('--concurrency <n>', 'messages under way at a time', wholeNumber(1, 10_000), 64)
    .option('--tag <tag>', 'tag of every message')
    .option('--key <key>', 'key of every message; repeat it for more', several)
    .option('--property <name=value>', 'property of every message; repeat it for more', pair)
    .option('--delay-level <n>', 'deliver later: 1 is 1 s, 18 is 2 h', wholeNumber(1, 18))
    .option('--ids', 'print the id of each stored message to stdout')
    .action((topic: string, options: Options) => runProduce(topic, options, terminal));
}

async function runProduce(topic: string, options: Options, terminal: Terminal): Promise<void> {
  const client = await connectCluster(options);
  try {
    const producer = await client.producer({ group: options.group });
    const job = new ProduceJob(producer, { ...options, defaults: defaultsOf(topic, options) }, terminal);
    await job.run();
    await producer.close();
  } finally {
    await client.close();
  }
}

function defaultsOf(topic: string, { tag, key, property, delayLevel }: Options): MessageDefaults {
  return {
    topic,
    ...(tag === undefined ? {} : { tags: tag }),
    ...(key === undefined ? {} : { keys: key }),
    ...(property === undefined ? {} : { properties: property }),
    ...(delayLevel === undefined ? {} : { delayLevel }),
  };
}

type JobOptions = Pick<Options, 'concurrency' | 'format' | 'ids'> & { readonly defaults: MessageDefaults };

/** Sends lines until stdin ends or the user stops; a line that fails is reported with its number and the rest go on. */
class ProduceJob {
  readonly #producer: Producer;
  readonly #options: JobOptions;
  readonly #terminal: Terminal;
  #sent = 0;
  #failed = 0;

  constructor(producer: Producer, options: JobOptions, terminal: Terminal) {
    this.#producer = producer;
    this.#options = options;
    this.#terminal = terminal;
  }

  async run(): Promise<void> {
    const bar = progress(this.#terminal, 'sent');
    await inFlight(this.#options.concurrency, this.#lines(), async ({ line, number }) => {
      await this.#send(line, number);
      bar.update(this.#sent);
    });
    bar.stop();
    note(this.#terminal, `${this.#sent} sent, ${this.#failed} failed`);
    if (this.#failed > 0) throw new CommandFailed(`${this.#failed} lines were not sent; each is named above`);
  }

  async *#lines(): AsyncGenerator<{ readonly line: string; readonly number: number }> {
    const { stdin, stop } = this.#terminal;
    let number = 0;
    const lines = createInterface({ input: stdin, crlfDelay: Infinity });
    const close = (): void => lines.close();
    stop.addEventListener('abort', close, { once: true });
    try {
      for await (const line of lines) {
        number += 1;
        if (stop.aborted) return;
        yield { line, number };
      }
    } finally {
      stop.removeEventListener('abort', close);
      lines.close();
    }
  }

  async #send(line: string, number: number): Promise<void> {
    try {
      const message: OutgoingMessage = parseLine(line, this.#options.format, this.#options.defaults);
      const { messageId } = await this.#producer.send(message);
      this.#sent += 1;
      if (this.#options.ids) await printLine(this.#terminal, messageId);
    } catch (cause) {
      this.#failed += 1;
      note(this.#terminal, `line ${number}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
}
