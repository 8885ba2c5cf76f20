import type { Reader } from '../bytes/reader.ts';
import { TextCache } from '../bytes/text-cache.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import { isRmqError, ProtocolError, UsageError } from '../errors.ts';
import { type FieldType, type FieldValues, Typed } from './field-types.ts';
import { outOfRange, writeShortText, writeText32 } from './text.ts';

/** What a table or array may hold. Numbers choose their type by what they are; {@link Typed} says it. */
export type FieldValue =
  | boolean
  | number
  | bigint
  | string
  | null
  | undefined
  | Date
  | Uint8Array
  | Typed
  | readonly FieldValue[]
  | FieldTable;

/** A field table: names of up to 255 bytes with values. Senders may leave entries undefined, which are not sent. */
export interface FieldTable {
  readonly [name: string]: FieldValue;
}

/** How tables are read. */
export interface FieldReadOptions {
  /** Values whose type would be another when written again come as {@link Typed}. @defaultValue false */
  readonly keepTypes?: boolean | undefined;
}

/** Tables in tables: deeper ones are refused, both ways. */
export const MAX_NESTING = 64;
const INT32 = 0x8000_0000;
/** The last second that a Date can be. */
const MAX_DATE_SECONDS = 8_640_000_000_000n;

/** Names of headers and arguments: the same few in all messages. */
const keys = new TextCache();

/**
 * Writes a table behind its length.
 *
 * An integer from -2^31 to 2^31-1 becomes an int32, other safe integers and bigints an int64, all other numbers a double;
 * text a string, bytes a byte array, a Date a timestamp (whole seconds), null void. Entries that are undefined are left
 * out.
 * @throws UsageError `value-out-of-range` or `value-unsupported`; what was written until then stays in the writer
 */
export function writeTable(writer: Writer, table: FieldTable, depth = 0): void {
  const hole = beginNested(writer, depth);
  writeEntries(writer, table, depth);
  writer.patch32(hole, writer.length - hole - 4);
}

/** A table without its length, as SASL's AMQPLAIN wants it. @throws UsageError as {@link writeTable} */
export function encodeTableEntries(table: FieldTable): Uint8Array {
  const writer = new Writer();
  writeEntries(writer, table, 0);
  return writer.take();
}

function writeEntries(writer: Writer, table: FieldTable, depth: number): void {
  for (const name in table) {
    const value = table[name];
    if (value === undefined || !Object.hasOwn(table, name)) continue;
    writeShortText(writer, name);
    writeValue(writer, value, depth);
  }
}

function beginNested(writer: Writer, depth: number): number {
  // A circle ends here, too.
  if (depth >= MAX_NESTING) {
    throw new UsageError('value-unsupported', `tables nest more than ${MAX_NESTING} deep`);
  }
  return writer.hole32();
}

function writeArray(writer: Writer, values: readonly FieldValue[], depth: number): void {
  const hole = beginNested(writer, depth);
  for (const value of values) writeValue(writer, value ?? null, depth);
  writer.patch32(hole, writer.length - hole - 4);
}

function writeValue(writer: Writer, given: Exclude<FieldValue, undefined>, depth: number): void {
  const { type, value } = given instanceof Typed ? given : { type: typeOf(given), value: given };
  const { tag, write } = codecs[type];
  writer.u8(tag.charCodeAt(0));
  // The table of types enters here: `Typed` and `typeOf` pair each type with its value.
  write(writer, value as never, depth);
}

/** The type that a plain value is written as. @throws UsageError `value-unsupported` */
function typeOf(value: unknown): FieldType {
  switch (typeof value) {
    case 'number':
      return typeOfNumber(value);
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'int64';
    case 'object':
      if (value === null) return 'void';
      if (value instanceof Uint8Array) return 'bytes';
      if (value instanceof Date) return 'timestamp';
      if (Array.isArray(value)) return 'array';
      if (isPlain(value)) return 'table';
      throw new UsageError('value-unsupported', `an instance of ${value.constructor.name} is no field value`);
    default:
      throw new UsageError('value-unsupported', `a ${typeof value} is no field value`);
  }
}

/** Objects of classes (a Map, an Error) would go out as tables of whatever they happen to hold. */
function isPlain(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  // Of another realm, too: its Object.prototype has none above it.
  return proto === null || Object.getPrototypeOf(proto) === null;
}

