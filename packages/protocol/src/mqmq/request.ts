import { encodeUtf8 } from '../bytes/utf8.ts';
import { UsageError } from '../errors.ts';
import { asciiOf, wordOf } from './ascii.ts';
import type { Frame } from './frame.ts';

/** What a client may ask. Queue names and messages are any bytes, also none. */
export type Request =
  | { readonly type: 'Put'; readonly queue: Uint8Array; readonly message: Uint8Array }
  /** Waits for a message. Milliseconds, up to an hour; less than 1 counts as 1. */
  | { readonly type: 'Get'; readonly queue: Uint8Array; readonly timeoutMs?: number | undefined }
  | { readonly type: 'Info' }
  /** Wants no answer: the server closes the connection. */
  | { readonly type: 'Quit' };

/** Why a server refuses a request; after an unknown command it closes the connection. */
export type RequestError =
  'REQUEST_BAD_PARAMS' | 'REQUEST_BAD_QUEUE_NAME' | 'REQUEST_BAD_TIMEOUT' | 'REQUEST_UNKNOWN_COMMAND';

/** Longest queue name. Bytes. */
export const MAX_QUEUE_NAME_BYTES = 1_024;
/** Longest wait: one hour. Milliseconds. */
export const MAX_GET_TIMEOUT_MS = 3_600_000;
/** A wait that says nothing, or nothing sensible, is this long. Milliseconds. */
export const MIN_GET_TIMEOUT_MS = 1;

/** What Go's `strconv.Atoi` takes. */
const INTEGER = /^[+-]?[0-9]+$/;
const MIN_INT64 = -(2n ** 63n);

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
export function readRequest([command, queue, value]: Frame): Request | RequestError {
  const type = asciiOf(command);
  if (type === 'Info' || type === 'Quit') return { type };
  if (type !== 'Put' && type !== 'Get') return 'REQUEST_UNKNOWN_COMMAND';
  if (queue === undefined || (type === 'Put' && value === undefined)) return 'REQUEST_BAD_PARAMS';
  if (queue.byteLength > MAX_QUEUE_NAME_BYTES) return 'REQUEST_BAD_QUEUE_NAME';
  if (type === 'Put') return { type, queue, message: value ?? new Uint8Array(0) };
  if (value === undefined) return { type, queue, timeoutMs: MIN_GET_TIMEOUT_MS };
  const timeoutMs = timeoutOf(asciiOf(value));
  return timeoutMs === undefined ? 'REQUEST_BAD_TIMEOUT' : { type, queue, timeoutMs };
}

function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined || !INTEGER.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  if (value > MAX_GET_TIMEOUT_MS || value < MIN_INT64) return undefined;
  return Math.max(MIN_GET_TIMEOUT_MS, Number(value));
}
