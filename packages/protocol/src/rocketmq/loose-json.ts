import { ProtocolError } from '../errors.ts';
import { setField } from './remoting-command.ts';

/** What fastjson text can say: JSON, with integers beyond ±(2^53−1) as bigint. */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;

/** Read own members only (`Object.hasOwn`): names come from strangers, and `__proto__` is one like any other. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** How deep arrays and objects may nest before a text is refused. Real bodies need 7. */
export const MAX_JSON_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Numbers and words, as JSON has them. Sticky: both match at `lastIndex` only. */
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
const SPACE = /[ \t\n\r]*/uy;

/** Whether `JSON.parse` gives the right answer: no deep nesting and no integers it would round. */
function isPlain(text: string): boolean {
  let depth = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char >= 0x30 && char <= 0x39) {
      digits += 1;
      if (digits > 15) return false;
      continue;
    }
    digits = 0;
    if (char === QUOTE) at = skipString(text, at);
    else if (char === 0x7b || char === 0x5b) depth += 1;
    else if (char === 0x7d || char === 0x5d) depth -= 1;
    if (depth > MAX_JSON_DEPTH) return false;
  }
  return true;
}

/** Where the string that begins at `at` ends: its closing quote, or the text's length without one. */
function skipString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return Math.min(end, text.length);
}

/** The parser for what `JSON.parse` cannot take: recursive descent, no deeper than {@link MAX_JSON_DEPTH}. */
class LooseParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #insideName = false;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value();
    if (this.#next() !== undefined) this.#fail('more text after the value');
    return value;
  }

  #fail(what: string): never {
    throw new ProtocolError('body-malformed', `${what} at character ${this.#at}`);
  }

  /** Takes what the sticky expression matches here; undefined when it does not. */
  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** The character that comes next, behind spaces. */
  #next(): string | undefined {
    this.#match(SPACE);
    return this.#text[this.#at];
  }

  /** Takes this character, if it comes next. */
  #take(char: string): boolean {
    const taken = this.#next() === char;
    if (taken) this.#at += 1;
    return taken;
  }

  #value(): JsonValue {
    if (this.#next() === '"') return this.#string();
    if (this.#take('{')) {
      const object: Record<string, JsonValue> = {};
      this.#items('}', () => {
        const name = this.#name();
        if (!this.#take(':')) this.#fail('expected a colon');
        setField(object, name, this.#value());
      });
      return object;
    }
    if (this.#take('[')) {
      const array: JsonValue[] = [];
      this.#items(']', () => array.push(this.#value()));
      return array;
    }
    return this.#scalar();
  }

  /** What stands between brackets, item by item, and the bracket at its end. */
  #items(end: string, read: () => unknown): void {
    this.#depth += 1;
    if (this.#depth > MAX_JSON_DEPTH) this.#fail('nested too deep');
    if (!this.#take(end)) {
      do read();
      while (this.#take(','));
      if (!this.#take(end)) this.#fail(`expected , or ${end}`);
    }
    this.#depth -= 1;
  }

  /** A member's name: a string, or what Java printed of another map key: its JSON text, members sorted. */
  #name(): string {
    if (this.#next() === '"') return this.#string();
    // A key within a key would double its backslashes at every level: a short text could then ask for gigabytes.
    if (this.#insideName) this.#fail('an object as the name of a member of a name');
    this.#insideName = true;
    const name = canonicalJson(this.#value());
    this.#insideName = false;
    return name;
  }

  #string(): string {
    const end = skipString(this.#text, this.#at);
    try {
      // JSON's own rules for escapes and control characters, from the one who knows them.
      const value = JSON.parse(this.#text.slice(this.#at, end + 1)) as string;
      this.#at = end + 1;
      return value;
    } catch (cause) {
      throw new ProtocolError('body-malformed', `bad string at character ${this.#at}`, { cause });
    }
  }

  #scalar(): JsonValue {
    const text = this.#match(SCALAR) ?? this.#fail('expected a value');
    const value = JSON.parse(text) as number | boolean | null;
    if (typeof value !== 'number' || Number.isSafeInteger(value) || /[.eE]/u.test(text)) return value;
    if (text.length > 20) this.#fail('an integer of more than 64 bits');
    return BigInt(text);
  }
}

/**
 * The shortest JSON text of a value, members sorted by name and bigints bare: equal values give equal texts.
 *
 * This is what object keys of fastjson maps become, for instance `{"brokerName":"b","queueId":1,"topic":"T"}`.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as JsonObject;
  const names = Object.keys(members).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(members[name] ?? null)}`).join(',')}}`;
}

/**
 * Reads what fastjson writes: JSON, and besides bare integers, `true`, `false`, `null`, objects or arrays as member
 * names (they become their {@link canonicalJson} text), and integers of any size.
 *
 * `{"$ref":…}` stays as it is; see {@link followReference}. For strict input without large integers the result equals
 * that of `JSON.parse`.
 *
 * @throws ProtocolError `body-malformed` on anything else (so NaN, comments, trailing commas), and on nesting deeper
 * than {@link MAX_JSON_DEPTH}.
 */
export function parseLooseJson(text: string): JsonValue {
  if (isPlain(text)) {
    try {
      return JSON.parse(text) as JsonValue;
    } catch {
      // Not JSON: fastjson's dialect, or a fault which the other parser will name.
    }
  }
  return new LooseParser(text).parse();
}

/** The steps of a fastjson path: `$.a.b[0]`, special characters behind backslashes. Undefined when it is none. */
function pathSteps(path: string): string[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const step = /\.((?:\\[^]|[^\\.[\]])+)|\[(\d+)\]/uy;
  const steps: string[] = [];
  for (step.lastIndex = 1; step.lastIndex < path.length;) {
    const found = step.exec(path);
    if (found === null) return undefined;
    steps.push(found[2] ?? (found[1] ?? '').replace(/\\([^])/gu, '$1'));
  }
  return steps;
}

const QUEUE = 'MessageQueue [topic=';
const BROKER = ', brokerName=';

/** A queue as a path spells it, as the member name it has here. */
function queueKey(step: string): string | undefined {
  const id = /, queueId=(-?\d+)\]$/u.exec(step);
  // By hand: an expression for two names of any characters would try every pair of places where they may part.
  const brokerAt = id === null ? -1 : step.lastIndexOf(BROKER, id.index);
  if (id === null || !step.startsWith(QUEUE) || brokerAt < QUEUE.length) return undefined;
  const topic = step.slice(QUEUE.length, brokerAt);
  return canonicalJson({ brokerName: step.slice(brokerAt + BROKER.length, id.index), queueId: Number(id[1]), topic });
}

/**
 * What a fastjson reference such as `$.consumerTable.cid` points to, within the whole value.
 *
 * Only absolute paths: `..` and `@` occur in cyclic data, which no body has.
 *
 * @returns undefined when it points nowhere.
 */
export function followReference(root: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  const steps = pathSteps(path);
  if (steps === undefined) return undefined;
  for (const step of steps) {
    if (value === null || typeof value !== 'object') return undefined;
    if (step === 'length' && Array.isArray(value)) return undefined;
    const container = value as JsonObject;
    const key = Object.hasOwn(container, step) ? step : queueKey(step);
    if (key === undefined || !Object.hasOwn(container, key)) return undefined;
    value = container[key];
  }
  return value;
}
