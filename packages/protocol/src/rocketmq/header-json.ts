import { encodeUtf8 } from '../bytes/utf8.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import { isLanguage, type Language, languageOf } from './languages.ts';
import { type ExtFields, type RemotingCommand, setExtField } from './remoting-command.ts';

/** A header as read, before the frame adds body and type. */
export type Header = Omit<RemotingCommand, 'body' | 'serializeType'>;

/** What JSON must not hold as it is, and what Java escapes besides: DEL to U+009F, line separators, lone surrogates. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const SPECIAL = /[\u0000-\u001f"\\\u007f-\u009f\u2028\u2029\ud800-\udfff]/;
/** Of these, what JSON.stringify writes another way than Java; it leaves out what separates properties. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const RARE = /[\u000a-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/;
const ESCAPED_BY_JAVA = /[\u007f-\u009f\u2028\u2029]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text as a JSON string, as fastjson writes it (upper-case hex, `?` for half a surrogate pair). */
export function jsonString(text: string): string {
  return SPECIAL.test(text) ? escaped(text) : `"${text}"`;
}

function escaped(text: string): string {
  if (!RARE.test(text)) return JSON.stringify(text);
  return JSON.stringify(text.replace(LONE_SURROGATE, '?'))
    .replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)
    .replace(ESCAPED_BY_JAVA, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}

const QUOTE = 0x22;
/** Texts up to here are escaped while they are written; room for the worst case must be found first. */
const SHORT_TEXT = 2_048;
let escapes: readonly (string | undefined)[] | undefined;

/** ASCII characters that are not written as they are, by code. */
function asciiEscapes(): readonly (string | undefined)[] {
  return Array.from({ length: 0x80 }, (_, code) => {
    const text = jsonString(String.fromCharCode(code)).slice(1, -1);
    return text.length > 1 ? text : undefined;
  });
}

/** Writes a member whose name, colon and opening quote are in `head`. */
export function writeJsonMember(writer: Writer, head: Uint8Array, text: string): void {
  if (text.length > SHORT_TEXT || !writer.escaped(head, text, (escapes ??= asciiEscapes()))) {
    writer.bytes(head).utf8(jsonString(text).slice(1, -1));
  }
  writer.u8(QUOTE);
}

/** What stands in a header beside code and ext fields. */
export interface HeaderRest {
  readonly flag: number;
  readonly language: Language | undefined;
  readonly opaque: number;
  readonly version: number;
  readonly remark?: string | undefined;
}

/** A JSON header up to its ext fields. Behind them come `},` and {@link jsonTail}, members in the order Java writes them. */
export function jsonHead(code: number): string {
  return `{"code":${code},"extFields":{`;
}

/** The end of a JSON header. */
export function jsonTail({ flag, language, opaque, version }: HeaderRest, remark: string | undefined): string {
  const name = language === undefined ? '' : `"language":"${language}",`;
  const words = remark === undefined ? '' : `"remark":${jsonString(remark)},`;
  return `"flag":${flag},${name}"opaque":${opaque},` + `${words}"serializeTypeCurrentRPC":"JSON","version":${version}}`;
}

/** The end of a JSON header but for its opaque number, for one envelope. */
interface Tail extends Omit<HeaderRest, 'opaque' | 'remark'> {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
}
let lastTail: Tail | undefined;

/** Writes what {@link jsonTail} gives. Requests of a client have the same end but for one number. */
export function writeJsonTail(writer: Writer, rest: HeaderRest, remark: string | undefined): void {
  if (remark !== undefined) {
    writer.utf8(jsonTail(rest, remark));
    return;
  }
  const { flag, language, version } = rest;
  if (lastTail?.flag !== flag || lastTail.language !== language || lastTail.version !== version) {
    const [before = '', behind = ''] = jsonTail({ ...rest, opaque: 0 }, undefined).split('"opaque":0');
    lastTail = { flag, language, version, before: encodeUtf8(`${before}"opaque":`), behind: encodeUtf8(behind) };
  }
  writer.bytes(lastTail.before).utf8(String(rest.opaque)).bytes(lastTail.behind);
}

/** Ext fields as members of a JSON object. */
export function jsonMembers(fields: ExtFields): string {
  let members = '';
  for (const [name, value] of Object.entries(fields)) {
    members += `${members === '' ? '' : ','}${jsonString(name)}:${jsonString(value)}`;
  }
  return members;
}

/**
 * Reads a JSON header, as tolerant as Java where peers differ: numbers as text, the language as a number, values that
 * are no strings.
 * @throws ProtocolError `header-malformed`
 */
export function readJsonHeader(text: string): Header {
  const value = parse(text);
  return {
    code: integer(value, 'code'),
    language: language(value['language']),
    version: integer(value, 'version'),
    opaque: integer(value, 'opaque'),
    flag: integer(value, 'flag'),
    remark: typeof value['remark'] === 'string' ? value['remark'] : undefined,
    extFields: extFields(value['extFields']),
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError('header-malformed', 'the header is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError('header-malformed', 'the header is no JSON object');
  }
  return value as Record<string, unknown>;
}

function integer(header: Readonly<Record<string, unknown>>, name: string): number {
  const value = header[name] ?? 0;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && (number | 0) === number) return number;
  throw new ProtocolError('header-malformed', `header member ${name} is no 32-bit integer`);
}

function language(value: unknown): Language | undefined {
  if (typeof value === 'number') return languageOf(value);
  return typeof value === 'string' && isLanguage(value) ? value : undefined;
}

/** JSON.parse made own properties of all names, so the object itself serves when every value is text already. */
function extFields(value: unknown): ExtFields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ProtocolError('header-malformed', 'header member extFields is no object');
  }
  return isAllText(value) ? value : asText(value as Readonly<Record<string, unknown>>);
}

function isAllText(value: object): value is ExtFields {
  for (const name in value) if (typeof (value as Record<string, unknown>)[name] !== 'string') return false;
  return true;
}

function asText(value: Readonly<Record<string, unknown>>): ExtFields {
  const fields: Record<string, string> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item !== null) setExtField(fields, name, typeof item === 'string' ? item : JSON.stringify(item));
  }
  return fields;
}

/** Refuses what a receiver would have to guess. @throws UsageError `value-out-of-range` */
export function checkInt32(name: string, value: number): number {
  if ((value | 0) === value) return value;
  throw new UsageError('value-out-of-range', `${name} is ${value}: expected a 32-bit integer`);
}
