import type { ClientPeer, Measurement } from '@rmq/e2e';

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

let runCount = 0;

/** Has a client do a job once. */
export function measure(job: Job, peer: ClientPeer, task: Task): Promise<Measurement> {
  runCount += 1;
  // A group of its own: it starts at the beginning of the topic.
  const command = { ...task, group: `benchmark-${job}-${runCount.toString()}` };
  return job === 'send' ? peer.benchmarkSend(command) : peer.benchmarkConsume(command);
}
