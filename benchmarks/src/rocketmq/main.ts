/** Sends to and consumes from one real broker with our client and others, in one run. */
import { connect } from '@rmq/client/rocketmq';
import { prepareRealCluster, type RealCluster } from '@rmq/e2e';
import { dial } from '@rmq/transport-node';
import { Command, InvalidArgumentError } from 'commander';
import { type Contender, prepareContenders } from './contenders.ts';
import { table } from './report.ts';
import { type Job, round, type Run, type Task } from './runs.ts';

interface Options {
  readonly messages: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly bodyBytes: number;
  readonly inFlight: number;
  readonly only?: readonly string[];
  readonly jobs: readonly Job[];
}

const QUEUES = 4;
/** Runs of the raw socket in front of each job. */
const WARM_UP_ROUNDS = 3;

const command = new Command('rocketmq')
  .description('Rates and CPU of RocketMQ clients beside each other, against one real broker.')
  .option('--messages <n>', 'measured in each run', count, 100_000)
  .option('--warm-up <n>', 'before them, not measured', count, 40_000)
  .option('--rounds <n>', 'runs of each client', count, 3)
  .option('--body-bytes <n>', 'size of a body', count, 1_024)
  .option('--in-flight <n>', 'sends, or handlers, at a time', count, 64)
  .option('--jobs <job...>', 'send, consume', ['send', 'consume'])
  .option('--only <word...>', 'only clients whose name has one of these words');
command.parse();
const options = command.opts<Options>();

const server = await prepareRealCluster('5.3.3');
if (!server.available) throw new Error(`${server.what}: ${server.why}`);
const contenders = chosen(await prepareContenders());
await using cluster = await server.start({ brokerHeapMb: 1_024, settings: { flushDiskType: 'ASYNC_FLUSH' } });
for (const job of options.jobs) {
  const task = taskOf(job, cluster);
  await prepareTopic(task, job);
  // A cold broker would hold up whoever comes first: its compiler takes some hundred thousand messages to settle.
  for (let turn = 0; turn < WARM_UP_ROUNDS; turn += 1) await round(job, contenders.slice(-1), task);
  const runs = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  for (let turn = 0; turn < options.rounds; turn += 1) {
    // Another one begins each time, so that no client always comes after the same.
    const order = [...contenders.slice(turn % contenders.length), ...contenders.slice(0, turn % contenders.length)];
    for (const [name, run] of await round(job, order, task)) runs.get(name)?.push(run);
  }
  const rows = [...runs].filter(([, each]) => each.length > 0).map(([name, each]) => ({ name, runs: each }));
  process.stdout.write(`\n${table(job, rows)}\n`);
}

function taskOf(job: Job, { nameServer, brokerAddress }: RealCluster): Task {
  const { messages, warmUp, bodyBytes, inFlight } = options;
  return { nameServer, broker: brokerAddress, topic: `benchmark-${job}`, messages, warmUp, bodyBytes, inFlight };
}

/** Who is to consume finds more messages than are counted, so that nobody waits for the last ones. */
async function prepareTopic({ nameServer, topic, bodyBytes }: Task, job: Job): Promise<void> {
  await using client = await connect({ nameServers: [nameServer], dial });
  await client.admin.createTopic({ topic, queues: QUEUES });
  if (job === 'send') return;
  await using producer = await client.producer({ group: 'benchmark-filler' });
  const body = new Uint8Array(bodyBytes).fill(0x78);
  let left = Math.ceil((options.messages + options.warmUp) * 1.2);
  const sendOn = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1;
      await producer.send({ topic, body });
    }
  };
  await Promise.all(Array.from({ length: options.inFlight }, sendOn));
}

function chosen(all: readonly Contender[]): readonly Contender[] {
  for (const { prepared } of all) {
    if (!prepared.available) process.stderr.write(`not available: ${prepared.what}: ${prepared.why}\n`);
  }
  const words = options.only;
  return words === undefined ? all : all.filter(({ name }) => words.some((word) => name.includes(word)));
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a whole number above zero is expected');
}
