import { Child, type ChildOptions } from './child.ts';
import { within } from './deadline.ts';
import { PeerError } from './peer-error.ts';

/** A program that ran to its end. */
export interface Finished {
  readonly code: number | null;
  /** The last lines of stdout and stderr together. */
  readonly output: string;
}

/**
 * Runs a program to its end. A non-zero exit code is a result, not an error.
 * @throws PeerError `start-failed`, or `timed-out` after the process was killed.
 */
export async function run(options: ChildOptions, timeoutMs: number): Promise<Finished> {
  const child = await Child.start(options);
  child.endInput();
  try {
    const { code } = await within(
      child.exited,
      timeoutMs,
      () =>
        new PeerError('timed-out', `${child.name}: still running after ${timeoutMs} ms`, { output: child.output() }),
    );
    return { code, output: child.output() };
  } finally {
    await child.kill();
  }
}
