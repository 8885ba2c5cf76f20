export type { Frame } from './frame.ts';
export { decodeFrame, encodeFrame, frameDecoder, MAX_FRAME_BYTES, writeFrame } from './frame.ts';
export type { Info } from './info.ts';
export { decodeInfo, encodeInfo } from './info.ts';
export type { Refused, Request, RequestError } from './request.ts';
export {
  MAX_GET_TIMEOUT_MS,
  MAX_QUEUE_NAME_BYTES,
  MIN_GET_TIMEOUT_MS,
  readRequest,
  requestDecoder,
  requestFrame,
} from './request.ts';
export type { Response } from './response.ts';
export { readResponse, responseFrame, writeOk } from './response.ts';
