import type { ProxyEvent } from '@rmq/transport-websocket-proxy/server';
import type { Terminal } from '../core/terminal.ts';

/** Writes events to a stream, one line each. */
export class EventLog {
  readonly #stream: Terminal['stdout'];
  readonly #line: (event: ProxyEvent) => string;
  #dropped = 0;

  /** @param json - JSON objects to stdout, for programs; otherwise text to stderr, for people */
  constructor(terminal: Terminal, json: boolean) {
    this.#stream = json ? terminal.stdout : terminal.stderr;
    this.#line = json ? jsonLine : textLine;
  }

  /** Lines are dropped, and counted, while the reader is slower than events come: they must not fill the memory. */
  readonly write = (event: ProxyEvent): void => {
    if (this.#stream.writableNeedDrain) {
      if (this.#dropped === 0) this.#stream.once('drain', () => this.#tellDropped());
      this.#dropped += 1;
    } else this.#stream.write(`${this.#line(event)}\n`);
  };

  #tellDropped(): void {
    const event = { type: 'log.dropped', level: 'warn', lines: this.#dropped };
    this.#dropped = 0;
    this.#stream.write(`${this.#line === jsonLine ? JSON.stringify(stamped(event)) : words(event)}\n`);
  }
}

function stamped(event: object): object {
  return { time: new Date().toISOString(), ...event };
}

/** An error as JSON has its message and code, without a stack. */
function jsonLine(event: ProxyEvent): string {
  return JSON.stringify(stamped(event), (_, value: unknown) => (value instanceof Error ? described(value) : value));
}

function textLine(event: ProxyEvent): string {
  return words(event);
}

/** `2026-01-31T12:00:00.000Z warn connection.refused client=192.0.2.1 reason=client-rate …` */
function words({ type, level, ...fields }: { readonly type: string; readonly level: string }): string {
  const pairs = Object.entries<unknown>(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${word(value)}`],
  );
  return [new Date().toISOString(), level.padEnd(4), type, ...pairs].join(' ');
}

/** Values that come from clients are quoted: a line is one line. */
function word(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1_000) / 1_000);
  const text = value instanceof Error ? described(value) : String(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}

function described(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return `${code}${error.message}`;
}
