export type { FrameDecoderOptions, Framing, Read } from './frame-decoder.ts';
export { FrameDecoder } from './frame-decoder.ts';
export { Reader } from './reader.ts';
export { TextCache } from './text-cache.ts';
export { decodeUtf8, encodeUtf8, encodeUtf8Into } from './utf8.ts';
export type { Fill } from './writer.ts';
export { Writer } from './writer.ts';
