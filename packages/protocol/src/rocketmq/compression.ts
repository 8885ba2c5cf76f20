import { readWord } from '../bytes/word.ts';
import { ProtocolError } from '../errors.ts';
import { sysFlags } from './sys-flag.ts';

/** What a message body can be compressed with. Containers: zlib stream (RFC 1950), LZ4 frame, zstd frame. */
export type CompressionType = 'zlib' | 'lz4' | 'zstd';

/**
 * A compressor somebody else supplies: this package holds none.
 *
 * Both directions may answer at once or with a promise; a caller checks which, so that a synchronous codec costs no turn.
 */
export interface Compression {
  readonly type: CompressionType;
  /** @param level - as zlib counts, 1 fast to 9 small. LZ4 ignores it. */
  readonly compress: (bytes: Uint8Array, level: number) => Promise<Uint8Array> | Uint8Array;
  /** Must stop and throw as soon as the result would exceed `maxBytes`: the size is the sender's claim. */
  readonly decompress: (bytes: Uint8Array, limits: { readonly maxBytes: number }) => Promise<Uint8Array> | Uint8Array;
}

/** By the number in sysFlag bits 8–10, after `CompressionType.java`; old senders leave it 0. */
const types: readonly (CompressionType | undefined)[] = [undefined, 'lz4', 'zstd', 'zlib'];
const TYPE_SHIFT = 8;

const LZ4_MAGIC = 0x0422_4d18;
const ZSTD_MAGIC = 0x28b5_2ffd;

/** Tells the container by its first bytes; zlib has no clear magic, so it is what remains. */
function sniff(body: Uint8Array = new Uint8Array(0)): CompressionType {
  const magic = readWord(body, 0);
  if (magic === LZ4_MAGIC) return 'lz4';
  return magic === ZSTD_MAGIC ? 'zstd' : 'zlib';
}

/**
 * How a message body is compressed, or undefined when it is not.
 *
 * Old senders leave the type bits 0; then the body's first bytes decide if it is given, else zlib, which they used.
 *
 * @throws ProtocolError `message-malformed` on a type nobody has defined (4–7).
 */
export function compressionOf(sysFlag: number, body?: Uint8Array): CompressionType | undefined {
  if ((sysFlag & sysFlags.compressed) === 0) return undefined;
  const number = (sysFlag & sysFlags.compressionMask) >> TYPE_SHIFT;
  const type = number === 0 ? sniff(body) : types[number];
  if (type !== undefined) return type;
  throw new ProtocolError('message-malformed', `unknown compression type in sysFlag 0x${sysFlag.toString(16)}`);
}

/** The sysFlag of a message whose body was compressed: bit 0 and the type bits. */
export function withCompression(sysFlag: number, type: CompressionType): number {
  return (sysFlag & ~sysFlags.compressionMask) | sysFlags.compressed | (types.indexOf(type) << TYPE_SHIFT);
}

/** The sysFlag after decompressing: bit 0 off; the type bits stay, as in the Java client. */
export function withoutCompression(sysFlag: number): number {
  return sysFlag & ~sysFlags.compressed;
}
