import { ProtocolError, UsageError } from '@rmq/protocol';
import type { Compression, CompressionType } from '@rmq/protocol/rocketmq/messages';

/** The part of the platform's streams that is used here; every runtime of today has it. */
interface ByteTransform {
  readonly readable: { readonly getReader: () => ByteReader };
  readonly writable: { readonly getWriter: () => ByteWriter };
}
interface ByteReader {
  readonly read: () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  readonly cancel: (reason?: unknown) => Promise<void>;
}
interface ByteWriter {
  readonly write: (chunk: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
}
declare const CompressionStream: new (format: 'deflate') => ByteTransform;
declare const DecompressionStream: new (format: 'deflate') => ByteTransform;

/** zlib by the platform's own streams. They choose the level themselves. */
const platformZlib: Compression = {
  type: 'zlib',
  compress: (bytes) => through(new CompressionStream('deflate'), bytes, Number.POSITIVE_INFINITY),
  decompress: (bytes, { maxBytes }) => through(new DecompressionStream('deflate'), bytes, maxBytes),
};

/**
 * The codec for a type: one that was given, else the platform's.
 * @throws UsageError `compression-unknown` for LZ4 and zstd unless given, and for what is no type
 */
export function findCompression(given: readonly Compression[], type: CompressionType): Compression {
  const found = given.find((each) => each.type === type) ?? (type === 'zlib' ? platformZlib : undefined);
  if (found !== undefined) return found;
  throw new UsageError(
    'compression-unknown',
    `there is no codec for ${type}: give connect() one in compressions, such as that of @rmq/compression-${type}`,
  );
}

async function through(transform: ByteTransform, bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const reader = transform.readable.getReader();
  const writer = transform.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  written.catch(() => undefined); // the reader gets the same fault
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new ProtocolError('message-malformed', 'a body is not the zlib stream that its flags announce', { cause });
    });
    if (done || value === undefined) return joined(chunks, length);
    chunks.push(value);
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new ProtocolError(
        'message-malformed',
        `a body unpacks to more than the limit of ${maxBytes.toString()} bytes`,
      );
    }
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
