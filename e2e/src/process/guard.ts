import { spawn } from 'node:child_process';

/**
 * Waits for one line on stdin. A line means the guarded process ended by itself; end of file means that whoever started it
 * is gone, even by `kill -9`, because the operating system closes the pipe in any case. It ignores Ctrl-C: the terminal
 * sends that to the whole group, and the guard must outlive the test run by a moment.
 */
const script = `trap '' INT TERM HUP; if read -r _; then exit 0; else kill -9 "$1" 2>/dev/null; fi`;

/**
 * Makes sure a child process does not outlive this one, whatever ends this one. Node offers no such tie, and a forgotten
 * broker keeps its ports and 300 MB.
 * @returns a function to call once the child has ended, so that a reused process id is never killed.
 */
export function guard(pid: number): () => void {
  const watcher = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  // Neither a missing shell nor a pipe closed early may fail a test: the guard is a safety net.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return () => {
    watcher.stdin.end('\n');
  };
}
