import { createInterface } from 'node:readline';
import type { Measured } from './measurement.ts';

/** The fields of both benchmark commands on RocketMQ (`e2e/peers/PROTOCOL.md`). */
export interface BenchmarkCommand {
  readonly nameServer: string;
  /** `host:port` of the only broker, for those that ask no name server. */
  readonly broker: string;
  readonly topic: string;
  readonly group: string;
  readonly messages: number;
  readonly warmUp: number;
  readonly bodyBytes: number;
  readonly inFlight: number;
}

/** What a client can be measured at. */
export interface BenchmarkPeer<C> {
  /** Its name and version. */
  readonly client: string;
  readonly send: (command: C) => Promise<Measured>;
  readonly consume: (command: C) => Promise<Measured>;
}

interface Line {
  readonly id: number;
  readonly do: string;
}

/** Answers commands on stdin until it ends, as the peers in other languages do. */
export function serve<C = BenchmarkCommand>(peer: BenchmarkPeer<C>): void {
  const verbs: Readonly<Record<string, (line: C & Line) => Promise<unknown>>> = {
    hello: () => Promise.resolve({ client: peer.client }),
    'benchmark.send': peer.send,
    'benchmark.consume': peer.consume,
  };
  const answer = async (text: string): Promise<void> => {
    const line = JSON.parse(text) as C & Line; // from the runner, which is part of this package
    try {
      const verb = verbs[line.do];
      if (verb === undefined) throw new Error(`no command ${line.do}`);
      process.stdout.write(`${JSON.stringify({ id: line.id, result: await verb(line) })}\n`);
    } catch (cause) {
      const error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      process.stdout.write(`${JSON.stringify({ id: line.id, error })}\n`);
    }
  };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (text) => void answer(text));
  lines.on('close', () => process.exit(0));
}
