import type { AnyEvent, Level, Listener } from './events.ts';
import { levels } from './events.ts';

/** Anything with a method per level: `console` fits. */
export type Logger = { readonly [L in Level]: (message: string, fields: object) => void };

/** What a listener writes. */
export interface ListenerOptions {
  /** Nothing below this level. @defaultValue 'info' */
  readonly level?: Level | undefined;
}

/** A listener that hands events to a logger, each with its level's method. */
export function logTo(logger: Logger, { level: least = 'info' }: ListenerOptions = {}): Listener<AnyEvent> {
  return ({ type, level, ...fields }) => {
    if (isAtLeast(level, least)) logger[level](type, fields);
  };
}

/** A listener that writes a line for people: `warn  pull.failed group=billing cause="…"`. */
export function prettyListener(
  write: (line: string) => void,
  { level: least = 'info' }: ListenerOptions = {},
): Listener<AnyEvent> {
  return ({ type, level, ...fields }) => {
    if (!isAtLeast(level, least)) return;
    const words = Object.entries(fields).map(([name, value]) => `${name}=${readable(value)}`);
    write([level.padEnd(5), type, ...words].join(' '));
  };
}

/** A listener that writes a JSON object a line, for machines. Errors become their name, code and message. */
export function jsonLinesListener(
  write: (line: string) => void,
  { level: least = 'info' }: ListenerOptions = {},
): Listener<AnyEvent> {
  return (event) => {
    if (isAtLeast(event.level, least)) write(JSON.stringify(event, (_, value: unknown) => plain(value)));
  };
}

function isAtLeast(level: Level, least: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(least);
}

function readable(value: unknown): string {
  if (typeof value === 'string') return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  if (value instanceof Error) return JSON.stringify(`${value.name}: ${value.message}`);
  if (typeof value === 'object' && value !== null) return JSON.stringify(value, (_, item: unknown) => plain(item));
  return String(value);
}

/** What JSON cannot hold, as what it can. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, ...('code' in value ? { code: value.code } : {}) };
}