function typeOfNumber(value: number): FieldType {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 'double';
  return value >= -INT32 && value < INT32 ? 'int32' : 'int64';
}

/** How a type of field value travels: its tag, and the only pair of functions that writes and reads it. */
interface FieldCodec {
  readonly tag: string;
  readonly write: (writer: Writer, value: never, depth: number) => unknown;
  readonly read: (reader: Reader, options: FieldReadOptions, depth: number) => FieldValue;
}

/** Where the written specification differs from this, it is wrong. */
const codecs: { readonly [T in FieldType]: FieldCodec } = {
  boolean: {
    tag: 't',
    write: (writer, value: boolean) => writer.u8(value ? 1 : 0),
    read: (reader) => reader.u8() !== 0,
  },
  int8: {
    tag: 'b',
    write: (writer, value: number) => writer.u8(whole(value, -0x80, 0x7f) & 0xff),
    read: (reader) => reader.i8(),
  },
  uint8: { tag: 'B', write: (writer, value: number) => writer.u8(value), read: (reader) => reader.u8() },
  int16: { tag: 's', write: (writer, value: number) => writer.i16(value), read: (reader) => reader.i16() },
  uint16: { tag: 'u', write: (writer, value: number) => writer.u16(value), read: (reader) => reader.u16() },
  int32: { tag: 'I', write: (writer, value: number) => writer.i32(value), read: (reader) => reader.i32() },
  uint32: { tag: 'i', write: (writer, value: number) => writer.u32(value), read: (reader) => reader.u32() },
  int64: { tag: 'l', write: writeInt64, read: (reader) => reader.i64() },
  // The specification's own spelling, which RabbitMQ reads and gives back as l.
  int64L: { tag: 'L', write: writeInt64, read: (reader) => reader.i64() },
  float: {
    tag: 'f',
    write: (writer, value: number) => writeFloat(writer, value, 4),
    read: (reader) => reader.f32(),
  },
  double: {
    tag: 'd',
    write: (writer, value: number) => writeFloat(writer, value, 8),
    read: (reader) => reader.f64(),
  },
  decimal: {
    tag: 'D',
    write: (writer, { scale, value }: FieldValues['decimal']) => writer.u8(scale).u32(value),
    read: (reader) => new Typed('decimal', { scale: reader.u8(), value: reader.u32() }),
  },
  string: {
    tag: 'S',
    write: (writer, value: string | Uint8Array) =>
      typeof value === 'string' ? writeText32(writer, value) : writeBytes(writer, value),
    read: readString,
  },
  bytes: { tag: 'x', write: writeBytes, read: (reader) => reader.bytes(reader.u32()) },
  array: {
    tag: 'A',
    write: (writer, value: readonly FieldValue[], depth) => writeArray(writer, value, depth + 1),
    read: (reader, options, depth) => readArray(reader, options, depth + 1),
  },
  timestamp: { tag: 'T', write: writeSeconds, read: readTimestamp },
  table: {
    tag: 'F',
    write: (writer, value: FieldTable, depth) => writeTable(writer, value, depth + 1),
    read: (reader, options, depth) => readTable(reader, options, depth + 1),
  },
  void: { tag: 'V', write: () => undefined, read: () => null },
};

/** Bytes behind four bytes with their length. */
export function writeBytes(writer: Writer, value: Uint8Array): void {
  writer.u32(value.length).bytes(value);
}

function writeInt64(writer: Writer, value: number | bigint): void {
  writer.i64(integer(value));
}

/** Seconds since 1970, 64 bits without sign. A Date loses its milliseconds. @throws UsageError `value-out-of-range` */
export function writeSeconds(writer: Writer, value: Date | number | bigint): void {
  const seconds = value instanceof Date ? Math.floor(value.getTime() / 1_000) : value;
  const whole64 = integer(seconds);
  if (BigInt.asUintN(64, whole64) !== whole64) throw outOfRange('a timestamp', String(seconds), '0 to 2^64-1 seconds');
  writer.i64(BigInt.asIntN(64, whole64));
}

function integer(value: number | bigint): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) throw outOfRange('a 64-bit integer', String(value), 'a safe integer or a bigint');
  return BigInt(value);
}

