export type { AclSigner } from './acl.ts';
export { aclContent, aclFields, signed } from './acl.ts';
export type { CommandDef, CommandName, ReceivedFields, RequestFields, ResponseFields } from './commands.ts';
export { commandName, commands } from './commands.ts';
export type { FrameInfo, FrameOptions } from './frame.ts';
export { decodeFrame, encodeFrame, frameDecoder, frameInfo, remotingFraming, writeFrame } from './frame.ts';
export type {
  FieldSpec,
  FieldType,
  FieldValues,
  GivenFields,
  HeaderDef,
  HeaderName,
  ReadFields,
} from './header-fields.ts';
export type { HeaderPlace } from './header-json.ts';
export { headers } from './headers.ts';
export { jsonHeaderReader } from './json-memory.ts';
export type { Language } from './languages.ts';
export { languages } from './languages.ts';
export type { ExtFields, RemotingCommand, SerializeType } from './remoting-command.ts';
export { extField, flags, isOneway, isResponse, opaqueSequence } from './remoting-command.ts';
export type { Envelope, PlainRequest, Request, ResponseInit, TemplatedRequest } from './request.ts';
export {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  plainRequest,
  requestFields,
  response,
  toCommand,
  writeRequestHead,
} from './request.ts';
export type { RequestTemplate } from './request-template.ts';
export { requestTemplate } from './request-template.ts';
export type { ResponseCodeName } from './response-codes.ts';
export { isRetryableResponse, responseCodeName, responseCodes } from './response-codes.ts';
export { groupOf, isSuccess, requestName, topicOf } from './inspect.ts';
export { summarize } from './summarize.ts';
export { versions } from './versions.ts';
