/** Puts and gets on our mqmq server, beside a bare echo server and, where it is there, the original; then with our client. */
import { Command } from 'commander';
import { count } from '../peer/count.ts';
import { clientLoad } from './client-load.ts';
import type { Job } from './frames.ts';
import { type Ask, type Figures, measure, memoryPerMessage } from './measure.ts';
import { type Load, rawLoad } from './raw-load.ts';
import { nodeServer, originalServer, type ServerKind } from './server-process.ts';

interface Options {
  readonly operations: number;
  readonly rounds: number;
  readonly messages: number;
}

const command = new Command('mqmq')
  .description('Puts and gets of 100-byte messages per second, and what each costs.')
  .option('--operations <n>', 'measured in each run, one at a time; four times as many pipelined', count, 40_000)
  .option('--rounds <n>', 'runs of each', count, 5)
  .option('--messages <n>', 'queued to see what memory they take', count, 1_000_000);
command.parse();
const { operations, rounds, messages } = command.opts<Options>();

const ours = nodeServer('@rmq/broker/mqmq', 'rmq');
const floor = nodeServer('bare echo server', 'echo');
const original = await originalServer();
const servers = [ours, floor, ...(original === undefined ? [] : [original])];

const loads: readonly Load[] = [1, 64].flatMap((pipelined) =>
  [1, 8, 64].flatMap((connections) =>
    (['put', 'get'] satisfies readonly Job[]).map((job) => ({
      job,
      connections,
      pipelined,
      operations: operations * (pipelined > 1 ? 4 : 1),
    })),
  ),
);

heading(['Server, by load', ...servers.map(({ name }) => `${name}/s`), 'ours ÷ floor'], 'server CPU µs');
for (const load of loads) {
  const all = await interleaved(servers, rawLoad, load);
  const runs = servers.map((kind) => all.get(kind) ?? []);
  const ratio = best(all.get(ours) ?? []) / best(all.get(floor) ?? []);
  const cpu = runs.map((each) => spread(each.map(({ serverMicros }) => serverMicros)));
  print([nameOf(load), ...runs.map((each) => thousands(best(each))), ratio.toFixed(2), cpu.join(' · ')]);
}

process.stdout.write('\n');
heading(['Client, by load', '@rmq/client/mqmq/s', 'raw socket/s'], 'client CPU µs');
for (const load of loads) {
  const runs: (readonly Figures[])[] = [];
  for (const ask of [clientLoad, rawLoad]) runs.push((await interleaved([ours], ask, load)).get(ours) ?? []);
  const cpu = runs.map((each) => spread(each.map(({ clientMicros }) => clientMicros)));
  print([nameOf(load), ...runs.map((each) => thousands(best(each))), cpu.join(' · ')]);
}

process.stdout.write('\n');
print(['Memory', 'bytes per queued message']);
print(['---', '---:']);
for (const kind of servers) {
  if (kind !== floor) print([kind.name, thousands(await memoryPerMessage(kind, messages))]);
}

/** Another one begins each round, so that none always comes after the same. */
async function interleaved(
  kinds: readonly ServerKind[],
  ask: Ask,
  load: Load,
): Promise<ReadonlyMap<ServerKind, readonly Figures[]>> {
  const all = new Map<ServerKind, Figures[]>(kinds.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < kinds.length; turn += 1) {
      const kind = kinds[(round + turn) % kinds.length];
      if (kind !== undefined) all.get(kind)?.push(await measure(kind, ask, load));
    }
  }
  return all;
}

function nameOf({ connections, job, pipelined }: Load): string {
  const how = pipelined === 1 ? 'one at a time' : `${pipelined.toString()} pipelined`;
  return `${job}, ${connections.toString()} connection${connections === 1 ? '' : 's'}, ${how}`;
}

function heading(columns: readonly string[], last: string): void {
  print([...columns, last]);
  print(['---', ...columns.slice(1).map(() => '---:'), '---:']);
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

/** Other work on the machine can only make a run slower; CPU is counted for the process alone, so that is a median. */
function best(runs: readonly Figures[]): number {
  return Math.max(...runs.map(({ perSecond }) => perSecond));
}

/** The median, and from least to most. */
function spread(values: readonly number[]): string {
  const median = values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return `${median.toFixed(1)} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
