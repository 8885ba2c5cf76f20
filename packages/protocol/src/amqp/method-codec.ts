import type { Reader } from '../bytes/reader.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import type { FieldReadOptions } from './field-table.ts';
import { type FieldSpec, type Method, type MethodDef, methodName, type MethodName, methods } from './methods.ts';
import { wire, type WireType } from './wire.ts';

/** A method on a channel; channel 0 is the connection. */
export type MethodFrame = Method & { readonly type: 'method'; readonly channel: number };

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
  readonly name: MethodName;
  readonly fields: readonly PlannedField[];
}

/** By the id of the table: what is read has nothing else. */
const plans = new Map<number, MethodPlan>();

function planOf(id: number): MethodPlan {
  const plan = plans.get(id);
  if (plan !== undefined) return plan;
  const name = methodName(id >>> 16, id & 0xffff);
  if (name === undefined) {
    throw new ProtocolError('method-unknown', `method ${id & 0xffff} of class ${id >>> 16} is unknown`);
  }
  const { fields }: MethodDef = methods[name];
  const made = { name, fields: Object.entries(fields).map(([field, spec]) => planField(field, spec)) };
  plans.set(id, made);
  return made;
}

function planField(name: string, spec: FieldSpec): PlannedField {
  const [isReserved, isOptional] = [spec.startsWith('-'), spec.endsWith('=')];
  // The spelling of a spec, which the compiler has checked, without its mark.
  const type = spec.replace(/[-=]/u, '') as WireType;
  return { name, type, isReserved, isOptional, read: wire[type].read };
}

/**
 * Writes ids and arguments of a method.
 * @throws UsageError `field-missing`, `value-out-of-range` or `value-unsupported`; what was written then stays
 */
export function writeMethod(writer: Writer, name: MethodName, args: Readonly<Record<string, unknown>>): void {
  const { id } = methods[name];
  const { fields } = planOf(id);
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
    wire[field.type].write(writer, value as never);
  }
  if (count > 0) writer.u8(bits);
}

function valueOf(field: PlannedField, args: Readonly<Record<string, unknown>>, method: string): unknown {
  const value = field.isReserved ? undefined : args[field.name];
  if (value !== undefined) return value;
  if (field.isReserved || field.isOptional) return wire[field.type].zero;
  throw new UsageError('field-missing', `${method} lacks ${field.name}`);
}

/**
 * Reads ids and arguments of a method, up to the end of the reader.
 * @throws ProtocolError `short-read`, `method-unknown`, `field-malformed`, `nesting-too-deep` or `frame-malformed`
 */
export function readMethod(reader: Reader, channel: number, options: FieldReadOptions): MethodFrame {
  const { fields, name } = planOf(reader.u32());
  const args: Record<string, unknown> = {};
  let bits = 0;
  let count = 0;
  for (const field of fields) {
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
  // The table enters here: what the plan of a method reads is what its name promises.
  return { type: 'method', channel, name, args } as MethodFrame;
}
