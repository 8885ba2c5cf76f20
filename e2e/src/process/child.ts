import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { within } from './deadline.ts';
import { guard } from './guard.ts';
import { OutputTail } from './output-tail.ts';
import { PeerError } from './peer-error.ts';

/** What to start. */
export interface ChildOptions {
  /** For messages: `broker 5.3.3`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Receives every line of stdout; those it returns `true` for are kept out of the diagnostics. */
  readonly onLine?: ((line: string) => boolean) | undefined;
}

/** How a process ended: `code` or `signal`, as Node reports them. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running foreign program whose output is kept for diagnostics and which never outlives this process. */
export class Child {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended and its output is read to the end. Never rejects. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #tail = new OutputTail();
  readonly #watchers = new Set<(line: string) => void>();
  #exit: Exit | undefined;

  private constructor(options: ChildOptions, process: ChildProcessByStdio<Writable, Readable, Readable>, pid: number) {
    this.name = options.name;
    this.pid = pid;
    this.#process = process;
    const release = guard(pid);
    // A peer that ends while a command is being written must not take the test process down with EPIPE.
    process.stdin.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      process.once('close', (code, signal) => {
        release();
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
    createInterface({ input: process.stdout }).on('line', (line) => {
      this.#line(line, options.onLine);
    });
    createInterface({ input: process.stderr }).on('line', (line) => {
      this.#line(line, undefined);
    });
  }

  /**
   * Starts a program.
   * @throws PeerError `start-failed` when it cannot be executed.
   */
  static async start(options: ChildOptions): Promise<Child> {
    const process_ = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    try {
      await once(process_, 'spawn');
    } catch (cause) {
      throw new PeerError('start-failed', `${options.name}: cannot execute ${options.command}`, { cause });
    }
    if (process_.pid === undefined) throw new PeerError('start-failed', `${options.name}: has no process id`);
    return new Child(options, process_, process_.pid);
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** The last lines of stdout and stderr. */
  output(): string {
    return this.#tail.text();
  }

  /** Writes one line to stdin. Lines written to a process that has ended are lost: its `exited` tells. */
  writeLine(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Closes stdin, which asks a peer to end. */
  endInput(): void {
    this.#process.stdin.end();
  }

  /**
   * Settles with the first line that matches.
   * @throws PeerError `exited` or `not-ready`, each with the last output.
   */
  async lineMatching(pattern: RegExp, timeoutMs: number): Promise<string> {
    let watch: ((line: string) => void) | undefined;
    const seen = new Promise<string>((resolve) => {
      watch = (line) => {
        if (pattern.test(line)) resolve(line);
      };
      this.#watchers.add(watch);
    });
    try {
      return await within(
        Promise.race([seen, this.#unexpectedExit()]),
        timeoutMs,
        () =>
          new PeerError('not-ready', `${this.name}: no line ${String(pattern)} in ${timeoutMs} ms`, {
            output: this.output(),
          }),
      );
    } finally {
      if (watch) this.#watchers.delete(watch);
    }
  }

  /** Sends a signal and waits for the end. Does nothing to a process that has ended. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    if (this.running) this.#process.kill(signal);
    return this.exited;
  }

  /** SIGTERM, then SIGKILL when the process is still there after `graceMs`. */
  async stop(graceMs: number): Promise<Exit> {
    if (this.running) this.#process.kill('SIGTERM');
    const timer = setTimeout(() => {
      if (this.running) this.#process.kill('SIGKILL');
    }, graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  async #unexpectedExit(): Promise<never> {
    const { code, signal } = await this.exited;
    throw new PeerError('exited', `${this.name}: ended with ${signal ?? `code ${String(code)}`}`, {
      output: this.output(),
    });
  }

  #line(line: string, onLine: ChildOptions['onLine']): void {
    if (onLine?.(line) !== true) this.#tail.add(line);
    for (const watch of this.#watchers) watch(line);
  }
}
