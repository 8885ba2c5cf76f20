import { Reader } from '../bytes/reader.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import type { Header, HeaderRest } from './header-json.ts';
import { languageOf, languages } from './languages.ts';
import { type ExtFields, setExtField } from './remoting-command.ts';

/** Codes travel as int16 here: Java cuts larger ones silently, and the server would then do something else. */
const MAX_CODE = 0x7fff;

/** The fixed part of a binary header is at least this long. Bytes. */
export const MIN_BINARY_HEADER = 21;

/** What stands in a binary header beside the ext fields. */
export interface BinaryHeader extends HeaderRest {
  readonly code: number;
}

/** The fixed part of binary headers that differ in their opaque number only. */
interface Fixed extends Omit<BinaryHeader, 'opaque'> {
  readonly bytes: Uint8Array;
}
/** Where the opaque number stands. */
const OPAQUE_AT = 5;
let lastFixed: Fixed | undefined;

/**
 * Begins a binary header (`RocketMQSerializable.java`): ext fields come next, then {@link endBinaryHeader}.
 * @returns where the length of its ext fields belongs
 * @throws UsageError `code-too-large` for codes above 32767
 */
export function beginBinaryHeader(writer: Writer, header: BinaryHeader): number {
  const { code, flag, language, opaque, remark, version } = header;
  // Requests of a client are mostly of one kind at a time.
  if (
    lastFixed?.code !== code ||
    lastFixed.flag !== flag ||
    lastFixed.language !== language ||
    lastFixed.version !== version ||
    lastFixed.remark !== remark
  ) {
    lastFixed = { code, flag, language, version, remark, bytes: fixedPart(header) };
  }
  const start = writer.length;
  writer.bytes(lastFixed.bytes).patch32(start + OPAQUE_AT, opaque >>> 0);
  return writer.length - 4;
}

function fixedPart({ code, flag, language, remark = '', version }: BinaryHeader): Uint8Array {
  if (code > MAX_CODE || code < -MAX_CODE - 1) {
    const advice = 'send this request with serializeType json';
    throw new UsageError('code-too-large', `code ${String(code)} does not fit the binary header (int16): ${advice}`);
  }
  const head = new Writer()
    .i16(code)
    .u8(languages[language ?? 'OTHER'])
    .i16(version)
    .i32(0)
    .i32(flag)
    .take();
  return new Writer().field32(head, remark).i32(0).take();
}

/** Ends a binary header whose ext fields have their length at `hole`. */
export function endBinaryHeader(writer: Writer, hole: number): void {
  writer.patch32(hole, writer.length - hole - 4);
}

/** Writes ext fields. @throws UsageError `value-out-of-range` for a name over 32767 bytes */
export function writeBinaryFields(writer: Writer, fields: ExtFields): void {
  for (const [name, value] of Object.entries(fields)) {
    const bytes = encodeUtf8(name);
    writer.i16(bytes.byteLength).field32(bytes, value);
  }
}

/**
 * Reads a binary header. An empty value means "none" here and is left out, as in Java.
 * @throws ProtocolError `header-malformed` or `short-read`
 */
export function readBinaryHeader(bytes: Uint8Array): Header {
  const reader = new Reader(bytes);
  const code = reader.i16();
  const language = languageOf(reader.u8());
  const version = reader.i16();
  const opaque = reader.i32();
  const flag = reader.i32();
  const remark = reader.utf8(length(reader));
  const extFields = readFields(reader);
  return { code, language, version, opaque, flag, remark: remark === '' ? undefined : remark, extFields };
}

function length(reader: Reader): number {
  const value = reader.i32();
  if (value < 0)
    throw new ProtocolError('header-malformed', `negative length ${String(value)}`, { offset: reader.offset });
  return value;
}

function readFields(reader: Reader): ExtFields {
  const blockBytes = length(reader);
  const end = reader.offset + blockBytes;
  const fields: Record<string, string> = {};
  while (reader.offset < end) {
    const name = reader.utf8(reader.u16());
    const value = reader.utf8(length(reader));
    if (value !== '') setExtField(fields, name, value);
  }
  if (reader.offset === end) return fields;
  throw new ProtocolError('header-malformed', `ext fields do not fit their ${String(blockBytes)} bytes`);
}
