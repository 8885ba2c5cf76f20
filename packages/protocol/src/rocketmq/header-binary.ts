import { decodeLatin1, decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import type { Header, HeaderRest } from './header-json.ts';
import { languageOf, languages } from './languages.ts';
import { type ExtFields, setExtField } from './remoting-command.ts';

/** Codes travel as int16 here: Java cuts larger ones silently, and the server would then do something else. */
export const MAX_BINARY_CODE = 0x7fff;

/** Where the opaque number stands, and the length of the remark. */
const OPAQUE_AT = 5;
const REMARK_AT = 13;
const NOT_ASCII = /[^\0-\x7f]/;

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
  if (code > MAX_BINARY_CODE || code < -MAX_BINARY_CODE - 1) {
    const advice = 'send this request with serializeType json';
    throw new UsageError('code-too-large', `code ${code} does not fit the binary header (int16): ${advice}`);
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
 * @throws ProtocolError `header-malformed` or `utf8-invalid`
 */
export function readBinaryHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const remarkAt = REMARK_AT + 4;
  const remarkEnd = remarkAt + lengthAt(view, REMARK_AT);
  const fieldsAt = remarkEnd + 4;
  const end = fieldsAt + lengthAt(view, remarkEnd);
  return {
    code: view.getInt16(0),
    language: languageOf(view.getUint8(2)),
    version: view.getInt16(3),
    opaque: view.getInt32(OPAQUE_AT),
    flag: view.getInt32(9),
    remark: remarkEnd > remarkAt ? decodeUtf8(bytes.subarray(remarkAt, remarkEnd)) : undefined,
    extFields: end > fieldsAt ? readFields(bytes.subarray(fieldsAt, end)) : {},
  };
}

/** A length that the bytes behind it can hold. @throws ProtocolError `header-malformed` */
function lengthAt(view: DataView, at: number): number {
  const left = view.byteLength - at - 4;
  const length = left >= 0 ? view.getInt32(at) : -1;
  if (length >= 0 && length <= left) return length;
  throw misfit(at);
}

/**
 * Names and values, each behind its length. All bytes become characters in one call, and texts are cut from them: a call
 * for each text would take several times as long.
 */
function readFields(bytes: Uint8Array): ExtFields {
  const end = bytes.byteLength;
  const characters = decodeLatin1(bytes);
  const isAscii = !NOT_ASCII.test(characters);
  const cut = (from: number, to: number): string => {
    const text = characters.slice(from, to);
    return isAscii || !NOT_ASCII.test(text) ? text : decodeUtf8(bytes.subarray(from, to));
  };
  const byte = (at: number): number => bytes[at] ?? 0;
  const fields: Record<string, string> = {};
  for (let at = 0; at < end;) {
    const nameAt = at + 2;
    const nameEnd = nameAt + ((byte(at) << 8) | byte(at + 1));
    const valueAt = nameEnd + 4;
    const length = (byte(nameEnd) << 24) | (byte(nameEnd + 1) << 16) | (byte(nameEnd + 2) << 8) | byte(nameEnd + 3);
    // What is beyond the end was read as 0, so the last place decides about all of them.
    if (length < 0 || length > end - valueAt) throw misfit(at);
    at = valueAt + length;
    if (length > 0) setExtField(fields, cut(nameAt, nameEnd), cut(valueAt, at));
  }
  return fields;
}

function misfit(offset: number): ProtocolError {
  return new ProtocolError('header-malformed', 'a length in the header does not fit its bytes', { offset });
}
