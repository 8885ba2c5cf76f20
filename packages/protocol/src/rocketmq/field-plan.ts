import { encodeUtf8 } from '../bytes/utf8.ts';
import { outOfRange, Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import type { FieldSpec, FieldType, HeaderDef, HeaderName } from './header-fields.ts';
import { headers } from './headers.ts';
import { extField, type ExtFields } from './remoting-command.ts';
import { wire, type WireType } from './wire.ts';

/** One field of a header, worked out once from its spec in the table. */
export interface PlannedField {
  /** Its name for users. */
  readonly name: string;
  /** Its name on the wire, which for one-letter headers differs. */
  readonly wireName: string;
  /** What stands in front of its text in a JSON header. */
  readonly json: Uint8Array;
  /** What stands in front of its text's length in a binary header. */
  readonly binary: Uint8Array;
  /** Whether it is written also when it is left out, or then is an error. */
  readonly isNeeded: boolean;
  /** What counts when it is left out. */
  readonly absent: string | undefined;
  readonly type: WireType<unknown>;
}

const plans = new Map<HeaderDef, readonly PlannedField[]>();

/** The fields of a header in table order; none where there is no header. */
export function fieldPlan(header: HeaderName | HeaderDef | undefined): readonly PlannedField[] {
  if (header === undefined) return [];
  const def: HeaderDef = typeof header === 'string' ? headers[header] : header;
  let plan = plans.get(def);
  if (plan === undefined) {
    plan = Object.entries(def).flatMap(([name, spec]) =>
      name === '...' ? fieldPlan(spec as HeaderName) : plannedField(name, spec as FieldSpec),
    );
    plans.set(def, plan);
  }
  return plan;
}

function plannedField(name: string, spec: FieldSpec): PlannedField {
  const [kind, wireName = name] = spec.split('@') as [string, string?];
  const [type, mark] = kind.split(/(?=[?=])/) as [FieldType, string?];
  const bytes = encodeUtf8(wireName);
  return {
    name,
    wireName,
    json: encodeUtf8(`"${wireName}":"`),
    binary: new Writer().i16(bytes.length).bytes(bytes).take(),
    isNeeded: mark !== '?',
    absent: mark === '=' ? wire[type].zero : undefined,
    type: wire[type],
  };
}

/** The text of a field's value. @throws UsageError `value-out-of-range` */
export function textOf(field: PlannedField, value: unknown): string {
  return field.type.write(value) ?? refuse(field, value);
}

function refuse({ name, type }: PlannedField, value: unknown): never {
  // What objects hold may be long, or nobody's business.
  const isPlain = /^(string|number|bigint|boolean)$/.test(typeof value);
  const shown = isPlain ? (value as string) : typeof value;
  throw outOfRange(`${name} ${shown}`, type.expected);
}

/**
 * The text of a field for sending; undefined if it is left out.
 * @throws UsageError `field-missing` or `value-out-of-range`
 */
export function textOrAbsent(field: PlannedField, value: unknown, command: string): string | undefined {
  if (value !== undefined) return textOf(field, value);
  return field.isNeeded ? absentText(field, command) : undefined;
}

/** The text of a needed field that is left out. @throws UsageError `field-missing` */
export function absentText({ name, absent }: PlannedField, command: string): string {
  if (absent !== undefined) return absent;
  throw new UsageError('field-missing', `${command} needs the field ${name}`);
}

/**
 * Reads the fields of a header; names that the table lacks are ignored.
 * @throws ProtocolError `field-missing` or `field-malformed`
 */
export function readFields(
  header: HeaderName | HeaderDef | undefined,
  ext: ExtFields,
  command: string,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const { name, wireName, absent, isNeeded, type } of fieldPlan(header)) {
    const text = extField(ext, wireName) ?? absent;
    if (text !== undefined) {
      const value = type.read(text);
      if (value === undefined) throw new ProtocolError('field-malformed', `field ${name} is not ${type.expected}`);
      values[name] = value;
    } else if (isNeeded) throw new ProtocolError('field-missing', `${command} came without the field ${name}`);
  }
  return values;
}
