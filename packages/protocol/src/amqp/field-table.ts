import type { Reader } from '../bytes/reader.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { outOfRange, within, Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import { type FieldType, type FieldValues, Typed } from './field-types.ts';
import { int64, longText, octets, seconds, shortText, sized, u16, u32, u8 } from './pairs.ts';

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
const TOO_DEEP = `tables nest more than ${MAX_NESTING} deep`;
const INT32 = 0x8000_0000;
/** The last second that a Date can be. */
const MAX_DATE_SECONDS = 8_640_000_000_000;

/**
 * Writes a table behind its length.
 *
 * An integer from -2^31 to 2^31-1 becomes an int32, other safe integers and bigints an int64, all other numbers a double;
 * text a string, bytes a byte array, a Date a timestamp (whole seconds), null void. Entries that are undefined are left
 * out.
 * @throws UsageError `value-out-of-range` or `value-unsupported`; what was written until then stays in the writer
 */
export function writeTable(writer: Writer, table: FieldTable = {}, depth = 0): void {
  checkDepth(depth);
  sized(writer, () => writeEntries(writer, table, depth));
}

/** A table without its length, as SASL's AMQPLAIN wants it. @throws UsageError as {@link writeTable} */
export function encodeTableEntries(table: FieldTable): Uint8Array {
  const writer = new Writer();
  writeEntries(writer, table, 0);
  return writer.take();
}

function writeEntries(writer: Writer, table: FieldTable, depth: number): void {
  for (const name of Object.keys(table)) {
    const value = table[name];
    if (value === undefined) continue;
    shortText.write(writer, name);
    writeValue(writer, value, depth);
  }
}

/** A circle ends here, too. */
function checkDepth(depth: number): void {
  if (depth >= MAX_NESTING) throw new UsageError('value-unsupported', TOO_DEEP);
}

function writeArray(writer: Writer, values: readonly FieldValue[], depth: number): void {
  checkDepth(depth);
  sized(writer, () => {
    for (const value of values) writeValue(writer, value ?? null, depth);
  });
}

function writeValue(writer: Writer, given: Exclude<FieldValue, undefined>, depth: number): void {
  const value = given instanceof Typed ? given.value : given;
  // Asked for all: what has no type by itself cannot be said to have one.
  const plain = typeOf(value);
  const { tag, write } = codecs[given instanceof Typed ? given.type : plain];
  writer.u8(tag.charCodeAt(0));
  // The table of types enters here: `Typed` and `typeOf` pair each type with its value.
  write(writer, value as never, depth + 1);
}

/** The type that a plain value is written as. @throws UsageError `value-unsupported` */
function typeOf(value: unknown): FieldType {
  if (typeof value === 'number') return typeOfNumber(value);
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return 'int64';
  if (value === null) return 'void';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Date) return 'timestamp';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') throw unsupported(`a ${typeof value}`);
  // Objects of classes (a Map, an Error) would go out as tables of whatever they happen to hold. Plain ones of another
  // realm have its Object.prototype, which has none above it, either.
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto === null || Object.getPrototypeOf(proto) === null) return 'table';
  throw unsupported(`an instance of ${value.constructor.name}`);
}

