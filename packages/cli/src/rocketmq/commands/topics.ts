import type { Command } from 'commander';
import { wholeNumber } from '../../core/arguments.ts';
import { CommandFailed } from '../../core/errors.ts';
import { table } from '../../core/table.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';
import { type ClusterOptions, clusterOptions, withClient } from '../client-options.ts';

/** `rmq rocketmq topics list|create|delete` and `rmq rocketmq routes TOPIC`. */
export function addTopics(parent: Command, terminal: Terminal): void {
  const topics = parent.command('topics').description('list, create and delete topics');
  clusterOptions(topics.command('list', { isDefault: true }))
    .description('print the names of all topics, one a line')
    .action((options: ClusterOptions) =>
      withClient(options, async ({ admin }) => {
        for (const topic of [...(await admin.topics())].sort()) await printLine(terminal, topic);
      }),
    );
  clusterOptions(topics.command('create <topic>'))
    .description('create a topic on every broker')
    .option('--queues <n>', 'queues per broker', wholeNumber(1, 65_535), 8)
    .action((topic: string, options: ClusterOptions & { readonly queues: number }) =>
      withClient(options, async ({ admin }) => {
        await admin.createTopic({ topic, queues: options.queues });
        note(terminal, `topic ${topic} created, ${options.queues.toString()} queues per broker`);
      }),
    );
  clusterOptions(topics.command('delete <topic>'))
    .description('delete a topic and its messages from every broker')
    .action((topic: string, options: ClusterOptions) =>
      withClient(options, async ({ admin }) => {
        await admin.deleteTopic(topic);
        note(terminal, `topic ${topic} deleted`);
      }),
    );
  clusterOptions(parent.command('routes <topic>'))
    .description('show the brokers and queues of a topic')
    .action((topic: string, options: ClusterOptions) =>
      withClient(options, ({ admin }) => printRoute(admin.route(topic), topic, terminal)),
    );
}

type Route = Awaited<ReturnType<Parameters<Parameters<typeof withClient>[1]>[0]['admin']['route']>>;

async function printRoute(asked: Promise<Route>, topic: string, terminal: Terminal): Promise<void> {
  const route = await asked;
  if (route === undefined) throw new CommandFailed(`topic ${topic} does not exist`);
  const rows = route.queueDatas.map(({ brokerName, readQueueNums, writeQueueNums, perm }) => {
    const addresses = route.brokerDatas.find((broker) => broker.brokerName === brokerName)?.brokerAddrs ?? {};
    return [brokerName, Object.values(addresses).join(' '), readQueueNums, writeQueueNums, perm];
  });
  await printLine(terminal, table(['broker', 'addresses', 'read queues', 'write queues', 'permission'], rows));
}
