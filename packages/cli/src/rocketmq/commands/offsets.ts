import { compareQueues } from '@rmq/protocol/rocketmq/messages';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailed } from '../../core/errors.ts';
import { table } from '../../core/table.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';
import { type ClusterOptions, clusterOptions, withClient } from '../client-options.ts';
import { Incomplete } from '../incomplete.ts';

interface Options extends ClusterOptions {
  readonly set?: bigint;
}

/** `rmq rocketmq offsets GROUP TOPIC`. */
export function addOffsets(parent: Command, terminal: Terminal): void {
  clusterOptions(parent.command('offsets <group> <topic>'))
    .description('show how far a group has got in each queue of a topic')
    .option('--set <offset>', 'first make every queue go on from this offset; stop the group before', offset)
    .action((group: string, topic: string, options: Options) => runOffsets(group, topic, { options, terminal }));
}

function offset(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError('expected an offset, 0 or more.');
  return BigInt(text);
}

function runOffsets(
  group: string,
  topic: string,
  { options, terminal }: { readonly options: Options; readonly terminal: Terminal },
): Promise<void> {
  return withClient(options, async ({ admin }) => {
    const incomplete = new Incomplete();
    const stats = await incomplete.take(admin.topicStats(topic));
    if (stats === undefined) throw new CommandFailed(`topic ${topic} does not exist`);
    if (options.set !== undefined) {
      for (const { queue } of stats) await admin.setConsumerOffset(group, { queue, offset: options.set });
      note(terminal, `${stats.length.toString()} queues go on from ${options.set.toString()}`);
    }
    const rows = await Promise.all(
      stats
        .toSorted((a, b) => compareQueues(a.queue, b.queue))
        .map(async ({ queue, value: { minOffset, maxOffset } }) => {
          const committed = await admin.consumerOffset(group, queue);
          const behind = committed === undefined ? undefined : maxOffset - committed;
          return [queue.brokerName, queue.queueId, minOffset, maxOffset, committed, behind];
        }),
    );
    await printLine(terminal, table(['broker', 'queue', 'first', 'next', 'committed', 'behind'], rows));
    incomplete.check();
  });
}
