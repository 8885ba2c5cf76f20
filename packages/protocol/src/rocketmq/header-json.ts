import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { copyInto, outOfRange, type Writer } from '../bytes/writer.ts';
import { ProtocolError } from '../errors.ts';
import { type Language, languageOf } from './languages.ts';
import { MAX_JSON_DEPTH } from './loose-json.ts';
import { type ExtFields, type RemotingCommand, setField } from './remoting-command.ts';

/** What JSON must not hold as it is, and what Java escapes besides: DEL to U+009F, line separators, lone surrogates. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const SPECIAL = /[\u0000-\u001f"\\\u007f-\u009f\u2028\u2029\ud800-\udfff]/gu;
const MAX_ESCAPE = 6;

/** Text as a JSON string, as fastjson writes it (upper-case hex, `?` for half a surrogate pair). */
export function jsonString(text: string): string {
  return `"${text.replace(SPECIAL, escape)}"`;
}

function escape(character: string): string {
  const unit = character.charCodeAt(0);
  if (unit >= 0xd800) return '?';
  const json = JSON.stringify(character).slice(1, -1);
  return json.length === 2 ? json : `\\u${unit.toString(16).toUpperCase().padStart(4, '0')}`;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const DEL = 0x7f;
/** Texts up to here are escaped while they are written; room for the worst case must be found first. */
const SHORT_TEXT = 2_048;
const escapes: (string | undefined)[] = [];

/** Writes a member of a JSON object, name, colon and opening quote being in `head`, and the comma behind it. */
export function writeJsonMember(writer: Writer, head: Uint8Array, text: string): void {
  const { length } = writer;
  if (text.length <= SHORT_TEXT) writer.fill(head.length + text.length * MAX_ESCAPE + 2, fillMember, head, text);
  if (writer.length === length) writer.bytes(head).utf8(`${jsonString(text).slice(1)},`);
}

/** Writes a member of ASCII characters, nothing of any other. @returns where it ends */
// eslint-disable-next-line max-params -- as its type says
function fillMember(bytes: Uint8Array, from: number, head: Uint8Array, text: string): number {
  let at = copyInto(bytes, from, head);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= SPACE && unit < DEL && unit !== QUOTE && unit !== BACKSLASH) bytes[at++] = unit;
    else if (unit > DEL) return from;
    else {
      const escaped = (escapes[unit] ??= escape(String.fromCharCode(unit)));
      for (let part = 0; part < escaped.length; part += 1) bytes[at++] = escaped.charCodeAt(part);
    }
  }
  bytes[at] = QUOTE;
  bytes[at + 1] = COMMA;
  return at + 2;
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
  return `"flag":${flag},${name}"opaque":${opaque},${words}"serializeTypeCurrentRPC":"JSON","version":${version}}`;
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
  return Object.entries(fields)
    .map(([name, value]) => `${jsonString(name)}:${jsonString(value)}`)
    .join();
}

/** Where a header is, and the body behind it. */
export interface HeaderPlace {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly body: Uint8Array;
}

/** Reads a JSON header where it is. @throws ProtocolError `utf8-invalid`, or as {@link parseJsonHeader} */
export function readJsonHeader({ bytes, from, to, body }: HeaderPlace): RemotingCommand {
  return parseJsonHeader(decodeUtf8(bytes.subarray(from, to)), body);
}

/**
 * Reads a JSON header, as tolerant as Java where peers differ: numbers as text, the language as a number, values that
 * are no strings.
 * @throws ProtocolError `header-malformed`, also for an ext field that nests deeper than {@link MAX_JSON_DEPTH}
 */
export function parseJsonHeader(text: string, body: Uint8Array): RemotingCommand {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw malformed('the header is not JSON', cause);
  }
  if (!isObject(header)) throw malformed('the header is no JSON object');
  const { remark } = header;
  return {
    code: integer(header, 'code'),
    language: languageOf(header['language']),
    version: integer(header, 'version'),
    opaque: integer(header, 'opaque'),
    flag: integer(header, 'flag'),
    remark: typeof remark === 'string' ? remark : undefined,
    extFields: extFields(header['extFields']),
    body,
    serializeType: 'json',
  };
}

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function integer(header: Members, name: string): number {
  const value = header[name] ?? 0;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  // `-0` is 0.
  if (typeof number === 'number' && (number | 0) === number) return number | 0;
  throw malformed(`header member ${name} is no 32-bit integer`);
}

/** JSON.parse made own properties of all names, so the object itself serves when every value is text already. */
function extFields(value: unknown): ExtFields {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw malformed('header member extFields is no object');
  for (const name in value) if (typeof value[name] !== 'string') return asText(value);
  return value as ExtFields;
}

function asText(value: Members): ExtFields {
  const fields: Record<string, string> = {};
  for (const [name, item] of Object.entries(value)) {
    if (isDeeper(item, MAX_JSON_DEPTH)) throw malformed(`an ext field nests deeper than ${MAX_JSON_DEPTH}`);
    if (item !== null) setField(fields, name, typeof item === 'string' ? item : JSON.stringify(item));
  }
  return fields;
}

/** All runtimes read JSON of any depth, but how deep a value they can write differs. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

function malformed(message: string, cause?: unknown): ProtocolError {
  return new ProtocolError('header-malformed', message, { cause });
}

/** Refuses what a receiver would have to guess. @throws UsageError `value-out-of-range` */
export function checkInt32(name: string, value: number): number {
  if ((value | 0) === value) return value;
  throw outOfRange(`${name} ${value}`, 'a 32-bit integer');
}
