import { SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** Says how far a long job is. */
export interface Progress {
  update(done: number): void;
  /** Leaves the terminal clean; harmless when called twice. */
  stop(): void;
}

/** How much there is to do, and who reads about it. */
export interface ProgressOptions {
  /** How many there will be; left out, only the count shows. */
  readonly total?: number | undefined;
  /** Also print a line every two seconds where stderr is no terminal: for a job whose log somebody reads. */
  readonly lines?: boolean | undefined;
}

const silent: Progress = { update: () => undefined, stop: () => undefined };

/** A bar (or a count) on stderr while it is a terminal; silent in a pipeline. */
export function progress(terminal: Terminal, label: string, { total, lines = false }: ProgressOptions = {}): Progress {
  if (terminal.stderr.isTTY !== true && !lines) return silent;
  const bar = new SingleBar({
    stream: terminal.stderr,
    format: total === undefined ? `${label} {value}` : `${label} {bar} {value}/{total}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    gracefulExit: false,
    noTTYOutput: true,
    notTTYSchedule: 2_000,
  });
  bar.start(total ?? 0, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
