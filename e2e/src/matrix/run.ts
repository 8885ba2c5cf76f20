/**
 * Runs on Node, Bun and Deno: `run.js execute <url of a task>` runs its suites and prints one line of JSON for each case;
 * `run.js listen <url of a task>` is a neighbour for others, and prints one line that tells where.
 */
import process from 'node:process';
import { serveEcho } from './echo.ts';
import { execute } from './execute.ts';
import { loadPlatform } from './platform.ts';
import type { Task } from './task.ts';

const [, , role = '', url = ''] = process.argv;
const task = (await (await fetch(url)).json()) as Task;
const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

if (role === 'listen') {
  print(await serveEcho(await loadPlatform(task.platform), task));
} else {
  const strays: unknown[] = [];
  process.on('unhandledRejection', (reason) => strays.push(reason));
  await execute(task, { report: print, strays });
  // A case that hung must not keep the others waiting for ever.
  process.exit(0);
}
