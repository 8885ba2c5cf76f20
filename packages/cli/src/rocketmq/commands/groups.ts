import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { CommandFailed } from '../../core/errors.ts';
import { table } from '../../core/table.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';
import { type ClusterOptions, clusterOptions, withClient } from '../client-options.ts';

/** `rmq rocketmq groups GROUP` and `rmq rocketmq offsets GROUP TOPIC`. */
export function addGroups(parent: Command, terminal: Terminal): void {
  clusterOptions(parent.command('groups <group>'))
    .description('show the members of a consumer group and what they subscribe to')
    .action((group: string, options: ClusterOptions) =>
      withClient(options, async ({ admin }) => {
        const consumers = await admin.consumers(group);
        if (consumers === undefined) throw new CommandFailed(`nobody is in group ${group} now`);
        const members = consumers.connectionSet.map(({ clientId, clientAddr, language }) => [
          clientId,
          clientAddr,
          language,
        ]);
        await printLine(terminal, table(['client', 'address', 'language'], members));
        const topics = Object.values(consumers.subscriptionTable).map(({ topic, subString }) => [topic, subString]);
        await printLine(terminal, table(['topic', 'tags'], topics));
      }),
    );
  clusterOptions(parent.command('offsets <group> <topic>'))
    .description('show how far a group has got in each queue of a topic')
    .option('--set <offset>', 'first make every queue go on from this offset; stop the group before', offset)
    .action((group: string, topic: string, options: ClusterOptions & { readonly set?: bigint }) =>
      withClient(options, async ({ admin }) => {
        const stats = await admin.topicStats(topic);
        if (options.set !== undefined) {
          for (const { queue } of stats) await admin.setConsumerOffset(group, { queue, offset: options.set });
          note(terminal, `${stats.length.toString()} queues go on from ${options.set.toString()}`);
        }
        const rows = await Promise.all(
          stats.map(async ({ queue, value: { minOffset, maxOffset } }) => {
            const committed = await admin.consumerOffset(group, queue);
            const behind = committed === undefined ? undefined : maxOffset - committed;
            return [queue.brokerName, queue.queueId, minOffset, maxOffset, committed, behind];
          }),
        );
        await printLine(terminal, table(['broker', 'queue', 'first', 'next', 'committed', 'behind'], rows));
      }),
    );
}

function offset(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError('expected an offset, 0 or more.');
  return BigInt(text);
}
