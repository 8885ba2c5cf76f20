import type { Reader } from '../bytes/reader.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import type { FieldReadOptions } from './field-table.ts';
import { type Method, type MethodDef, type MethodName, methods } from './methods.ts';
import { planFields, type PlannedField } from './wire.ts';

/** A method on a channel; channel 0 is the connection. */
export type MethodFrame = Method & { readonly type: 'method'; readonly channel: number };

/** What is worked out once for each method. */
interface MethodPlan {
  readonly name: MethodName;
  readonly fields: readonly PlannedField[];
}

/** By the id of the table: what is read has nothing else. */
const plans: ReadonlyMap<number, MethodPlan> = new Map(
  (Object.keys(methods) as MethodName[]).map((name) => {
    const { id, fields }: MethodDef = methods[name];
    return [id, { name, fields: planFields(fields) }];
  }),
);

function planOf(id: number): MethodPlan {
  const plan = plans.get(id);
  if (plan !== undefined) return plan;
  throw new ProtocolError('method-unknown', `method ${id & 0xffff} of class ${id >>> 16} is unknown`);
}

/** The name of a method by its ids. Undefined: unknown. */
export function methodName(classId: number, methodId: number): MethodName | undefined {
  return plans.get(classId * 0x1_0000 + methodId)?.name;
}

/**
 * Writes ids and arguments of a method.
 * @throws UsageError `field-missing`, `value-out-of-range` or `value-unsupported`; what was written then stays
 */
export function writeMethod(writer: Writer, method: MethodName, args: Readonly<Record<string, unknown>>): void {
  const { id } = methods[method];
  writer.u32(id);
  let bits = 0;
  let count = 0;
  for (const { name, isReserved, isRequired, pair } of planOf(id).fields) {
    const value = isReserved ? undefined : args[name];
    if (isRequired && value === undefined) throw new UsageError('field-missing', `${method} lacks ${name}`);
    if (pair === undefined) {
      // No method has more than eight neighbours; low bit first.
      if (value === true) bits |= 1 << count;
      count += 1;
      continue;
    }
    if (count > 0) writer.u8(bits);
    bits = count = 0;
    pair.write(writer, value as never);
  }
  if (count > 0) writer.u8(bits);
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
    if (field.pair === undefined) {
      if (count === 0) bits = reader.u8();
      value = (bits & (1 << count)) !== 0;
      count += 1;
    } else {
      count = 0;
      value = field.pair.read(reader, options);
    }
    if (!field.isReserved) args[field.name] = value;
  }
  checkEnd(reader, name);
  // The table enters here: what the plan of a method reads is what its name promises.
  return { type: 'method', channel, name, args } as MethodFrame;
}

/** @throws ProtocolError `frame-malformed` if bytes are left */
export function checkEnd(reader: Reader, what: string): void {
  if (reader.remaining > 0) throw new ProtocolError('frame-malformed', `${reader.remaining} bytes behind ${what}`);
}
