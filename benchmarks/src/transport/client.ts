/**
 * Measures one contender in a process of its own, on any runtime: `client.js TASK`, a {@link Task} as JSON. Prints a
 * {@link Load} or an {@link Idle} as one line of JSON.
 */
import process from 'node:process';
import { type Usage, usageOf } from '../peer/usage.ts';
import type { Contender, Cost, Idle, Load, Task } from './task.ts';

const task = JSON.parse(process.argv[2] ?? '') as Task; // from the runner, which is part of this package
const module = (await import(`./contenders/${task.contender}.js`)) as {
  readonly contender: (task: Task) => Contender | Promise<Contender>;
};
const contender = await module.contender(task);
const { ports, sizes } = task;

/** Of what is measured, so much is done before: compilation, and growth of windows. */
const WARM_UP_SHARE = 0.25;

/** What runs between has used so far. */
async function between(): Promise<Usage> {
  const all = await Promise.all(task.pids.map((pid) => usageOf(pid)));
  return {
    cpuMicros: all.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
    memoryBytes: all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

async function measured(job: (share: number) => Promise<void>): Promise<Cost> {
  await job(WARM_UP_SHARE);
  const before = await between();
  const cpu = process.cpuUsage();
  const since = performance.now();
  await job(1);
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const betweenCpuSeconds = ((await between()).cpuMicros - before.cpuMicros) / 1e6;
  return { seconds, cpuSeconds: (user + system) / 1e6, betweenCpuSeconds };
}

/** Without a collection the figure would be about garbage. */
function resident(): number {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc: (force: boolean) => void } };
  for (let turn = 0; turn < 2; turn += 1) {
    gc?.();
    Bun?.gc(true);
  }
  return process.memoryUsage().rss;
}

/** Some are opened before, as what is made once. */
async function idle(count: number): Promise<Idle> {
  await open(Math.ceil(count / 10));
  const [own, others] = [resident(), await between()];
  await open(count);
  return {
    idleBytes: (resident() - own) / count,
    betweenIdleBytes: ((await between()).memoryBytes - others.memoryBytes) / count,
  };
}

async function open(count: number): Promise<void> {
  for (let at = 0; at < count; at += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - at) }, () => contender.idle(ports.sink)));
  }
}

async function load(): Promise<Load> {
  return {
    send: await measured((share) => contender.send(ports.sink, sizes.bytes * share)),
    receive: await measured((share) => contender.receive(ports.source, sizes.bytes * share)),
    roundTrips: await measured((share) => contender.roundTrips(ports.echo, sizes.roundTrips * share)),
  };
}

const findings = await (task.part === 'idle' ? idle(sizes.idleConnections) : load());
process.stdout.write(`${JSON.stringify(findings)}\n`);
process.exit(0);
