import { encodeUtf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import type { CommandDef, CommandName, RequestFields } from './commands.ts';
import { commands } from './commands.ts';
import { fieldPlan, jsonField, type PlannedField, textOf } from './field-plan.ts';
import { writeBinaryField } from './header-binary.ts';
import { jsonHead } from './header-json.ts';

/**
 * Fields that many requests have in common, written once. A request that names its template and has the same values in
 * those fields is encoded faster; the bytes mean the same. See {@link requestTemplate}.
 */
export interface RequestTemplate<N extends CommandName = CommandName> {
  readonly name: N;
  /** The common values by name. */
  readonly common: readonly (readonly [name: string, value: unknown])[];
  /** A JSON header up to and with them. */
  readonly jsonHead: Uint8Array;
  /** How they look in the ext-field block of a binary header. */
  readonly binary: Uint8Array;
  /** The other fields of the command. */
  readonly rest: readonly PlannedField[];
}

/**
 * Prepares what is the same in many requests: `requestTemplate('pullMessage', { consumerGroup, topic })`.
 * @throws UsageError `value-out-of-range`
 */
export function requestTemplate<N extends CommandName>(name: N, fields: Partial<RequestFields<N>>): RequestTemplate<N> {
  const { code, request: header }: CommandDef = commands[name];
  const plan = header === undefined ? [] : fieldPlan(header);
  const values: Readonly<Record<string, unknown>> = fields;
  const binary = new Writer();
  let json = '';
  for (const field of plan) {
    if (values[field.name] === undefined) continue;
    const text = textOf(field, values, name) ?? '';
    json += jsonField(field, text, json === '');
    writeBinaryField(binary, field.wireNameBytes, text);
  }
  const rest = plan.filter((field) => values[field.name] === undefined);
  const common = Object.entries(values).filter(([, value]) => value !== undefined);
  return { name, common, jsonHead: encodeUtf8(jsonHead(code) + json), binary: binary.take(), rest };
}

/** The template of a request that has its values. What was changed since, by a hook for one, is encoded anew. */
export function fittingTemplate({ name, fields, template }: Templated): RequestTemplate | undefined {
  if (template?.name !== name) return undefined;
  const { common } = template;
  for (const [field, value] of common) if (fields[field] !== value) return undefined;
  return common.length === 0 ? undefined : template;
}

/** What is looked at of a request. */
interface Templated {
  readonly name: CommandName;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly template?: RequestTemplate | undefined;
}
