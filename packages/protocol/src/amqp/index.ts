// Frames and methods.
export type { AssemblyOptions, Command, Content, ContentMethodFrame } from './assembly.ts';
export { ChannelAssembly } from './assembly.ts';
export type { ContentHeader, HeaderFrame, Properties, PropertyName } from './content.ts';
export { properties } from './content.ts';
export type { BodyFrame, BodyFraming, Frame, FrameReadOptions, HeartbeatFrame } from './frame.ts';
export {
  bodyRoom,
  decodeFrame,
  encodeFrame,
  frameDecoder,
  writeBody,
  writeFrame,
  writeHeaderFrame,
  writeHeartbeat,
  writeMethodFrame,
} from './frame.ts';
export { FRAME_MIN_SIZE } from './frame-constants.ts';
export type { MethodFrame } from './method-codec.ts';
export { methodName } from './method-codec.ts';
export type { Args, ContentMethodName, GivenArgs, GivenMethod, Method, MethodDef, MethodName } from './methods.ts';
export { methods } from './methods.ts';
export type { ProtocolHeader } from './protocol-header.ts';
export { protocolHeader } from './protocol-header.ts';
export type { FieldSpec, WireType, WireValues } from './wire.ts';
export type { PublishTarget, PublishTemplate, TemplatedMessage } from './publish-template.ts';
export { publishTemplate, writePublish } from './publish-template.ts';
export type { ReplyCode, ReplyScope } from './reply-codes.ts';
export { replyCode, replyCodes } from './reply-codes.ts';

// Field tables.
export type { FieldReadOptions, FieldTable, FieldValue } from './field-table.ts';
export { encodeTableEntries, MAX_NESTING } from './field-table.ts';
export type { FieldType, FieldValues } from './field-types.ts';
export { Typed } from './field-types.ts';
