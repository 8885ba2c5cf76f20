import { decodeLatin1, decodeUtf8, decodeUtf8Loosely, encodeUtf8 } from '../bytes/utf8.ts';
import { readWord } from '../bytes/word.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import { checkInt32, type HeaderPlace, type HeaderRest } from './header-json.ts';
import { languageOf, languages } from './languages.ts';
import { type ExtFields, type RemotingCommand, setField } from './remoting-command.ts';

/** Codes travel as int16 here: Java cuts larger ones silently, and the server would then do something else. */
export const MAX_BINARY_CODE = 0x7fff;

/** Where the opaque number stands, the flag, the length of the remark, and the remark. */
const OPAQUE_AT = 5;
const FLAG_AT = 9;
const REMARK_LENGTH_AT = 13;
const REMARK_AT = 17;
const NOT_ASCII = /[^\0-\x7f]/;
const NOTHING = new Uint8Array(0);

/** What stands in a binary header beside the ext fields. */
export interface BinaryHeader extends HeaderRest {
  readonly code: number;
}

/**
 * Begins a binary header (`RocketMQSerializable.java`): ext fields come next, then {@link endBinaryHeader}.
 * @returns where the length of its ext fields belongs
 * @throws UsageError `code-too-large` for codes above 32767
 */
export function beginBinaryHeader(writer: Writer, header: BinaryHeader): number {
  const { code, flag, language = 'OTHER', opaque, remark = '', version } = header;
  if (code > MAX_BINARY_CODE || code < ~MAX_BINARY_CODE) {
    const advice = 'send this request with serializeType json';
    throw new UsageError('code-too-large', `code ${code} does not fit the binary header (int16): ${advice}`);
  }
  writer.i16(code).u8(languages.indexOf(language)).i16(version).i32(opaque).i32(flag).field32(NOTHING, remark);
  return writer.hole32();
}

/** Where the length of the ext fields stands in a header without a remark. */
const BARE_HOLE_AT = 17;

/**
 * Begins a binary header as {@link beginBinaryHeader} would, from a copy of one that has no remark, and ext fields or
 * none: only the numbers that differ from request to request are written anew.
 * @returns where the length of its ext fields belongs
 * @throws UsageError `value-out-of-range`
 */
export function copyBinaryHeader(
  writer: Writer,
  from: Uint8Array,
  { flag, opaque }: Pick<HeaderRest, 'flag' | 'opaque'>,
): number {
  const start = writer.length;
  writer.bytes(from);
  writer.patch32(start + OPAQUE_AT, checkInt32('opaque', opaque) >>> 0);
  writer.patch32(start + FLAG_AT, checkInt32('flag', flag) >>> 0);
  return start + BARE_HOLE_AT;
}

/** Ends a binary header whose ext fields have their length at `hole`. */
export function endBinaryHeader(writer: Writer, hole: number): void {
  writer.patch32(hole, writer.length - hole - 4);
}

/** Writes ext fields. @throws UsageError `value-out-of-range` for a name over 32767 bytes */
export function writeBinaryFields(writer: Writer, fields: ExtFields): void {
  for (const [name, value] of Object.entries(fields)) {
    const bytes = encodeUtf8(name);
    writer.i16(bytes.length).field32(bytes, value);
  }
}

/**
 * Reads a binary header. An empty value means "none" here and is left out, as in Java.
 * @throws ProtocolError `header-malformed` or `utf8-invalid`
 */
export function readBinaryHeader({ bytes, from, to, body }: HeaderPlace): RemotingCommand {
  const at = from + REMARK_AT;
  const end = at + lengthAt(bytes, from + REMARK_LENGTH_AT, to);
  const fieldsAt = end + 4;
  const fieldsEnd = fieldsAt + lengthAt(bytes, end, to);
  return {
    code: (readWord(bytes, from - 2) << 16) >> 16,
    language: languageOf(bytes[from + 2]),
    version: (readWord(bytes, from + 1) << 16) >> 16,
    opaque: readWord(bytes, from + OPAQUE_AT),
    flag: readWord(bytes, from + FLAG_AT),
    remark: end > at ? decodeUtf8(bytes.subarray(at, end)) : undefined,
    extFields: readFields(bytes.subarray(fieldsAt, fieldsEnd)),
    body,
    serializeType: 'rocketmq',
  };
}

/** A length that the bytes behind it can hold. @throws ProtocolError `header-malformed` */
function lengthAt(bytes: Uint8Array, at: number, end: number): number {
  const length = readWord(bytes, at);
  if (length >= 0 && length <= end - at - 4) return length;
  throw new ProtocolError('header-malformed', 'a length in the header does not fit', { offset: at });
}

/** Names in ASCII of the fields that were read last, by their place: frames of one kind follow each other. */
const lastNames: string[] = [];
const MAX_LAST_NAMES = 64;
const MAX_NAME_BYTES = 64;

/**
 * Names and values, each behind its length. All bytes become characters in one call, and texts are cut from them: a call
 * for each text would take several times as long.
 */
function readFields(bytes: Uint8Array): ExtFields {
  const fields: Record<string, string> = {};
  const end = bytes.length;
  if (end === 0) return fields;
  const text = decodeUtf8Loosely(bytes);
  // Anything but ASCII takes more bytes than characters, or is no UTF-8.
  const isAscii = text.length === end && !text.includes('\ufffd');
  const characters = isAscii ? text : decodeLatin1(bytes);
  const cut = (from: number, to: number): string => {
    const part = characters.slice(from, to);
    return isAscii || !NOT_ASCII.test(part) ? part : decodeUtf8(bytes.subarray(from, to));
  };
  for (let at = 0, place = 0; at < end; place += 1) {
    const nameBytes = readWord(bytes, at) >>> 16;
    const nameEnd = at + 2 + nameBytes;
    const valueAt = nameEnd + 4;
    const valueEnd = valueAt + lengthAt(bytes, nameEnd, end);
    let name = lastNames[place];
    // A known name as a key is much cheaper than a new string that turns out to be that name.
    if (name?.length !== nameBytes || !characters.startsWith(name, at + 2)) {
      name = cut(at + 2, nameEnd);
      if (place < MAX_LAST_NAMES && nameBytes < MAX_NAME_BYTES && name.length === nameBytes) lastNames[place] = name;
    }
    if (valueEnd > valueAt) setField(fields, name, cut(valueAt, valueEnd));
    at = valueEnd;
  }
  return fields;
}
