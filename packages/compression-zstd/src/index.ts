import { compress, init } from '@bokuweb/zstd-wasm';
import { ProtocolError } from '@rmq/protocol';
import type { Compression } from '@rmq/protocol/rocketmq/messages';
import { Decompress } from 'fzstd';
import { frameHeader } from './frame-header.ts';

/** What RFC 8878 asks decoders to support, whatever the result's size. Bytes. */
const MAX_WINDOW = 8 * 1_024 * 1_024;

let ready: Promise<void> | undefined;

/**
 * Zstandard frames, as RocketMQ has them since 5.0: for `compressions` of `connect()`.
 *
 * `decompress` throws ProtocolError `message-malformed` for bytes that are no frame, for a result over `maxBytes`, and for
 * a frame that wants more memory than that and 8 MiB.
 */
export const zstd: Compression = {
  type: 'zstd',
  async compress(bytes, level) {
    await (ready ??= init());
    return compress(bytes, level);
  },
  decompress(bytes, { maxBytes }) {
    const { contentBytes, windowBytes } = frameHeader(bytes);
    if (windowBytes > Math.max(maxBytes, MAX_WINDOW)) throw tooLarge(maxBytes);
    const whole = unpacked(bytes, maxBytes);
    if (bytes.byteLength > 0 && whole.byteLength === (contentBytes ?? whole.byteLength)) return whole;
    throw malformed(undefined);
  },
};

function unpacked(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((chunk) => {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  });
  try {
    stream.push(bytes, true);
  } catch (cause) {
    throw cause instanceof ProtocolError ? cause : malformed(cause);
  }
  return joined(chunks, length);
}

function tooLarge(maxBytes: number): ProtocolError {
  return new ProtocolError('message-malformed', `a body unpacks to more than the limit of ${String(maxBytes)} bytes`);
}

function malformed(cause: unknown): ProtocolError {
  return new ProtocolError('message-malformed', 'a body is not the zstd frame that its flags announce', { cause });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
