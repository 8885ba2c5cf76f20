/**
 * What is fuzzed, each target a function of bytes: it may return or throw an error of ours; anything else is a finding.
 * The built package, as its users have it.
 */
import { TextDecoder } from 'node:util';
import { isRmqError } from '@rmq/protocol';
import * as codec from '@rmq/protocol/rocketmq';

/** Runs it; only errors with a code of ours are an answer. */
function guarded(action) {
  try {
    action();
  } catch (cause) {
    if (!isRmqError(cause)) throw cause;
  }
}

function same(one, other, what) {
  if (one.byteLength !== other.byteLength || one.some((byte, at) => byte !== other[at])) {
    throw new Error(`${what} are not the same when written again`);
  }
}

/** Frames in a stream: what was read and can be written is read as the same bytes again. */
export function frames(bytes) {
  guarded(() => {
    for (const frame of codec.frameDecoder().push(bytes)) {
      guarded(() => {
        const written = codec.encodeFrame(frame);
        same(codec.encodeFrame(codec.decodeFrame(written)), written, 'frames');
      });
    }
  });
}

/** Stored messages: every member can be asked for. */
export function messages(bytes) {
  guarded(() => {
    for (const message of codec.decodeMessages(bytes, { onBad: () => undefined })) {
      guarded(() => codec.messageFields(message));
      guarded(() => codec.checkBodyCrc(message));
    }
  });
}

/** Batches of messages in one request. */
export function batches(bytes) {
  guarded(() => {
    for (const item of codec.decodeBatch(bytes)) codec.decodeProperties(item.properties);
  });
}

/** JSON bodies: of each shape, as the first byte says. */
export function bodies(bytes) {
  const all = Object.values(codec).filter((each) => typeof each === 'object' && 'decode' in each && 'encode' in each);
  const one = all[(bytes[0] ?? 0) % all.length];
  guarded(() => one.encode(one.decode(bytes.subarray(1))));
}

/** Properties: one alone is what it is among all. */
export function properties(bytes) {
  const text = new TextDecoder().decode(bytes);
  const all = codec.decodeProperties(text);
  for (const [name, value] of Object.entries(all)) {
    if (codec.readProperty(text, name) !== value) throw new Error('a property differs when read alone');
  }
  guarded(() => codec.encodeProperties(all));
}
