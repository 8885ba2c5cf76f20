import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { StoppedBySignal } from './stop.ts';

/** What a command may touch of the process: tests pass streams of their own. */
export interface Terminal {
  readonly stdin: Readable;
  /** Results only: what a script would parse. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** Everything meant for a person: progress, warnings, errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborts when the user asks to stop (SIGINT, SIGTERM) or nobody reads stdout any more. */
  readonly stop: AbortSignal;
}

/** Writes a line of output and waits when the reader is slower than we are. */
export async function printLine(terminal: Terminal, line: string): Promise<void> {
  if (terminal.stdout.write(`${line}\n`)) return;
  // A reader that goes away (`| head`) aborts `stop`; the wait must not outlive it.
  await once(terminal.stdout, 'drain', { signal: terminal.stop });
}

/** Writes a line for the person at the terminal. */
export function note(terminal: Terminal, line: string): void {
  terminal.stderr.write(`${line}\n`);
}

/**
 * The terminal of this process. The first SIGINT or SIGTERM asks commands to finish what they hold; a second one ends
 * the process at once, as the user then clearly wants.
 */
export function processTerminal(): Terminal {
  const stop = new AbortController();
  const ask = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
    stop.abort(new StoppedBySignal(name));
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  // EPIPE: whoever read our output has left. Not an error of ours, but a reason to stop.
  process.stdout.on('error', (cause: Error) => stop.abort(cause));
  return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, stop: stop.signal };
}
