import { Reader } from '../bytes/reader.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import type { Writer } from '../bytes/writer.ts';
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

/**
 * Writes a binary header (`RocketMQSerializable.java`).
 * @param ext - writes the entries of the ext-field block
 * @throws UsageError `code-too-large` for codes above 32767
 */
export function writeBinaryHeader(writer: Writer, { code, ...rest }: BinaryHeader, ext: () => void): void {
  if (code > MAX_CODE || code < -MAX_CODE - 1) {
    const advice = 'send this request with serializeType json';
    throw new UsageError('code-too-large', `code ${String(code)} does not fit the binary header (int16): ${advice}`);
  }
  writer
    .i16(code)
    .u8(languages[rest.language ?? 'OTHER'])
    .i16(rest.version)
    .i32(rest.opaque)
    .i32(rest.flag);
  const remark = writer.hole32();
  if (rest.remark !== undefined) writer.utf8(rest.remark);
  writer.patch32(remark, writer.length - remark - 4);
  const block = writer.hole32();
  ext();
  writer.patch32(block, writer.length - block - 4);
}

/** Writes one ext field. @throws UsageError `value-out-of-range` for a name over 32767 bytes */
export function writeBinaryField(writer: Writer, name: Uint8Array, value: string): void {
  writer.i16(name.byteLength).bytes(name);
  const hole = writer.hole32();
  writer.utf8(value).patch32(hole, writer.length - hole - 4);
}

/** Writes ext fields. */
export function writeBinaryFields(writer: Writer, fields: ExtFields): void {
  for (const [name, value] of Object.entries(fields)) writeBinaryField(writer, encodeUtf8(name), value);
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
