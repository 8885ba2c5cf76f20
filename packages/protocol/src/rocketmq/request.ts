import type { Writer } from '../bytes/writer.ts';
import { UsageError } from '../errors.ts';
import {
  type CommandDef,
  type CommandName,
  commands,
  type ReceivedFields,
  type RequestFields,
  type ResponseFields,
} from './commands.ts';
import { fieldPlan, type PlannedField, readFields, textOf } from './field-plan.ts';
import { beginHead, endHead, frameWriter } from './frame.ts';
import { beginBinaryHeader, endBinaryHeader, writeBinaryFields } from './header-binary.ts';
import { jsonMembers, writeJsonTail, writeJsonMember } from './header-json.ts';
import type { HeaderName } from './header-fields.ts';
import type { Language } from './languages.ts';
import { type ExtFields, flags, type RemotingCommand, type SerializeType, setExtField } from './remoting-command.ts';
import { requestPlan } from './request-plan.ts';
import { fittingTemplate, type RequestTemplate } from './request-template.ts';
import { versions } from './versions.ts';

/** What a client asks, before it has a number. */
export interface Request<N extends CommandName = CommandName> {
  readonly name: N;
  readonly fields: RequestFields<N>;
  readonly body?: Uint8Array | undefined;
  /** Ext fields that belong to no header: `_UNIQUE_KEY_QUERY`, an ACL signature. */
  readonly extra?: ExtFields | undefined;
  readonly remark?: string | undefined;
  /** Makes encoding faster if this is one of many with the same values in some fields. */
  readonly template?: RequestTemplate | undefined;
}

/** What a connection adds to a request. */
export interface Envelope {
  readonly opaque: number;
  /** {@link flags}: request or oneway. */
  readonly flag: number;
  readonly language: Language;
  readonly version: number;
  readonly serializeType: SerializeType;
}

const NO_BODY = new Uint8Array(0);

/**
 * Writes everything of a request in front of its body, straight from the values of its fields.
 * @throws UsageError `field-missing`, `field-unknown`, `value-out-of-range` or `code-too-large`; then nothing stays written
 */
export function writeRequestHead(writer: Writer, request: Request, envelope: Envelope): void {
  const start = beginHead(writer);
  try {
    if (envelope.serializeType === 'json') writeJson(writer, request, envelope);
    else writeBinary(writer, request, envelope);
    endHead(writer, start, { serializeType: envelope.serializeType, bodyBytes: request.body?.byteLength ?? 0 });
  } catch (cause) {
    writer.truncate(start);
    throw cause;
  }
}

/** A whole request as bytes of its own. @throws as {@link writeRequestHead} */
export function encodeRequest(request: Request, envelope: Envelope): Uint8Array {
  const writer = frameWriter(request.body?.byteLength ?? 0);
  writeRequestHead(writer, request, envelope);
  return writer.bytes(request.body ?? NO_BODY).take();
}

const BRACE = 0x7d;
const COMMA = 0x2c;

function writeJson(writer: Writer, request: Request, envelope: Envelope): void {
  const { name, extra, remark } = request;
  const plan = requestPlan(name);
  const template = fittingTemplate(request);
  if (template !== undefined) writeJsonFields(writer.bytes(template.jsonHead), request, template.rest);
  else if (plan.hasHeader || extra !== undefined) {
    writeJsonFields(writer.bytes(plan.jsonWithFields), request, plan.fields, true);
  } else writer.bytes(plan.json);
  writeJsonTail(writer, envelope, remark);
}

// eslint-disable-next-line max-params -- where, what, which of it, and whether something stands in front
function writeJsonFields(
  writer: Writer,
  { name, fields, extra }: Request,
  plan: readonly PlannedField[],
  isFirst = false,
): void {
  let isNext = !isFirst;
  for (const field of plan) {
    const text = textOf(field, fields, name);
    if (text === undefined) continue;
    writeJsonMember(writer, isNext ? field.jsonNext : field.jsonFirst, text);
    isNext = true;
  }
  const more = extra === undefined ? '' : jsonMembers(extra);
  writer
    .utf8(more !== '' && isNext ? `,${more}` : more)
    .u8(BRACE)
    .u8(COMMA);
}

