import type { FrameDecoder } from '../bytes/frame-decoder.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { UsageError } from '../errors.ts';
import { decoderOf, type Frame, isAt, LENGTH_BYTES } from './frame.ts';

/** What a client may ask. Queue names and messages are any bytes, also none. */
export type Request =
  | { readonly type: 'Put'; readonly queue: Uint8Array; readonly message: Uint8Array }
  /** Waits for a message. Milliseconds, up to an hour; less than 1 counts as 1, and so does nothing. */
  | { readonly type: 'Get'; readonly queue: Uint8Array; readonly timeoutMs?: number | undefined }
  | { readonly type: 'Info' }
  /** Wants no answer: the server closes the connection. */
  | { readonly type: 'Quit' };

/** A request that a server refuses. */
export interface Refused {
  readonly type: 'Refused';
  readonly error: RequestError;
}

/** Why a server refuses a request; after an unknown command it closes the connection. */
export type RequestError =
  'REQUEST_BAD_PARAMS' | 'REQUEST_BAD_QUEUE_NAME' | 'REQUEST_BAD_TIMEOUT' | 'REQUEST_UNKNOWN_COMMAND';

/** Longest queue name. Bytes. */
export const MAX_QUEUE_NAME_BYTES = 1_024;
/** Longest wait: one hour. Milliseconds. */
export const MAX_GET_TIMEOUT_MS = 3_600_000;
/** A wait that says nothing, or nothing sensible, is this long. Milliseconds. */
export const MIN_GET_TIMEOUT_MS = 1;

const PLUS = 0x2b;
const MINUS = 0x2d;

/**
 * The frame of a request.
 * @throws UsageError `name-invalid` for a queue name over 1024 bytes, `value-out-of-range` for a wait over an hour
 */
export function requestFrame(request: Request): Frame {
  const { type } = request;
  if (type === 'Info' || type === 'Quit') return [type];
  const { queue } = request;
  if (queue.length > MAX_QUEUE_NAME_BYTES) {
    throw new UsageError(
      'name-invalid',
      `a queue name of ${queue.length} bytes: expected at most ${MAX_QUEUE_NAME_BYTES}`,
    );
  }
  if (type === 'Put') return [type, queue, request.message];
  const { timeoutMs } = request;
  if (timeoutMs === undefined) return [type, queue];
  if (!(timeoutMs <= MAX_GET_TIMEOUT_MS)) {
    throw new UsageError('value-out-of-range', `timeoutMs is ${timeoutMs}: expected at most ${MAX_GET_TIMEOUT_MS}`);
  }
  return [type, queue, encodeUtf8(String(Math.max(0, Math.trunc(timeoutMs))))];
}

/**
 * A decoder for one connection of a server: what is asked of it, or why not to do it. As long as the name of the queue is the
 * same, it is the same array.
 */
export function requestDecoder(): FrameDecoder<Request | Refused> {
  let queue = new Uint8Array(0);
  let name = ''; // the same, a character for each byte
  return decoderOf(['Put', 'Get', 'Info', 'Quit'], (type, bytes, { first, second, rest }) => {
    if (type === undefined) return refused('REQUEST_UNKNOWN_COMMAND');
    if (type === 'Info' || type === 'Quit') return { type };
    // Of a Get only its queue must be there.
    if (first === second || (type === 'Put' && second === rest)) return refused('REQUEST_BAD_PARAMS');
    const from = first + LENGTH_BYTES;
    if (second - from > MAX_QUEUE_NAME_BYTES) return refused('REQUEST_BAD_QUEUE_NAME');
    if (name.length !== second - from || !isAt(bytes, from, name)) {
      queue = new Uint8Array(bytes.subarray(from, second)); // a copy: it stays longer than its chunk
      name = String.fromCharCode(...queue);
    }
    if (type === 'Put') return { type, queue, message: bytes.subarray(second + LENGTH_BYTES, rest) };
    if (second === rest) return { type, queue };
    const timeoutMs = timeoutOf(bytes, second + LENGTH_BYTES, rest);
    return timeoutMs === undefined ? refused('REQUEST_BAD_TIMEOUT') : { type, queue, timeoutMs };
  });
}

function refused(error: RequestError): Refused {
  return { type: 'Refused', error };
}

/** What Go's `strconv.Atoi` takes, within bounds: a sign or none, digits, and no more than 64 bits of them. */
function timeoutOf(bytes: Uint8Array, from: number, end: number): number | undefined {
  const sign = bytes[from];
  let at = sign === PLUS || sign === MINUS ? from + 1 : from;
  if (at >= end) return undefined;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (sign === MINUS) return isWithin(value, bytes.subarray(end - 19, end)) ? MIN_GET_TIMEOUT_MS : undefined;
  return value > MAX_GET_TIMEOUT_MS ? undefined : Math.max(MIN_GET_TIMEOUT_MS, value);
}

/** Whether it fits with a minus, which, so far from 0, a JavaScript number does not tell: its 19 digits do. */
function isWithin(value: number, digits: Uint8Array): boolean {
  return value < 9e18 || (value < 1e19 && String.fromCharCode(...digits) <= '9223372036854775808');
}
