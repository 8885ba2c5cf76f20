import type { FrameDecoder } from '../bytes/frame-decoder.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { UsageError } from '../errors.ts';
import { asciiOf, startsWord, wordOf } from './ascii.ts';
import { decoderOf, encodeFrame, firstValue, type Frame, LENGTH_BYTES, valueEnd } from './frame.ts';

/** What a client may ask. Queue names and messages are any bytes, also none. */
export type Request =
  | { readonly type: 'Put'; readonly queue: Uint8Array; readonly message: Uint8Array }
  /** Waits for a message. Milliseconds, up to an hour; less than 1 counts as 1. */
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

const TYPES = ['Put', 'Get', 'Info', 'Quit'] as const;
/** Up to this many digits are any number within the bounds. */
const SHORT_DIGITS = 7;
/** What Go's `strconv.Atoi` takes. */
const INTEGER = /^[+-]?[0-9]+$/;
const MIN_INT64 = -(2 ** 63);

/**
 * The values of a request.
 * @throws UsageError `name-invalid` for a queue name over 1024 bytes, `value-out-of-range` for a wait over an hour
 */
export function requestFrame(request: Request): Frame {
  const { type } = request;
  if (type === 'Info' || type === 'Quit') return [wordOf(type)];
  const { queue } = request;
  if (queue.byteLength > MAX_QUEUE_NAME_BYTES) {
    const limit = `expected at most ${MAX_QUEUE_NAME_BYTES}`;
    throw new UsageError('name-invalid', `a queue name of ${queue.byteLength} bytes: ${limit}`);
  }
  if (type === 'Put') return [wordOf(type), queue, request.message];
  const { timeoutMs } = request;
  if (timeoutMs === undefined) return [wordOf(type), queue];
  if (!(timeoutMs <= MAX_GET_TIMEOUT_MS)) {
    const limit = `expected at most ${MAX_GET_TIMEOUT_MS}, one hour`;
    throw new UsageError('value-out-of-range', `timeoutMs is ${timeoutMs}: ${limit}`);
  }
  return [wordOf(type), queue, encodeUtf8(String(Math.max(0, Math.trunc(timeoutMs))))];
}

/** A request that arrived, or what to answer to it. More values than a command needs are ignored, as in Go. */
export function readRequest(frame: Frame): Request | RequestError {
  const bytes = encodeFrame(frame);
  const request = decodeRequest(bytes, 0, bytes.byteLength);
  return request.type === 'Refused' ? request.error : request;
}

/** A decoder of requests for one connection of a server: as {@link readRequest} of each frame, at a third of the cost. */
export function requestDecoder(): FrameDecoder<Request | Refused> {
  return decoderOf(decodeRequest);
}

function decodeRequest(bytes: Uint8Array, at: number, end: number): Request | Refused {
  const first = firstValue(bytes, at, end);
  const second = valueEnd(bytes, first, end);
  const third = second < end ? valueEnd(bytes, second, end) : second;
  let last = third < end ? valueEnd(bytes, third, end) : third;
  const queue = second < end ? bytes.subarray(second + LENGTH_BYTES, third) : undefined;
  const value = third < end ? bytes.subarray(third + LENGTH_BYTES, last) : undefined;
  while (last < end) last = valueEnd(bytes, last, end); // ignored, but a frame that is none is none
  return requestOf(typeAt(bytes, first + LENGTH_BYTES, second), queue, value);
}

function requestOf(
  type: Request['type'] | undefined,
  queue: Uint8Array | undefined,
  value: Uint8Array | undefined,
): Request | Refused {
  if (type === undefined) return refused('REQUEST_UNKNOWN_COMMAND');
  if (type === 'Info' || type === 'Quit') return { type };
  const message = type === 'Put' ? value : queue; // of a Get only its queue must be there
  if (queue === undefined || message === undefined) return refused('REQUEST_BAD_PARAMS');
  if (queue.byteLength > MAX_QUEUE_NAME_BYTES) return refused('REQUEST_BAD_QUEUE_NAME');
  if (type === 'Put') return { type, queue, message };
  const timeoutMs = value === undefined ? MIN_GET_TIMEOUT_MS : timeoutOf(value);
  return timeoutMs === undefined ? refused('REQUEST_BAD_TIMEOUT') : { type, queue, timeoutMs };
}

function refused(error: RequestError): Refused {
  return { type: 'Refused', error };
}

function typeAt(bytes: Uint8Array, at: number, end: number): Request['type'] | undefined {
  for (const type of TYPES) if (end - at === type.length && startsWord(bytes, at, type)) return type;
  return undefined;
}

function timeoutOf(bytes: Uint8Array): number | undefined {
  const short = digitsOf(bytes);
  if (short !== undefined) return short > MAX_GET_TIMEOUT_MS ? undefined : Math.max(MIN_GET_TIMEOUT_MS, short);
  const text = asciiOf(bytes);
  if (text === undefined || !INTEGER.test(text)) return undefined;
  const value = Number(text); // a large one is rounded, but not so far as to fall within the bounds
  if (value > MAX_GET_TIMEOUT_MS || (value <= MIN_INT64 && BigInt(text) < -(2n ** 63n))) return undefined;
  return Math.max(MIN_GET_TIMEOUT_MS, value);
}

/** A number as nearly all clients write it, without making a text of it; undefined for anything else. */
function digitsOf(bytes: Uint8Array): number | undefined {
  const { byteLength } = bytes;
  if (byteLength === 0 || byteLength > SHORT_DIGITS) return undefined;
  let value = 0;
  for (let at = 0; at < byteLength; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}
