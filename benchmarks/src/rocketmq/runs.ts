import type { ClientPeer, Measurement } from '@rmq/e2e';
import type { Contender } from './contenders.ts';

/** What every run has in common. */
export interface Task {
  readonly nameServer: string;
  readonly broker: string;
  readonly topic: string;
  readonly messages: number;
  readonly warmUp: number;
  readonly bodyBytes: number;
  readonly inFlight: number;
}

/** What clients are measured at. */
export type Job = 'send' | 'consume';

/** The figures of one run. */
export interface Run {
  readonly perSecond: number;
  /** User and system time of the client's process per message, without its warm-up. Microseconds. */
  readonly cpuMicros: number;
}

/** Measures each contender once, in the order given, and says so. A run that loses messages is an error. */
export async function round(job: Job, contenders: readonly Contender[], task: Task): Promise<ReadonlyMap<string, Run>> {
  const runs = new Map<string, Run>();
  for (const { name, prepared } of contenders) {
    if (!prepared.available) continue;
    const peer = await prepared.start({});
    try {
      const run = figures(name, await measure(job, peer, task));
      runs.set(name, run);
      process.stderr.write(`${job} ${name}: ${run.perSecond.toFixed(0)}/s, ${run.cpuMicros.toFixed(1)} µs\n`);
    } finally {
      await peer.stop();
    }
  }
  return runs;
}

let runCount = 0;

function measure(job: Job, peer: ClientPeer, task: Task): Promise<Measurement> {
  runCount += 1;
  // A group of its own: it starts at the beginning of the topic.
  const command = { ...task, group: `benchmark-${job}-${runCount.toString()}` };
  return job === 'send' ? peer.benchmarkSend(command) : peer.benchmarkConsume(command);
}

function figures(name: string, { messages, seconds, cpuSeconds, failed }: Measurement): Run {
  if (failed > 0) throw new Error(`${name}: ${failed.toString()} of ${messages.toString()} messages failed`);
  return { perSecond: messages / seconds, cpuMicros: (cpuSeconds * 1e6) / messages };
}
