import type { Reader } from '../bytes/reader.ts';
import { TextCache } from '../bytes/text-cache.ts';
import { decodeUtf8Loosely } from '../bytes/utf8.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import { type FieldReadOptions, type FieldTable, readTable, writeTable } from './field-table.ts';
import { type FieldSpec, type MethodDef, type MethodName, methods, type WireType } from './methods.ts';
import { outOfRange, writeShortText, writeText32 } from './text.ts';

/** A field of the table, taken apart. */
interface PlannedField {
  readonly name: string;
  readonly type: WireType;
  readonly isReserved: boolean;
  readonly isOptional: boolean;
  readonly read: (reader: Reader, options: FieldReadOptions) => unknown;
}

/** What is worked out once per method, at its first use. */
interface MethodPlan {
  readonly id: number;
  readonly fields: readonly PlannedField[];
}

const plans = new Map<MethodName, MethodPlan>();
/** Exchanges, queues, keys and consumer tags: the same few in all frames of a connection. */
const texts = new TextCache();

function planOf(name: MethodName): MethodPlan {
  let plan = plans.get(name);
  if (plan === undefined) {
    const { id, fields }: MethodDef = methods[name];
    plan = { id, fields: Object.entries(fields).map(([field, spec]) => planField(field, spec)) };
    plans.set(name, plan);
  }
  return plan;
}

function planField(name: string, spec: FieldSpec): PlannedField {
  const [isReserved, isOptional] = [spec.startsWith('-'), spec.endsWith('=')];
  // The spelling of a spec, which the compiler has checked, without its mark.
  const type = spec.replace(/[-=]/u, '') as WireType;
  return { name, type, isReserved, isOptional, read: read[type] };
}

/** The zero of each type: what reserved fields and those left out are. */
const zeros: { readonly [T in WireType]: unknown } = {
  bit: false,
  u8: 0,
  u16: 0,
  u32: 0,
  u64: 0,
  shortstr: '',
  longstr: '',
  octets: new Uint8Array(0),
  table: {},
};

/**
 * Writes ids and arguments of a method.
 * @throws UsageError `field-missing`, `value-out-of-range` or `value-unsupported`; what was written then stays
 */
export function writeMethod(writer: Writer, name: MethodName, args: Readonly<Record<string, unknown>>): void {
  const { id, fields } = planOf(name);
  writer.u32(id);
  let bits = 0;
  let count = 0;
  for (const field of fields) {
    const value = valueOf(field, args, name);
    if (field.type === 'bit') {
      // No method has more than eight neighbours; low bit first.
      bits |= value === true ? 1 << count : 0;
      count += 1;
      continue;
    }
    if (count > 0) writer.u8(bits);
    bits = count = 0;
    write[field.type](writer, value as never);
  }
  if (count > 0) writer.u8(bits);
}

function valueOf(field: PlannedField, args: Readonly<Record<string, unknown>>, method: string): unknown {
  const value = field.isReserved ? undefined : args[field.name];
  if (value !== undefined) return value;
  if (field.isReserved || field.isOptional) return zeros[field.type];
  throw new UsageError('field-missing', `${method} lacks ${field.name}`);
}

const write: { readonly [T in WireType]: (writer: Writer, value: never) => void } = {
  bit: () => undefined,
  u8: (writer, value: number) => writer.u8(value),
  u16: (writer, value: number) => writer.u16(value),
  u32: (writer, value: number) => writer.u32(value),
  u64: (writer, value: number) => writeSafe64(writer, value),
  shortstr: (writer, value: string) => writeShortText(writer, value),
  longstr: (writer, value: string) => writeText32(writer, value),
  octets: (writer, value: Uint8Array) => writer.u32(value.byteLength).bytes(value),
  table: (writer, value: FieldTable) => writeTable(writer, value),
};

/** A number of 64 bits without sign. @throws UsageError `value-out-of-range` beyond what a number holds exactly */
export function writeSafe64(writer: Writer, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw outOfRange('a number', String(value), '0 to 2^53-1');
  writer.u32(Math.floor(value / 0x1_0000_0000)).u32(value >>> 0);
}

/**
 * Reads the arguments of a method, up to the end of the reader.
 * @throws ProtocolError `short-read`, `field-malformed`, `nesting-too-deep` or `frame-malformed`
 */
export function readMethodArgs(reader: Reader, name: MethodName, options: FieldReadOptions): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  let bits = 0;
  let count = 0;
  for (const field of planOf(name).fields) {
    let value: unknown;
    if (field.type === 'bit') {
      if (count === 0) bits = reader.u8();
      value = (bits & (1 << count)) !== 0;
      count += 1;
    } else {
      count = 0;
      value = field.read(reader, options);
    }
    if (!field.isReserved) args[field.name] = value;
  }
  if (reader.remaining > 0) {
    throw new ProtocolError('frame-malformed', `${reader.remaining} bytes behind the arguments of ${name}`);
  }
  return args;
}

const read: { readonly [T in WireType]: (reader: Reader, options: FieldReadOptions) => unknown } = {
  bit: () => undefined,
  u8: (reader) => reader.u8(),
  u16: (reader) => reader.u16(),
  u32: (reader) => reader.u32(),
  u64: readSafe64,
  shortstr: (reader) => reader.text8(texts),
  longstr: (reader) => decodeUtf8Loosely(reader.bytes(reader.u32())),
  octets: (reader) => reader.bytes(reader.u32()),
  table: (reader, options) => readTable(reader, options),
};

/** A number of 64 bits without sign. @throws ProtocolError `field-malformed` beyond what a number holds exactly */
export function readSafe64(reader: Reader): number {
  const value = reader.safeU64();
  if (value !== undefined) return value;
  throw new ProtocolError('field-malformed', 'a delivery tag or size beyond 2^53-1', { offset: reader.offset });
}
