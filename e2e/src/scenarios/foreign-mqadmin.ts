import { topicRouteData } from '@rmq/protocol/rocketmq';
import type { Mqadmin } from '../peers/mqadmin.ts';
import { readTable, type Row } from '../peers/mqadmin-table.ts';
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

/** Asks until the answer is as wanted; one question to mqadmin takes long enough to need no pause. */
async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`mqadmin still shows ${JSON.stringify(answer)}`);
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
      const ask = (command: string, ...more: readonly string[]): Promise<string> =>
        mqadmin.run(command, '-n', nameServer, ...more);
      const brokers = readTable(await ask('clusterList'), 'Cluster Name');
      const shown = brokers.map((row) => [row['Cluster Name'], row['Broker Name'], row['BID'], row['Addr']]);
      same(shown, [['DefaultCluster', 'broker-a', '0', brokerAddress]], 'clusterList');
      const topics = (await ask('topicList')).split(/\s+/);
      same(
        ['TBW102', topic].filter((name) => !topics.includes(name)),
        [],
        'missing in topicList',
      );
      const route = topicRouteData.decode(new TextEncoder().encode((await ask('topicRoute', '-t', topic)).trim()));
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
        await showsMembers(() => mqadmin.run('consumerConnection', '-n', nameServer, '-g', group), { group, topic });
        await showsProgress((...args) => mqadmin.run('consumerProgress', '-n', nameServer, ...args), { group, topic });
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

async function showsMembers(ask: () => Promise<string>, { group, topic }: Watched): Promise<void> {
  // Until somebody has joined there is no table, only a complaint.
  const membersIn = (text: string): readonly Row[] => (text.includes('#ClientId') ? readTable(text, 'ClientId') : []);
  const text = await eventually(ask, (answer) => membersIn(answer).length === 2);
  const members = membersIn(text);
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

async function showsProgress(ask: (...args: readonly string[]) => Promise<string>, watched: Watched): Promise<void> {
  const { group, topic } = watched;
  const queues = async (): Promise<readonly Row[]> =>
    readTable(await ask('-g', group), 'Topic').filter((row) => row['Topic'] === topic);
  const total = (rows: readonly Row[], column: string): number => sum(rows.map((row) => row[column] ?? ''));
  const rows = await eventually(queues, (all) => total(all, 'Consumer Offset') === MESSAGES);
  same(rows.map((row) => row['QID']).sort(), ['0', '1', '2', '3'], 'queues');
  same([total(rows, 'Broker Offset'), total(rows, 'Diff')], [MESSAGES, 0], 'offsets');
  const groups = readTable(await ask(), 'Group').filter((row) => row['Group'] === group);
  const shown = groups.map((row) => [row['Count'], row['Type'], row['Model']]);
  same(shown, [['2', 'PUSH', 'CLUSTERING']], 'the group among all');
}
