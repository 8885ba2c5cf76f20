import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Mqadmin } from '../peers/mqadmin.ts';
import { readTable } from '../peers/mqadmin-table.ts';
import { ourClient } from '../peers/our-client.ts';
import type { Party } from '../peers/party.ts';
import { same, withClient } from './foreign-checks.ts';

/** RocketMQ's own tool, and what it looks at: a cluster `DefaultCluster` of one broker, `broker-a`, 5.x or later. */
export interface Inspection {
  /** `host:port` of the name server. */
  readonly nameServer: string;
  /** `host:port` of the broker. */
  readonly brokerAddress: string;
  readonly mqadmin: Mqadmin;
  /** A Java client. It shares a group with ours. */
  readonly member: Party;
  /** A name that no other scenario uses. */
  readonly unique: (name: string) => string;
}

/** One thing that administrators look at. Rejects when mqadmin shows something else than there is. */
export interface MqadminScenario {
  readonly name: string;
  readonly run: (inspection: Inspection) => Promise<void>;
}

const QUEUES = 4;
const MESSAGES = 10;
const PATIENCE_MS = 30_000;

/**
 * Looks until nothing is amiss: offsets are committed now and then, and a real broker that has just started cannot tell
 * its runtime figures. One question to mqadmin takes long enough to need no pause.
 * @throws whatever was wrong in the end
 */
async function eventually(look: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await look();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

const sum = (values: readonly string[]): number => values.reduce((total, value) => total + Number(value), 0);

/** A topic with some messages in each of its queues. */
async function filledTopic({ nameServer, unique }: Inspection): Promise<string> {
  const topic = unique('watched');
  await withClient(nameServer, async (client) => {
    await client.admin.createTopic({ topic, queues: QUEUES });
    const producer = await client.producer({ group: unique('producers') });
    for (let count = 0; count < MESSAGES; count += 1) await producer.send({ topic, body: 'x', tags: 'a' });
  });
  return topic;
}

/** What mqadmin shows of a cluster. */
export const mqadminScenarios: readonly MqadminScenario[] = [
  {
    name: 'lists the cluster, its topics, and where a topic is',
    async run(inspection) {
      const { nameServer, brokerAddress, mqadmin } = inspection;
      const topic = await filledTopic(inspection);
      const ask: Ask = (command, ...more) => mqadmin.run(command, '-n', nameServer, ...more);
      await eventually(async () => {
        const brokers = readTable(await ask('clusterList'), 'Cluster Name');
        const shown = brokers.map((row) => [row['Cluster Name'], row['Broker Name'], row['BID'], row['Addr']]);
        same(shown, [['DefaultCluster', 'broker-a', '0', brokerAddress]], 'clusterList');
        same(brokers[0]?.['Version'], 'V5_3_3', 'version of the broker');
      });
      const topics = (await ask('topicList')).split(/\s+/);
      same(
        ['TBW102', topic].filter((name) => !topics.includes(name)),
        [],
        'missing in topicList',
      );
      const route = decodeBody(
        'TopicRouteData',
        new TextEncoder().encode((await ask('topicRoute', '-t', topic)).trim()),
      );
      same(
        route.brokerDatas.map(({ brokerAddrs }) => brokerAddrs),
        [{ 0: brokerAddress }],
        'brokers of topicRoute',
      );
      const [queues] = route.queueDatas;
      same([queues?.brokerName, queues?.readQueueNums, queues?.writeQueueNums], ['broker-a', QUEUES, QUEUES], 'queues');
      const status = readTable(await ask('topicStatus', '-t', topic), 'Broker Name');
      same([status.length, sum(status.map((row) => row['Max Offset'] ?? ''))], [QUEUES, MESSAGES], 'topicStatus');
    },
  },
  {
    name: 'shows the members of a group, what they subscribe to, and how far they are',
    async run(inspection) {
      const { nameServer, mqadmin, member, unique } = inspection;
      const [topic, group] = [await filledTopic(inspection), unique('watched-group')];
      const members = await Promise.all(
        [member, ourClient].map((party) => party.consumer({ nameServer, group, topic, expression: 'a || b' })),
      );
      try {
        const ask: Ask = (command, ...more) => mqadmin.run(command, '-n', nameServer, ...more);
        await eventually(() => showsMembers(ask, { group, topic }));
        await eventually(() => showsProgress(ask, { group, topic }));
      } finally {
        await Promise.all(members.map((each) => each.stop()));
      }
    },
  },
];

interface Watched {
  readonly group: string;
  readonly topic: string;
}

type Ask = (command: string, ...more: readonly string[]) => Promise<string>;

async function showsMembers(ask: Ask, { group, topic }: Watched): Promise<void> {
  const text = await ask('consumerConnection', '-g', group);
  const members = readTable(text, 'ClientId');
  same(members.map((row) => row['Language']).sort(), ['JAVA', 'NODE_JS'], 'languages of members');
  same(
    members.every((row) => /^127\.0\.0\.1:\d+$/.test(row['ClientAddr'] ?? '')),
    true,
    'addresses of members',
  );
  const subscriptions = readTable(text, 'Topic').map((row) => row['Topic']);
  same(subscriptions.sort(), [`%RETRY%${group}`, topic].sort(), 'subscriptions');
  same(/ConsumeType: CONSUME_PASSIVELY\s+MessageModel: CLUSTERING/.test(text), true, 'kind of group');
}

async function showsProgress(ask: Ask, { group, topic }: Watched): Promise<void> {
  const rows = readTable(await ask('consumerProgress', '-g', group), 'Topic').filter((row) => row['Topic'] === topic);
  const total = (column: string): number => sum(rows.map((row) => row[column] ?? ''));
  same(rows.map((row) => row['QID']).sort(), ['0', '1', '2', '3'], 'queues');
  const offsets = ['Broker Offset', 'Consumer Offset', 'Diff'].map(total);
  same(offsets, [MESSAGES, MESSAGES, 0], 'offsets');
  const groups = readTable(await ask('consumerProgress'), 'Group').filter((row) => row['Group'] === group);
  const shown = groups.map((row) => [row['Count'], row['Type'], row['Model']]);
  same(shown, [['2', 'PUSH', 'CLUSTERING']], 'the group among all');
}
