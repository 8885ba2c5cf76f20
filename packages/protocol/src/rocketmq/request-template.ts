import { encodeUtf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import { type CommandDef, type CommandName, commands, type RequestFields } from './commands.ts';
import { fieldPlan, type PlannedField, textOf } from './field-plan.ts';
import { beginBinaryHeader } from './header-binary.ts';
import { jsonHead, writeJsonMember } from './header-json.ts';
import type { Language } from './languages.ts';

/**
 * What many requests have in common, written once: a request that has a template says only the other fields. What it
 * says nevertheless counts; it is then written as if there were no template.
 */
export interface RequestTemplate<N extends CommandName = CommandName> {
  readonly name: N;
  readonly code: number;
  /** The common values by name. */
  readonly common: Readonly<Record<string, unknown>>;
  /** The other fields of the command by name, in table order. */
  readonly open: ReadonlyMap<string, PlannedField>;
  /** Of these, the ones that are written also when they are left out, or then are an error. */
  readonly needed: readonly PlannedField[];
  /** A JSON header up to and with the common fields, behind each of which is a comma. */
  readonly json: Uint8Array;
  /** How much of it comes before the first field. */
  readonly jsonHeadBytes: number;
  /** The same for a request that has no ext fields at all, if this can be one. */
  readonly jsonBare: Uint8Array | undefined;
  /** The common fields in the ext-field block of a binary header. */
  readonly binary: Uint8Array;
  /** What the last request had, which the next one most likely has as well. */
  readonly last: LastRequest;
}

/** Looking at what came last is cheaper than looking up a name, or writing a header anew. */
interface LastRequest {
  /** Its own fields in its order. */
  readonly fields: PlannedField[];
  /** See {@link binaryHead}, and what it was made for. */
  head: { readonly language: Language; readonly version: number; readonly bytes: Uint8Array } | undefined;
}

/**
 * Prepares what is the same in many requests: `requestTemplate('pullMessage', { consumerGroup, topic })`.
 * @throws UsageError `value-out-of-range`
 */
export function requestTemplate<N extends CommandName>(
  name: N,
  common: Partial<RequestFields<N>> = {},
): RequestTemplate<N> {
  const values: Readonly<Record<string, unknown>> = common;
  const { code, request }: CommandDef = commands[name];
  const plan = fieldPlan(request);
  const isCommon = (field: PlannedField): boolean => values[field.name] !== undefined;
  const json = new Writer().utf8(jsonHead(code));
  const jsonHeadBytes = json.length;
  const binary = new Writer();
  for (const field of plan.filter(isCommon)) {
    const text = textOf(field, values[field.name]);
    writeJsonMember(json, field.json, text);
    binary.field32(field.binary, text);
  }
  const open = plan.filter((field) => !isCommon(field));
  return {
    name,
    code,
    common: values,
    open: new Map(open.map((field) => [field.name, field])),
    needed: open.filter(({ isNeeded }) => isNeeded),
    json: json.take(),
    jsonHeadBytes,
    jsonBare: request === undefined ? encodeUtf8(`{"code":${code},`) : undefined,
    binary: binary.take(),
    last: { fields: [], head: undefined },
  };
}

/**
 * A binary header without a remark up to and with the common fields, which lacks but its opaque number and its flag.
 * @throws UsageError `code-too-large` or `value-out-of-range`
 */
export function binaryHead(
  { binary, code, last }: RequestTemplate,
  { language, version }: { readonly language: Language; readonly version: number },
): Uint8Array {
  if (last.head?.language !== language || last.head.version !== version) {
    const writer = new Writer();
    beginBinaryHeader(writer, { code, flag: 0, language, opaque: 0, version });
    last.head = { language, version, bytes: writer.bytes(binary).take() };
  }
  return last.head.bytes;
}

const plain = new Map<CommandName, RequestTemplate>();

/** The template without common fields: how a command is written that has no other. */
export function plainTemplate(name: CommandName): RequestTemplate {
  let template = plain.get(name);
  if (template === undefined) plain.set(name, (template = requestTemplate(name)));
  return template;
}
