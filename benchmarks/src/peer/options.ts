import { Command } from 'commander';
import { count } from './count.ts';

/** What all comparisons of clients can be told. */
export interface RaceOptions {
  readonly messages: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly bodyBytes: number;
  readonly inFlight: number;
  readonly only?: readonly string[];
  readonly jobs: readonly ('send' | 'consume')[];
}

/** Reads the command line. */
export function raceOptions(name: string, description: string, inFlight = 64): RaceOptions {
  const command = new Command(name)
    .description(description)
    .option('--messages <n>', 'measured in each run', count, 100_000)
    .option('--warm-up <n>', 'before them, not measured', count, 40_000)
    .option('--rounds <n>', 'runs of each client', count, 3)
    .option('--body-bytes <n>', 'size of a body', count, 1_024)
    .option('--in-flight <n>', 'messages, or handlers, at a time', count, inFlight)
    .option('--jobs <job...>', 'send, consume', ['send', 'consume'])
    .option('--only <word...>', 'only clients whose name has one of these words');
  command.parse();
  return command.opts<RaceOptions>();
}
