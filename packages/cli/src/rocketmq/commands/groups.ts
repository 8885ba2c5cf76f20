import type { Admin } from '@rmq/client/rocketmq';
import type { Command } from 'commander';
import { wholeNumber } from '../../core/arguments.ts';
import { CommandFailed } from '../../core/errors.ts';
import { inFlight } from '../../core/in-flight.ts';
import { type Cell, table } from '../../core/table.ts';
import { note, printLine, type Terminal } from '../../core/terminal.ts';
import { type ClusterOptions, clusterOptions, withClient } from '../client-options.ts';
import { Incomplete } from '../incomplete.ts';

/** So many groups are asked for at a time. */
const GROUPS_AT_ONCE = 16;

type Progress = Awaited<ReturnType<Admin['progress']>>;

/** `rmq rocketmq groups [GROUP]` and `rmq rocketmq groups create|delete GROUP`. */
export function addGroups(parent: Command, terminal: Terminal): void {
  const groups = parent.command('groups').description('list, show, create and delete consumer groups');
  clusterOptions(groups.command('show [group]', { isDefault: true }))
    .description('list all groups; or show the settings, members and progress of one')
    .action((group: string | undefined, options: ClusterOptions) =>
      withClient(options, async ({ admin }) => {
        const incomplete = new Incomplete();
        if (group === undefined) await listGroups(admin, { terminal, incomplete });
        else await showGroup(admin, group, { terminal, incomplete });
        incomplete.check();
      }),
    );
  clusterOptions(groups.command('create <group>'))
    .description('create a consumer group on every broker, or change it')
    .option(
      '--retries <n>',
      'a message that fails more often goes to the dead letters',
      wholeNumber(0, 2 ** 31 - 1),
      16,
    )
    .action((group: string, options: ClusterOptions & { readonly retries: number }) =>
      withClient(options, async ({ admin }) => {
        await admin.createGroup({ groupName: group, retryMaxTimes: options.retries });
        note(terminal, `group ${group} created, ${options.retries.toString()} retries`);
      }),
    );
  clusterOptions(groups.command('delete <group>'))
    .description('delete a consumer group from every broker; stop its members before')
    .option('--offsets', 'forget how far it has got, too')
    .option('--topics', 'delete its retry and dead-letter topics and the messages in them, too')
    .action((group: string, options: ClusterOptions & { readonly offsets?: true; readonly topics?: true }) =>
      withClient(options, async ({ admin }) => {
        await admin.deleteGroup(group, { offsets: options.offsets, topics: options.topics });
        note(terminal, `group ${group} deleted`);
      }),
    );
}

interface Output {
  readonly terminal: Terminal;
  readonly incomplete: Incomplete;
}

async function listGroups(admin: Admin, { terminal, incomplete }: Output): Promise<void> {
  const names = (await incomplete.take(admin.groups())).map(({ groupName }) => groupName);
  const rows = new Map<string, readonly Cell[]>();
  await inFlight(GROUPS_AT_ONCE, names, async (name) => {
    const consumers = await incomplete.take(admin.consumers(name));
    const progress = await incomplete.take(admin.progress(name));
    rows.set(name, [name, consumers?.connectionSet.length ?? 0, topicsOf(progress).size, behind(progress)]);
  });
  const sorted = names.flatMap((name) => [rows.get(name) ?? []]);
  await printLine(terminal, table(['group', 'members', 'topics', 'behind'], sorted));
}

async function showGroup(admin: Admin, group: string, { terminal, incomplete }: Output): Promise<void> {
  const [all, consumers, progress] = await Promise.all([
    incomplete.take(admin.groups()),
    incomplete.take(admin.consumers(group)),
    incomplete.take(admin.progress(group)),
  ]);
  const config = all.find(({ groupName }) => groupName === group);
  if (config === undefined && consumers === undefined) throw new CommandFailed(`group ${group} does not exist`);
  if (config !== undefined) {
    const { consumeEnable, consumeBroadcastEnable, retryMaxTimes, retryQueueNums } = config;
    const row = [yes(consumeEnable), yes(consumeBroadcastEnable), retryMaxTimes, retryQueueNums];
    await printLine(terminal, table(['may consume', 'may broadcast', 'retries', 'retry queues'], [row]));
  }
  if (consumers === undefined) note(terminal, `nobody is in group ${group} now`);
  else {
    const { connectionSet, subscriptionTable } = consumers;
    const members = connectionSet.map(({ clientId, clientAddr, language }) => [clientId, clientAddr, language]);
    await printLine(terminal, table(['client', 'address', 'language'], members));
    const subscriptions = Object.values(subscriptionTable).map(({ topic, subString }) => [topic, subString]);
    await printLine(terminal, table(['topic', 'tags'], subscriptions));
  }
  const topics = [...topicsOf(progress)].map(([topic, queues]) => [topic, queues.length, behind(queues)]);
  if (topics.length > 0) await printLine(terminal, table(['topic', 'queues', 'behind'], topics));
}

const yes = (value: boolean): string => (value ? 'yes' : 'no');

function topicsOf(progress: Progress): ReadonlyMap<string, Progress> {
  const topics = new Map<string, Progress[number][]>();
  for (const entry of progress) {
    const queues = topics.get(entry.queue.topic);
    if (queues === undefined) topics.set(entry.queue.topic, [entry]);
    else queues.push(entry);
  }
  return topics;
}

/** How many messages wait to be read; undefined for a group that has read nothing yet. */
function behind(progress: Progress): bigint | undefined {
  if (progress.length === 0) return undefined;
  return progress.reduce((sum, { value: { brokerOffset, consumerOffset } }) => sum + brokerOffset - consumerOffset, 0n);
}
