// Frames alone: no tables of commands, no bodies, no messages. For proxies, taps and codecs of one's own.
export type { FrameInfo, FrameOptions } from './frame.ts';
export { decodeFrame, encodeFrame, frameDecoder, frameInfo, remotingFraming, writeFrame } from './frame.ts';
export type { HeaderPlace } from './header-json.ts';
export type { Language } from './languages.ts';
export { languages } from './languages.ts';
export type { ExtFields, RemotingCommand, SerializeType } from './remoting-command.ts';
export { extField, flags, isOneway, isResponse, opaqueSequence } from './remoting-command.ts';
