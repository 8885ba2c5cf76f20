import { type Availability, ClientPeer, type Measurement } from '@rmq/e2e';

/** A client that is measured, each run in a fresh process. */
export interface Contender {
  readonly name: string;
  readonly prepared: Availability<object, ClientPeer>;
}

/** The figures of one run. */
export interface Run {
  readonly perSecond: number;
  /** User and system time of the client's process per message, without its warm-up. Microseconds. */
  readonly cpuMicros: number;
}

/** One client's runs at one job. */
export interface Row {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** What clients are measured at. */
export interface Race {
  /** For the lines that tell how it goes. */
  readonly job: string;
  /** Has the client in this process do the job once. */
  readonly measure: (peer: ClientPeer) => Promise<Measurement>;
}

/** A client that runs in Node. `script` is its built file. */
export function inNode(script: string, name: string): Contender {
  const program = { name, command: process.execPath, args: [script] };
  return { name, prepared: { available: true, start: () => ClientPeer.start('node', program) } };
}

/** Measures each contender `turns` times. Those that are not available are left out. */
export async function rounds(race: Race, contenders: readonly Contender[], turns: number): Promise<readonly Row[]> {
  const runs = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    // Another one begins each time, so that no client always comes after the same.
    const order = [...contenders.slice(turn % contenders.length), ...contenders.slice(0, turn % contenders.length)];
    for (const [name, run] of await round(race, order)) runs.get(name)?.push(run);
  }
  return [...runs].filter(([, each]) => each.length > 0).map(([name, each]) => ({ name, runs: each }));
}

/** Measures each contender once, in the order given, and says so. A run that loses messages is an error. */
async function round({ job, measure }: Race, contenders: readonly Contender[]): Promise<ReadonlyMap<string, Run>> {
  const runs = new Map<string, Run>();
  for (const { name, prepared } of contenders) {
    if (!prepared.available) continue;
    const peer = await prepared.start({});
    try {
      const run = figures(name, await measure(peer));
      runs.set(name, run);
      process.stderr.write(`${job} ${name}: ${run.perSecond.toFixed(0)}/s, ${run.cpuMicros.toFixed(1)} µs\n`);
    } finally {
      await peer.stop();
    }
  }
  return runs;
}

function figures(name: string, { messages, seconds, cpuSeconds, failed }: Measurement): Run {
  if (failed > 0) throw new Error(`${name}: ${failed.toString()} of ${messages.toString()} messages failed`);
  return { perSecond: messages / seconds, cpuMicros: (cpuSeconds * 1e6) / messages };
}

/** Those whose name has one of the words, or all; says which are not available. */
export function chosen(all: readonly Contender[], words: readonly string[] | undefined): readonly Contender[] {
  for (const { prepared } of all) {
    if (!prepared.available) process.stderr.write(`not available: ${prepared.what}: ${prepared.why}\n`);
  }
  return words === undefined ? all : all.filter(({ name }) => words.some((word) => name.includes(word)));
}
