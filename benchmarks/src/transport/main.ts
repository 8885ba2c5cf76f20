/** Each adapter beside its runtime's bare socket, and our WebSocket proxy beside websockify. */
import { spawn } from 'node:child_process';
import { prepareRuntime } from '@rmq/e2e';
import { Command } from 'commander';
import { count } from '../peer/count.ts';
import { type Between, firstLine, inThisFolder, ourProxy, stopped, websockify, websockifyFork } from './proxies.ts';
import { type Compared, table } from './report.ts';
import type { ContenderName, Findings, Idle, Load, Ports, RuntimeName, Sizes, Task } from './task.ts';

interface Options {
  readonly rounds: number;
  readonly mib: number;
  readonly roundTrips: number;
  readonly connections: number;
  readonly only?: readonly string[];
}

/** Someone to measure. */
interface Entrant {
  readonly name: string;
  readonly contender: ContenderName;
  readonly runtime: RuntimeName;
  readonly run: (task: string) => Promise<string>;
  readonly between?: (ports: Ports) => Promise<Between>;
}

const options = new Command('transport')
  .description(
    'Bytes and round trips per second of adapters beside bare sockets, what they cost, and idle connections.',
  )
  .option('--rounds <n>', 'runs of each', count, 9)
  .option('--mib <n>', 'sent, and received, in each run; a quarter of it through proxies. MiB', count, 1_024)
  .option('--round-trips <n>', 'in each run', count, 20_000)
  .option('--connections <n>', 'opened and left idle', count, 1_000)
  .option('--only <word...>', 'only comparisons whose name has one of these words')
  .parse()
  .opts<Options>();

const node = (task: string): Promise<string> => run(process.execPath, ['--expose-gc', inThisFolder('client.js'), task]);

/** The one that is compared comes first, then those it is compared with. */
const comparisons: readonly (readonly Entrant[])[] = [
  [
    { name: '@rmq/transport-node', contender: 'adapter', runtime: 'node', run: node },
    { name: 'net.Socket', contender: 'node-bare', runtime: 'node', run: node },
  ],
  await onRuntime('Bun', 'bun', 'Bun.connect'),
  await onRuntime('Deno', 'deno', 'Deno.connect'),
  [
    { name: '@rmq/transport-websocket-proxy', contender: 'websocket', runtime: 'node', run: node, between: ourProxy },
    { name: 'websockify 0.7.1', contender: 'websocket-bare', runtime: 'node', run: node, between: websockify },
    { name: 'node-websockify 1.0.7', contender: 'websocket-bare', runtime: 'node', run: node, between: websockifyFork },
  ],
];

const chosen = comparisons.filter(([first]) => options.only?.some((word) => first?.name.includes(word)) ?? true);
const peer = spawn(process.execPath, [inThisFolder('peer.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
const ports = JSON.parse(await firstLine(peer)) as Ports;
for (const entrants of chosen.filter(({ length }) => length > 0)) {
  process.stdout.write(`${table(await compared(entrants), sizesFor(entrants))}\n\n`);
}
await stopped([peer]);

/** Another one begins each round, so that none always comes after the same. */
async function compared(entrants: readonly Entrant[]): Promise<readonly Compared[]> {
  const all = new Map<Entrant, Findings[]>(entrants.map((entrant) => [entrant, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    const first = round % entrants.length;
    for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)]) {
      all.get(entrant)?.push(await measure(entrant, sizesFor(entrants)));
    }
  }
  return [...all].map(([{ name }, runs]) => ({ name, runs }));
}

async function measure(entrant: Entrant, sizes: Sizes): Promise<Findings> {
  const load = (await part('load', entrant, sizes)) as Load;
  const idle = (await part('idle', entrant, sizes)) as Idle;
  return { ...load, ...idle };
}

/** What `client.js`, which is part of this package, prints. */
async function part(name: Task['part'], entrant: Entrant, sizes: Sizes): Promise<unknown> {
  const { contender, runtime, run: start, between } = entrant;
  const way = (await between?.(ports)) ?? { ports, pids: [], stop: () => Promise.resolve() };
  const task: Task = { part: name, contender, runtime, ports: way.ports, proxy: way.proxy, pids: way.pids, sizes };
  try {
    return JSON.parse(await start(JSON.stringify(task)));
  } finally {
    await way.stop();
  }
}

function sizesFor(entrants: readonly Entrant[]): Sizes {
  const share = entrants.some(({ between }) => between !== undefined) ? 4 : 1;
  const { mib, roundTrips, connections } = options;
  return { bytes: (mib / share) * 2 ** 20, roundTrips: roundTrips / share, idleConnections: connections };
}

async function onRuntime(name: 'Bun' | 'Deno', runtime: RuntimeName, bare: string): Promise<readonly Entrant[]> {
  const prepared = await prepareRuntime(name);
  if (!prepared.available) {
    process.stderr.write(`not available: ${prepared.what}: ${prepared.why}\n`);
    return [];
  }
  const start = async (task: string): Promise<string> => {
    const { code, lines, output } = await prepared.start({ args: [inThisFolder('client.js'), task] });
    const line = lines.at(-1);
    if (code !== 0 || line === undefined) throw new Error(`${name} ended with code ${String(code)}: ${output}`);
    return line;
  };
  return [
    { name: `@rmq/transport-${runtime}`, contender: 'adapter', runtime, run: start },
    { name: bare, contender: `${runtime}-bare`, runtime, run: start },
    ...(runtime === 'deno'
      ? [{ name: `${bare}, bytes kept`, contender: 'deno-bare-kept', runtime, run: start } as const]
      : []),
  ];
}

async function run(command: string, args: readonly string[]): Promise<string> {
  return firstLine(spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
}