function whole(value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw outOfRange('an integer', String(value), `${min} to ${max}`);
}

const scratch = new DataView(new ArrayBuffer(8));

/** RabbitMQ ends a connection that sends what is not finite. @throws UsageError `value-out-of-range` */
function writeFloat(writer: Writer, value: number, bytes: 4 | 8): void {
  const sent = bytes === 4 ? Math.fround(value) : value;
  if (!Number.isFinite(sent)) throw outOfRange('a number', String(value), 'finite ones');
  if (bytes === 4) scratch.setFloat32(0, sent);
  else scratch.setFloat64(0, sent);
  writer.u32(scratch.getUint32(0));
  if (bytes === 8) writer.u32(scratch.getUint32(4));
}

const types = new Map((Object.keys(codecs) as FieldType[]).map((type) => [codecs[type].tag.charCodeAt(0), type]));

/**
 * Reads a table behind its length. Integers of 64 bits come as bigint, timestamps as Date, decimals and what no plain
 * value can stand for as {@link Typed}. Of names that come twice, the first counts, as it does for RabbitMQ 4.
 * @throws ProtocolError `short-read`, `field-malformed` or `nesting-too-deep`
 */
export function readTable(reader: Reader, options: FieldReadOptions = {}, depth = 0): FieldTable {
  const end = nestedEnd(reader, depth);
  const table: Record<string, FieldValue> = {};
  while (reader.offset < end) {
    const name = reader.text8(keys);
    const value = readValue(reader, options, depth);
    if (Object.hasOwn(table, name)) continue;
    // Assigning this name would set the prototype.
    if (name === '__proto__')
      Object.defineProperty(table, name, { value, enumerable: true, configurable: true, writable: true });
    else table[name] = value;
  }
  return checkEnd(reader, end, table);
}

function readArray(reader: Reader, options: FieldReadOptions, depth: number): FieldValue[] {
  const end = nestedEnd(reader, depth);
  const values: FieldValue[] = [];
  while (reader.offset < end) values.push(readValue(reader, options, depth));
  return checkEnd(reader, end, values);
}

/** Where a table or array ends. Nothing is made before its length is known to be there. */
function nestedEnd(reader: Reader, depth: number): number {
  if (depth >= MAX_NESTING) {
    throw new ProtocolError('nesting-too-deep', `tables nest more than ${MAX_NESTING} deep`);
  }
  const length = reader.u32();
  if (length > reader.remaining) {
    const claim = `a table of ${length} bytes where ${reader.remaining} are left`;
    throw new ProtocolError('short-read', claim, { offset: reader.offset });
  }
  return reader.offset + length;
}

function checkEnd<T>(reader: Reader, end: number, value: T): T {
  if (reader.offset === end) return value;
  throw new ProtocolError('field-malformed', 'a value ends behind its table', { offset: end });
}

function readValue(reader: Reader, options: FieldReadOptions, depth: number): FieldValue {
  const tag = reader.u8();
  const type = types.get(tag);
  if (type === undefined) {
    const shown = `0x${tag.toString(16).padStart(2, '0')}`;
    throw new ProtocolError('field-malformed', `a field value has the unknown type ${shown}`, {
      offset: reader.offset - 1,
    });
  }
  const value = codecs[type].read(reader, options, depth);
  const isKept = options.keepTypes === true && !(value instanceof Typed) && !isNatural(type, value);
  return isKept ? new Typed(type, value as never) : value;
}

/** Whether the plain value would be written as this type again. */
function isNatural(type: FieldType, value: FieldValue): boolean {
  return value !== undefined && typeOf(value) === type;
}

/** Brokers pass on strings of any bytes: one that is no text must not cost the connection, nor be changed. */
function readString(reader: Reader): FieldValue {
  const bytes = reader.bytes(reader.u32());
  try {
    return bytes.length === 0 ? '' : decodeUtf8(bytes);
  } catch (cause) {
    if (isRmqError(cause, 'utf8-invalid')) return new Typed('string', bytes);
    throw cause;
  }
}

function readTimestamp(reader: Reader): FieldValue {
  const seconds = reader.u64();
  return seconds <= MAX_DATE_SECONDS ? new Date(Number(seconds) * 1_000) : new Typed('timestamp', seconds);
}
