import { PassThrough } from 'node:stream';
import { run } from '../src/program.ts';

/** Runs one command line as a terminal would, without a process. */
export async function rmq(
  args: readonly string[],
  stdin = '',
  stop: AbortController = new AbortController(),
  stdout = new PassThrough(),
) {
  const input = new PassThrough();
  input.end(stdin);
  const stderr = new PassThrough();
  const code = await run(args, { stdin: input, stdout, stderr, stop: stop.signal });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}
