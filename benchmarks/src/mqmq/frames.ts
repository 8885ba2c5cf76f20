import { Writer } from '@rmq/protocol/bytes';
import { type Frame, requestFrame, responseFrame, writeFrame } from '@rmq/protocol/mqmq';

/** What is measured. */
export type Job = 'put' | 'get';

/** Size of a message. Bytes. */
export const MESSAGE_BYTES = 100;
/** The one queue. */
export const QUEUE = 'q';
/** Gets find messages, so they never wait as long. Milliseconds. */
export const GET_TIMEOUT_MS = 1_000;

/** One message, the same each time. */
export const message: Uint8Array = new Uint8Array(MESSAGE_BYTES).fill(0x2e);
const queue = new TextEncoder().encode(QUEUE);

function written(frame: Frame): Uint8Array {
  const writer = new Writer();
  writeFrame(writer, frame);
  return writer.take();
}

/** The bytes of each request. */
export const requests: Readonly<Record<Job, Uint8Array>> = {
  put: written(requestFrame({ type: 'Put', queue, message })),
  get: written(requestFrame({ type: 'Get', queue, timeoutMs: GET_TIMEOUT_MS })),
};
/** The bytes of each answer. */
export const responses: Readonly<Record<Job, Uint8Array>> = {
  put: written(responseFrame({ type: 'OK' })),
  get: written(responseFrame({ type: 'OK', value: message })),
};

/** So many of them behind each other. */
export function repeated(bytes: Uint8Array, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => bytes));
}
