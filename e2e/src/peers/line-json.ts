import { Child, type ChildOptions } from '../process/child.ts';
import { within } from '../process/deadline.ts';
import { PeerError } from '../process/peer-error.ts';

/** A command's fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** Receives the events a peer sends by itself. */
export type OnEvent = (event: Fields) => void;

interface Waiter {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: PeerError) => void;
}

/** Long enough for the first command of a JVM on a busy machine. */
const defaultTimeoutMs = 60_000;
const stopGraceMs = 2_000;

/** Commands and answers with a peer program, one JSON object per line (peers/PROTOCOL.md). */
export class LineJson {
  readonly #child: Child;
  readonly #waiting: Map<number, Waiter>;
  #lastId = 0;

  private constructor(child: Child, waiting: Map<number, Waiter>) {
    this.#child = child;
    this.#waiting = waiting;
    void child.exited.then(({ code, signal }) => {
      const error = new PeerError('exited', `${child.name}: ended with ${signal ?? `code ${String(code)}`}`, {
        output: child.output(),
      });
      for (const waiter of waiting.values()) waiter.reject(error);
      waiting.clear();
    });
  }

  /** @throws PeerError `start-failed`. */
  static async start(options: Omit<ChildOptions, 'onLine'>, onEvent: OnEvent): Promise<LineJson> {
    const waiting = new Map<number, Waiter>();
    const name = options.name;
    const onLine = (line: string): boolean => receive(line, { name, waiting, onEvent });
    return new LineJson(await Child.start({ ...options, onLine }), waiting);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Sends a command and settles with its result.
   * @throws PeerError `refused` with the peer's words, `timed-out`, `exited`.
   */
  async call(verb: string, fields: Fields = {}, timeoutMs: number = defaultTimeoutMs): Promise<unknown> {
    const child = this.#child;
    if (!child.running) throw new PeerError('exited', `${child.name}: is not running`, { output: child.output() });
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    child.writeLine(JSON.stringify({ ...fields, id, do: verb }));
    try {
      return await within(
        answer,
        timeoutMs,
        () =>
          new PeerError('timed-out', `${child.name}: ${verb} not answered in ${timeoutMs} ms`, {
            output: child.output(),
          }),
      );
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** The last lines the peer printed besides answers and events. */
  output(): string {
    return this.#child.output();
  }

  /** Closes stdin, on which the peer ends; kills it when it does not. Idempotent. */
  async stop(): Promise<void> {
    this.#child.endInput();
    const timer = setTimeout(() => void this.#child.kill(), stopGraceMs);
    await this.#child.exited;
    clearTimeout(timer);
  }
}

/** @returns whether the line was part of the conversation; anything else is diagnostics. */
function receive(line: string, to: { name: string; waiting: Map<number, Waiter>; onEvent: OnEvent }): boolean {
  const message = parse(line);
  if (message === undefined) return false;
  if ('event' in message) {
    to.onEvent(message);
    return true;
  }
  const waiter = typeof message['id'] === 'number' ? to.waiting.get(message['id']) : undefined;
  if ('error' in message) waiter?.reject(new PeerError('refused', `${to.name}: ${String(message['error'])}`));
  else waiter?.resolve(message['result']);
  return true;
}

function parse(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
