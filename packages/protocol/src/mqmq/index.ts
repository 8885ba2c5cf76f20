export type { Frame } from './frame.ts';
export { MAX_FRAME_BYTES, writeFrame } from './frame.ts';
export type { Refused, Request, RequestError } from './request.ts';
export {
  MAX_GET_TIMEOUT_MS,
  MAX_QUEUE_NAME_BYTES,
  MIN_GET_TIMEOUT_MS,
  requestDecoder,
  requestFrame,
} from './request.ts';
export type { Response } from './response.ts';
export { responseDecoder, responseFrame } from './response.ts';
