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
import { fieldPlan, jsonField, type PlannedField, readFields, textOf } from './field-plan.ts';
import { beginHead, endHead, frameWriter } from './frame.ts';
import { writeBinaryField, writeBinaryFields, writeBinaryHeader } from './header-binary.ts';
import { jsonHead, jsonMembers, jsonTail } from './header-json.ts';
import type { HeaderName } from './header-fields.ts';
import type { Language } from './languages.ts';
import { type ExtFields, flags, type RemotingCommand, type SerializeType, setExtField } from './remoting-command.ts';
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

function writeJson(writer: Writer, request: Request, rest: Envelope): void {
  const { code, request: header }: CommandDef = commands[request.name];
  const { remark, extra } = request;
  const template = fittingTemplate(request);
  const members = jsonFields(template?.rest ?? planOf(header), request, template === undefined);
  const tail = jsonTail(rest, remark);
  if (template !== undefined) writer.bytes(template.jsonHead).utf8(`${members}},${tail}`);
  else if (header === undefined && extra === undefined) writer.utf8(`{"code":${String(code)},${tail}`);
  else writer.utf8(`${jsonHead(code)}${members}},${tail}`);
}

function jsonFields(plan: readonly PlannedField[], { name, fields, extra }: Request, isFirst: boolean): string {
  let members = '';
  for (const field of plan) {
    const text = textOf(field, fields, name);
    if (text !== undefined) members += jsonField(field, text, isFirst && members === '');
  }
  if (extra === undefined) return members;
  const more = jsonMembers(extra);
  return more === '' || (isFirst && members === '') ? members + more : `${members},${more}`;
}

function writeBinary(writer: Writer, request: Request, envelope: Envelope): void {
  const { name, fields, extra, remark } = request;
  const { code, request: header }: CommandDef = commands[name];
  const { flag, language, opaque, version } = envelope;
  const template = fittingTemplate(request);
  writeBinaryHeader(writer, { code, flag, language, opaque, version, remark }, () => {
    if (template !== undefined) writer.bytes(template.binary);
    for (const field of template?.rest ?? planOf(header)) {
      const text = textOf(field, fields, name);
      if (text !== undefined) writeBinaryField(writer, field.wireNameBytes, text);
    }
    if (extra !== undefined) writeBinaryFields(writer, extra);
  });
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
  const { code, request: header }: CommandDef = commands[name];
  const { opaque, flag, language, version, serializeType } = envelope;
  const extFields = { ...extFieldsOf(header, request.fields, name), ...extra };
  return { code, language, version, opaque, flag, remark, extFields, body: body ?? NO_BODY, serializeType };
}

/** Values as ext fields. @throws UsageError `field-missing`, `field-unknown` or `value-out-of-range` */
function extFieldsOf(
  header: HeaderName | undefined,
  fields: Readonly<Record<string, unknown>>,
  command: string,
): ExtFields {
  const ext: Record<string, string> = {};
  const plan = planOf(header);
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
