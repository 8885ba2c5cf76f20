/** What targets have in common: which errors are answers, and how bytes come in chunks. */
import { isRmqError } from '@rmq/protocol';

/* global TextDecoder -- the bundle has no imports; every runtime has it */

const TEXT_FAULTS = new Set(['ERR_ENCODING_INVALID_ENCODED_DATA', 'InvalidCharacterError']);

/** Whether an error is one of ours all the way down: a fault that was only wrapped is still a fault. */
function isTyped(error) {
  if (!isRmqError(error)) return false;
  const { cause } = error;
  // What runtimes throw at text: JSON.parse, TextDecoder when it is strict, atob.
  const isText = cause instanceof SyntaxError || TEXT_FAULTS.has(cause?.code) || TEXT_FAULTS.has(cause?.name);
  return cause === undefined || isText || isTyped(cause);
}

/**
 * The answer of a reader to bytes: a value, or how the peer broke the protocol.
 * @returns `value`, or `error` with its code and message
 * @throws any other error: that is a finding
 */
export function read(action) {
  return attempt(action, 'ProtocolError');
}

/**
 * The answer of a function to what its caller gave: a value, or what was wrong with it.
 * @returns as {@link read}
 */
export function use(action) {
  return attempt(action, 'UsageError');
}

function attempt(action, blamed) {
  try {
    return { value: action(), error: undefined };
  } catch (error) {
    if (!isTyped(error) || error.name !== blamed) throw error;
    return { value: undefined, error: { code: error.code, message: error.message } };
  }
}

/** Bytes in chunks of up to 16, by a number that stands for where they are cut; 0: in one. */
export function chunksOf(bytes, cuts) {
  if (cuts === 0) return [bytes];
  const chunks = [];
  for (let at = 0, state = cuts; at < bytes.length; state = (Math.imul(state, 109) + 89) & 0xff) {
    const end = at + 1 + (state & 15);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

/**
 * All that a decoder makes of a stream, until it ends or refuses to go on.
 * @param take - what is done with each frame; it may refuse, too
 */
export function stream(decoder, chunks, take) {
  return read(() => {
    for (const chunk of chunks) for (const frame of decoder.push(chunk)) take(frame);
    decoder.end();
  }).error;
}

/** Text of bytes, whatever they are. */
export function textOf(bytes) {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
