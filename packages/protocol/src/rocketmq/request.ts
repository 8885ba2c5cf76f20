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
import { absentText, fieldPlan, readFields, textOf, textOrAbsent } from './field-plan.ts';
import { beginHead, endHead, frameWriter, HEAD_BYTES } from './frame.ts';
import { beginBinaryHeader, copyBinaryHeader, endBinaryHeader, writeBinaryFields } from './header-binary.ts';
import { jsonMembers, writeJsonTail, writeJsonMember } from './header-json.ts';
import type { Language } from './languages.ts';
import { type ExtFields, flags, type RemotingCommand, type SerializeType, setField } from './remoting-command.ts';
import { binaryHead, plainTemplate, type RequestTemplate } from './request-template.ts';
import { versions } from './versions.ts';

/** What a client asks, before it has a number. */
export type Request<N extends CommandName = CommandName> = PlainRequest<N> | TemplatedRequest<N>;

/** A request with all its fields. */
export interface PlainRequest<N extends CommandName = CommandName> extends RequestParts<N> {
  readonly fields: RequestFields<N>;
  readonly template?: undefined;
}

/** A request with the fields that its template lacks, or has with another value. Encoding it is faster. */
export interface TemplatedRequest<N extends CommandName = CommandName> extends RequestParts<N> {
  readonly fields: Partial<RequestFields<N>>;
  readonly template: RequestTemplate<N>;
}

interface RequestParts<N extends CommandName> {
  readonly name: N;
  readonly body?: Uint8Array | undefined;
  /** Ext fields that belong to no header: `_UNIQUE_KEY_QUERY`, an ACL signature. */
  readonly extra?: ExtFields | undefined;
  readonly remark?: string | undefined;
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
  const { template } = request;
  const start = beginHead(writer);
  try {
    // What a request says beside what its template lacks counts: it is then written without the template.
    const isWritten = template?.name === request.name && writeHeader(writer, { request, envelope, template });
    if (!isWritten) {
      writer.truncate(start + HEAD_BYTES);
      writeHeader(writer, { request: plainRequest(request), envelope, template: plainTemplate(request.name) });
    }
    endHead(writer, start, { serializeType: envelope.serializeType, bodyBytes: request.body?.length ?? 0 });
  } catch (cause) {
    writer.truncate(start);
    throw cause;
  }
}

/** The same request with all its fields and without a template: for who wants to look at it. */
export function plainRequest(request: Request): PlainRequest {
  const { template } = request;
  if (template === undefined) return request;
  const common = template.name === request.name ? template.common : {};
  const { name, body, extra, remark } = request;
  return { name, fields: { ...common, ...request.fields }, body, extra, remark };
}

/** What goes into a header. */
interface HeaderParts {
  readonly request: Request;
  readonly envelope: Envelope;
  readonly template: RequestTemplate;
}

/** Writes a header with a template. @returns false, with half of it written, when the request has a field of the template */
function writeHeader(writer: Writer, parts: HeaderParts): boolean {
  return parts.envelope.serializeType === 'json' ? writeJson(writer, parts) : writeBinary(writer, parts);
}

/** A whole request as bytes of its own. @throws as {@link writeRequestHead} */
export function encodeRequest(request: Request, envelope: Envelope): Uint8Array {
  const writer = frameWriter(request.body?.length ?? 0);
  writeRequestHead(writer, request, envelope);
  return writer.bytes(request.body ?? NO_BODY).take();
}

function writeJson(writer: Writer, parts: HeaderParts): boolean {
  const {
    request: { extra, remark },
    envelope,
    template,
  } = parts;
  if (template.jsonBare !== undefined && extra === undefined) writer.bytes(template.jsonBare);
  else {
    const fieldsAt = writer.length + template.jsonHeadBytes;
    writer.bytes(template.json);
    if (!writeFields(writer, parts)) return false;
    const more = extra === undefined ? '' : jsonMembers(extra);
    // Behind the last one there is no comma.
    if (more === '' && writer.length > fieldsAt) writer.truncate(writer.length - 1);
    writer.utf8(`${more}},`);
  }
  writeJsonTail(writer, envelope, remark);
  return true;
}

function writeBinary(writer: Writer, parts: HeaderParts): boolean {
  const {
    request: { extra, remark },
    envelope,
    template,
  } = parts;
  let hole: number;
  if (remark === undefined) hole = copyBinaryHeader(writer, binaryHead(template, envelope), envelope);
  else {
    const { flag, language, opaque, version } = envelope;
    hole = beginBinaryHeader(writer, { code: template.code, flag, language, opaque, remark, version });
    writer.bytes(template.binary);
  }
  if (!writeFields(writer, parts)) return false;
  if (extra !== undefined) writeBinaryFields(writer, extra);
  endBinaryHeader(writer, hole);
  return true;
}

/** Writes the fields that a template leaves open, in the order they are given. @returns false if there are others */
function writeFields(writer: Writer, { request, envelope, template }: HeaderParts): boolean {
  const { name: command } = request;
  const fields: Readonly<Record<string, unknown>> = request.fields;
  const isJson = envelope.serializeType === 'json';
  const { fields: last } = template.last;
  let missing = template.needed.length;
  let place = 0;
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    let field = last[place];
    if (field?.name !== name) {
      field = template.open.get(name);
      if (field === undefined) {
        if (Object.hasOwn(template.common, name)) return false;
        throw new UsageError('field-unknown', `${command} has no field ${name}`);
      }
      last[place] = field;
    }
    place += 1;
    const text = textOf(field, value);
    if (isJson) writeJsonMember(writer, field.json, text);
    else writer.field32(field.binary, text);
    if (field.isNeeded) missing -= 1;
  }
  if (missing > 0) writeAbsent(writer, { request, template }, isJson);
  return true;
}

/** Writes what Java's primitives have when they are left out. @throws UsageError `field-missing` */
function writeAbsent(
  writer: Writer,
  { request, template }: Pick<HeaderParts, 'request' | 'template'>,
  isJson: boolean,
): void {
  const fields: Readonly<Record<string, unknown>> = request.fields;
  for (const field of template.needed) {
    if (fields[field.name] !== undefined) continue;
    const text = absentText(field, request.name);
    if (isJson) writeJsonMember(writer, field.json, text);
    else writer.field32(field.binary, text);
  }
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
export function requestFields(request: Request): ExtFields {
  const { name: command } = request;
  const fields: Readonly<Record<string, unknown>> = plainRequest(request).fields;
  const { open } = plainTemplate(command);
  const ext: Record<string, string> = {};
  for (const name of Object.keys(fields)) {
    if (!open.has(name)) throw new UsageError('field-unknown', `${command} has no field ${name}`);
  }
  for (const field of open.values()) {
    const text = textOrAbsent(field, fields[field.name], command);
    if (text !== undefined) setField(ext, field.wireName, text);
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
  for (const field of fieldPlan(header)) {
    const value = fields[field.name];
    if (value !== undefined) setField(ext, field.wireName, textOf(field, value));
  }
  return ext;
}
