import { Writer } from '../bytes/writer.ts';
import type { CommandName, RequestFields } from './commands.ts';
import { type PlannedField, textOf } from './field-plan.ts';
import { writeJsonMember } from './header-json.ts';
import { requestPlan } from './request-plan.ts';

/**
 * Fields that many requests have in common, written once. A request that names its template and has the same values in
 * those fields is encoded faster; the bytes mean the same. See {@link requestTemplate}.
 */
export interface RequestTemplate<N extends CommandName = CommandName> {
  readonly name: N;
  /** The common values by name. */
  readonly common: readonly { readonly field: string; readonly value: unknown }[];
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
  const plan = requestPlan(name);
  const values: Readonly<Record<string, unknown>> = fields;
  const isCommon = (field: PlannedField): boolean => values[field.name] !== undefined;
  const json = new Writer().bytes(plan.jsonWithFields);
  const binary = new Writer();
  for (const [index, field] of plan.fields.filter(isCommon).entries()) {
    const text = textOf(field, values, name) ?? '';
    writeJsonMember(json, index === 0 ? field.jsonFirst : field.jsonNext, text);
    binary.field32(field.binary, text);
  }
  const rest = plan.fields.filter((field) => !isCommon(field));
  const common = Object.entries(values).flatMap(([field, value]) => (value === undefined ? [] : [{ field, value }]));
  return { name, common, jsonHead: json.take(), binary: binary.take(), rest };
}

/** The template of a request that has its values. What was changed since, by a hook for one, is encoded anew. */
export function fittingTemplate({ name, fields, template }: Templated): RequestTemplate | undefined {
  if (template?.name !== name) return undefined;
  const { common } = template;
  for (const { field, value } of common) if (fields[field] !== value) return undefined;
  return common.length === 0 ? undefined : template;
}

/** What is looked at of a request. */
interface Templated {
  readonly name: CommandName;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly template?: RequestTemplate | undefined;
}
