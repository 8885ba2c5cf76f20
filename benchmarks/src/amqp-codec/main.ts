/** What encoding and decoding AMQP costs beside three other clients' own codecs, in one run. */
import { measure } from 'mitata';
import { DELIVERED, message, ours, stream } from './ours.ts';
import { amqplib, cloudamqp, rabbitmqClient } from './theirs.ts';

/** Nanoseconds of one: the median. */
async function nanoseconds(run: () => unknown, count = 1): Promise<number> {
  return (await measure(run, { min_cpu_time: 1e9, inner_gc: false })).p50 / count;
}

const input = stream();
const [rmq, lib, client, cloud] = [ours(input), amqplib(input), rabbitmqClient(input), cloudamqp(input)];

for (const [index, { decode }] of [lib, client, cloud, rmq].entries()) {
  const bytes = await decode();
  if (bytes !== DELIVERED * message.body.byteLength) throw new Error(`decoder ${index} read ${bytes} bytes of bodies`);
}

await table('Encoding basic.publish, two properties and 1 KiB', [
  ['amqplib', () => nanoseconds(lib.encode)],
  ['rabbitmq-client', () => nanoseconds(client.encode)],
  ['@cloudamqp/amqp-client, its promise included', () => nanoseconds(cloud.encode)],
  ['RMQ, through a template', () => nanoseconds(rmq.template)],
  ['RMQ, properties of its own', () => nanoseconds(rmq.ownProperties)],
  ['RMQ, frame by frame', () => nanoseconds(rmq.frames)],
  ['RMQ, first publish: the template made for it', () => nanoseconds(rmq.first)],
]);
await table('Decoding one of 56 deliveries', [
  ['amqplib', () => nanoseconds(lib.decode, DELIVERED)],
  ['rabbitmq-client', () => nanoseconds(client.decode, DELIVERED)],
  ['@cloudamqp/amqp-client, messages put together', () => nanoseconds(cloud.decode, DELIVERED)],
  ['RMQ, messages put together', () => nanoseconds(rmq.decode, DELIVERED)],
]);

/** Prints a table in Markdown, each row beside the fastest of the others. */
async function table(title: string, rows: readonly (readonly [string, () => Promise<number>])[]): Promise<void> {
  process.stdout.write(`\n| ${title} | ns | fastest other ÷ this |\n| --- | ---: | ---: |\n`);
  let fastest = Infinity;
  for (const [name, figure] of rows) {
    const ns = await figure();
    if (!name.startsWith('RMQ')) fastest = Math.min(fastest, ns);
    process.stdout.write(`| ${name} | ${ns.toFixed(0)} | ${(fastest / ns).toFixed(1)} |\n`);
  }
}