function writeBinary(writer: Writer, request: Request, envelope: Envelope): void {
  const { name, fields, extra, remark } = request;
  const plan = requestPlan(name);
  const template = fittingTemplate(request);
  const { flag, language, opaque, version } = envelope;
  const start = beginBinaryHeader(writer, { code: plan.code, flag, language, opaque, remark, version });
  if (template !== undefined) writer.bytes(template.binary);
  for (const field of template?.rest ?? plan.fields) {
    const text = textOf(field, fields, name);
    if (text !== undefined) writer.field32(field.binary, text);
  }
  if (extra !== undefined) writeBinaryFields(writer, extra);
  endBinaryHeader(writer, start);
}

function planOf(header: HeaderName | undefined): readonly PlannedField[] {
  return header === undefined ? [] : fieldPlan(header);
}

/**
 * A request as a frame in values: for hooks, logs and tests.
 * @throws UsageError `field-missing`, `field-unknown` or `value-out-of-range`
 */
export function toCommand(request: Request, envelope: Envelope): RemotingCommand {
  const { name, body, extra, remark } = request;
  const { opaque, flag, language, version, serializeType } = envelope;
  const extFields = { ...requestFields(request), ...extra };
  const { code } = commands[name];
  return { code, language, version, opaque, flag, remark, extFields, body: body ?? NO_BODY, serializeType };
}

/**
 * The fields of a request as ext fields, `extra` left out.
 * @throws UsageError `field-missing`, `field-unknown` or `value-out-of-range`
 */
export function requestFields({ name: command, fields: given }: Request): ExtFields {
  const fields: Readonly<Record<string, unknown>> = given;
  const { fields: plan } = requestPlan(command);
  const ext: Record<string, string> = {};
  for (const name of Object.keys(fields)) {
    if (!plan.some((field) => field.name === name))
      throw new UsageError('field-unknown', `${command} has no field ${name}`);
  }
  for (const field of plan) {
    const text = textOf(field, fields, command);
    if (text !== undefined) setExtField(ext, field.wireName, text);
  }
  return ext;
}

/**
 * The fields of a request that arrived.
 * @throws ProtocolError `field-missing` or `field-malformed`, naming command and field
 */
export function decodeRequest<N extends CommandName>(name: N, { extFields }: RemotingCommand): ReceivedFields<N> {
  const { request }: CommandDef = commands[name];
  return readFields(request, extFields, name) as ReceivedFields<N>;
}

/**
 * The fields of a successful answer.
 * @throws ProtocolError `field-missing` or `field-malformed`, naming command and field
 */
export function decodeResponse<N extends CommandName>(name: N, { extFields }: RemotingCommand): ResponseFields<N> {
  const { response: header }: CommandDef = commands[name];
  return readFields(header, extFields, name) as ResponseFields<N>;
}

/** What an answer holds beside the number of its request. */
export interface ResponseInit<N extends CommandName> {
  readonly code: number;
  /** Which request it answers; needed with `fields`. */
  readonly name?: N | undefined;
  readonly fields?: Partial<ResponseFields<N>> | undefined;
  readonly extra?: ExtFields | undefined;
  readonly remark?: string | undefined;
  readonly body?: Uint8Array | undefined;
  /** @defaultValue 5.3.3 */
  readonly version?: number | undefined;
  /** @defaultValue NODE_JS */
  readonly language?: Language | undefined;
}

/** The answer to a request: same number, response bit set, in the form that the request had. */
export function response<N extends CommandName>(to: RemotingCommand, init: ResponseInit<N>): RemotingCommand {
  const { code, name, fields, extra, remark, body = NO_BODY } = init;
  const ext = name === undefined || fields === undefined ? {} : responseFields(name, fields);
  return {
    code,
    language: init.language ?? 'NODE_JS',
    version: init.version ?? versions.v5_3_3,
    opaque: to.opaque,
    flag: flags.response,
    remark,
    extFields: { ...ext, ...extra },
    body,
    serializeType: to.serializeType,
  };
}

/** An answer that says no lacks most fields, so none is required here. */
function responseFields(name: CommandName, fields: Readonly<Record<string, unknown>>): ExtFields {
  const { response: header }: CommandDef = commands[name];
  const ext: Record<string, string> = {};
  for (const field of planOf(header)) {
    const value = fields[field.name];
    if (value !== undefined) setExtField(ext, field.wireName, field.type.write(field.name, value));
  }
  return ext;
}
