/** What encoding and decoding costs beside ali-ons' codec and Java's, in one run. */
import { measure } from 'mitata';
import { ali } from './ali-ons.ts';
import { sends } from './frames.ts';
import { java } from './java.ts';
import { ours } from './ours.ts';
import { PULLED, pullBody } from './pull.ts';

/** What is read: the same bytes for all. */
const inputs = {
  json: sends('json'),
  rocketmq: sends('rocketmq'),
  pull: pullBody(),
};
const [theirs, rmq, javas] = [ali(inputs), ours(inputs), await java(inputs)];

/** Nanoseconds of one: the median, since what collecting garbage costs now and then is in the throughput benchmarks. */
async function nanoseconds(run: () => unknown, count = 1): Promise<number> {
  return (await measure(run, { min_cpu_time: 1e9, inner_gc: false })).p50 / count;
}

const message = (run: () => unknown): Promise<number> => nanoseconds(run, PULLED);

await table('Encoding SEND_MESSAGE_V2, 12 fields and 1 KiB', [
  ['ali-ons, JSON', () => nanoseconds(theirs.encode)],
  ['RMQ, JSON, appended to a chunk', () => nanoseconds(rmq.append('json'))],
  ['RMQ, JSON, a frame of its own', () => nanoseconds(rmq.encode('json'))],
  ['Java, JSON', () => javas('encode json')],
  ['RMQ, binary, appended to a chunk', () => nanoseconds(rmq.append('rocketmq'))],
  ['RMQ, binary, a frame of its own', () => nanoseconds(rmq.encode('rocketmq'))],
  ['Java, binary', () => javas('encode rocketmq')],
]);
await table('Decoding it, all fields read', [
  ['ali-ons, JSON', () => nanoseconds(theirs.decode)],
  ['RMQ, JSON, as a connection reads it', () => nanoseconds(rmq.decodeNext())],
  ['RMQ, JSON, a frame by itself', () => nanoseconds(rmq.decode('json'))],
  ['Java, JSON', () => javas('decode json')],
  ['RMQ, binary', () => nanoseconds(rmq.decode('rocketmq'))],
  ['Java, binary', () => javas('decode rocketmq')],
]);
await table('Decoding one of 32 pulled messages', [
  ['ali-ons, everything', () => message(theirs.messages)],
  ['RMQ, everything', () => message(rmq.everything)],
  ['RMQ, offsets and bodies', () => message(rmq.offsetsAndBodies)],
  ['Java, everything', () => javas('pull')],
]);

/** Prints a table in Markdown; the first row is what the others are compared with. */
async function table(
  title: string,
  rows: readonly (readonly [string, () => number | Promise<number>])[],
): Promise<void> {
  process.stdout.write(`\n| ${title} | ns | ali-ons ÷ this |\n| --- | ---: | ---: |\n`);
  let reference: number | undefined;
  for (const [name, figure] of rows) {
    const ns = await figure();
    reference ??= ns;
    if (!Number.isNaN(ns)) process.stdout.write(`| ${name} | ${ns.toFixed(0)} | ${(reference / ns).toFixed(1)} |\n`);
  }
}
