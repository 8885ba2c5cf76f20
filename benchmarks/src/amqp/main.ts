/** Publishes to and consumes from one real RabbitMQ with our client and others, in one run. */
import { type ClientPeer, type Measurement, prepareRabbitmq } from '@rmq/e2e';
import { raceOptions } from '../peer/options.ts';
import { table } from '../peer/report.ts';
import { chosen, rounds } from '../peer/rounds.ts';
import type { AmqpCommand } from './command.ts';
import { contenders as all, raw } from './contenders.ts';

/** Runs of the raw socket in front of each job: the server's compiler settles, its memory grows. */
const WARM_UP_ROUNDS = 2;
/** The server answers many at a time when many wait, as under load. */
const IN_FLIGHT = 256;
/** No more than this stays in the queue that is published to. */
const BOUND = 10_000;

const options = raceOptions(
  'amqp',
  'Rates and CPU of AMQP clients beside each other, against one real RabbitMQ.',
  IN_FLIGHT,
);
const server = await prepareRabbitmq();
if (!server.available) throw new Error(`${server.what}: ${server.why}`);
const contenders = chosen(all, options.only);

await using node = await server.start({});
await node.control('set_policy', 'bounded', '^benchmark-send$', `{"max-length":${BOUND.toString()}}`);
await fill('benchmark-send', 1);
await fill('benchmark-consume', 1);
for (const job of options.jobs) {
  const race = { job, measure: job === 'send' ? publish : consume };
  await rounds(race, [raw], WARM_UP_ROUNDS);
  const rows = await rounds(race, contenders, options.rounds);
  process.stdout.write(`\n${table(job === 'send' ? 'Publishing' : 'Consuming', rows)}\n`);
}

async function publish(peer: ClientPeer): Promise<Measurement> {
  return (await peer.call('benchmark.send', { ...commandOf('benchmark-send') })) as Measurement;
}

/** Consumes from a queue with more messages than are counted, so that nobody waits for the last ones. */
async function consume(peer: ClientPeer): Promise<Measurement> {
  await node.control('purge_queue', 'benchmark-consume');
  await fill('benchmark-consume', Math.ceil((options.messages + options.warmUp) * 1.1));
  return (await peer.call('benchmark.consume', { ...commandOf('benchmark-consume') })) as Measurement;
}

/** Declares a queue and puts so many messages there: by the raw socket, as who is measured shall not have met them. */
async function fill(queue: string, messages: number): Promise<void> {
  if (!raw.prepared.available) return;
  await using peer = await raw.prepared.start({});
  await peer.call('benchmark.send', { ...commandOf(queue), messages, warmUp: 0 });
}

function commandOf(queue: string): AmqpCommand {
  const { messages, warmUp, bodyBytes, inFlight } = options;
  return { host: node.host, port: node.port, queue, messages, warmUp, bodyBytes, inFlight };
}
