/** Sends to and consumes from one real broker with our client and others, in one run. */
import { connect } from '@rmq/client/rocketmq';
import { prepareRealCluster, type RealCluster } from '@rmq/e2e';
import { dial } from '@rmq/transport-node';
import { raceOptions } from '../peer/options.ts';
import { table } from '../peer/report.ts';
import { chosen, rounds } from '../peer/rounds.ts';
import { prepareContenders } from './contenders.ts';
import { type Job, measure, type Task } from './runs.ts';

const QUEUES = 4;
/** Runs of the raw socket in front of each job. */
const WARM_UP_ROUNDS = 3;

const options = raceOptions(
  'rocketmq',
  'Rates and CPU of RocketMQ clients beside each other, against one real broker.',
);

const server = await prepareRealCluster('5.3.3');
if (!server.available) throw new Error(`${server.what}: ${server.why}`);
const contenders = chosen(await prepareContenders(), options.only);
await using cluster = await server.start({ brokerHeapMb: 1_024, settings: { flushDiskType: 'ASYNC_FLUSH' } });
for (const job of options.jobs) {
  const task = taskOf(job, cluster);
  const race = { job, measure: (peer: Parameters<typeof measure>[1]) => measure(job, peer, task) };
  await prepareTopic(task, job);
  // A cold broker would hold up whoever comes first: its compiler takes some hundred thousand messages to settle.
  await rounds(race, contenders.slice(-1), WARM_UP_ROUNDS);
  const rows = await rounds(race, contenders, options.rounds);
  process.stdout.write(`\n${table(job === 'send' ? 'Sending' : 'Consuming', rows)}\n`);
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