function unsupported(what: string): UsageError {
  return new UsageError('value-unsupported', `${what} is no field value`);
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
    write: (writer, value: number) => writer.u8(within(value, -0x80, 0x7f) & 0xff),
    read: (reader) => (reader.u8() << 24) >> 24,
  },
  uint8: { tag: 'B', ...u8 },
  int16: {
    tag: 's',
    write: (writer, value: number) => writer.i16(value),
    read: (reader) => (reader.u16() << 16) >> 16,
  },
  uint16: { tag: 'u', ...u16 },
  int32: { tag: 'I', write: (writer, value: number) => writer.i32(value), read: (reader) => reader.u32() | 0 },
  uint32: { tag: 'i', ...u32 },
  int64: { tag: 'l', ...int64 },
  // The specification's own spelling, which RabbitMQ reads and gives back as l.
  int64L: { tag: 'L', ...int64 },
  float: {
    tag: 'f',
    write: (writer, value: number) => {
      scratch.setFloat32(0, finite(Math.fround(value)));
      writer.u32(scratch.getUint32(0));
    },
    read: (reader) => reader.view(4).getFloat32(0),
  },
  double: {
    tag: 'd',
    write: (writer, value: number) => {
      scratch.setFloat64(0, finite(value));
      writer.u32(scratch.getUint32(0)).u32(scratch.getUint32(4));
    },
    read: (reader) => reader.view(8).getFloat64(0),
  },
  decimal: {
    tag: 'D',
    write: (writer, { scale, value }: FieldValues['decimal']) => writer.u8(scale).u32(value),
    read: (reader) => new Typed('decimal', { scale: reader.u8(), value: reader.u32() }),
  },
  string: {
    tag: 'S',
    write: (writer, value: string | Uint8Array) =>
      typeof value === 'string' ? longText.write(writer, value) : octets.write(writer, value),
    read: readString,
  },
  bytes: { tag: 'x', ...octets },
  array: { tag: 'A', write: writeArray, read: readArray },
  timestamp: { tag: 'T', write: seconds.write, read: readTimestamp },
  table: { tag: 'F', write: writeTable, read: readTable },
  void: { tag: 'V', write: () => undefined, read: () => null },
};

const scratch = new DataView(new ArrayBuffer(8));

/** RabbitMQ ends a connection that sends what is not finite. @throws UsageError `value-out-of-range` */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw outOfRange(value, 'a finite number');
}

const types = new Map((Object.keys(codecs) as FieldType[]).map((type) => [codecs[type].tag.charCodeAt(0), type]));

/**
 * Reads a table behind its length. Integers of 64 bits come as bigint, timestamps as Date, decimals and what no plain
 * value can stand for as {@link Typed}. Of names that come twice, the first counts, as it does for RabbitMQ 4.
 * @throws ProtocolError `short-read`, `field-malformed` or `nesting-too-deep`
 */
export function readTable(reader: Reader, options: FieldReadOptions, depth = 0): FieldTable {
  const table: Record<string, FieldValue> = {};
  for (const part = nested(reader, depth); part.remaining > 0;) {
    const name = shortText.read(part);
    const value = readValue(part, options, depth);
    if (Object.hasOwn(table, name)) continue;
    // Assigning this name would set the prototype.
    if (name === '__proto__')
      Object.defineProperty(table, name, { value, enumerable: true, configurable: true, writable: true });
    else table[name] = value;
  }
  return table;
}

function readArray(reader: Reader, options: FieldReadOptions, depth: number): FieldValue[] {
  const values: FieldValue[] = [];
  for (const part = nested(reader, depth); part.remaining > 0;) values.push(readValue(part, options, depth));
  return values;
}

/** The inside of a table or array. Nothing is made before its length is known to be there. */
function nested(reader: Reader, depth: number): Reader {
  if (depth >= MAX_NESTING) throw new ProtocolError('nesting-too-deep', TOO_DEEP);
  return reader.part(reader.u32());
}

function readValue(reader: Reader, options: FieldReadOptions, depth: number): FieldValue {
  const tag = reader.u8();
  const type = types.get(tag);
  if (type === undefined) {
    throw new ProtocolError('field-malformed', `a field value has the unknown type ${tag}`, {
      offset: reader.offset - 1,
    });
  }
  const value = codecs[type].read(reader, options, depth + 1);
  // A plain value stands for its type if it would be written as the same again.
  const isPlain = options.keepTypes !== true || value instanceof Typed || typeOf(value) === type;
  return isPlain ? value : new Typed(type, value as never);
}

/** Brokers pass on strings of any bytes: one that is no text must not cost the connection, nor be changed. */
function readString(reader: Reader): FieldValue {
  const bytes = octets.read(reader);
  try {
    return decodeUtf8(bytes);
  } catch {
    return new Typed('string', bytes);
  }
}

function readTimestamp(reader: Reader): FieldValue {
  const value = seconds.read(reader);
  return value <= MAX_DATE_SECONDS ? new Date(Number(value) * 1_000) : new Typed('timestamp', BigInt(value));
}
