import { ProtocolError } from '@rmq/protocol';

/** One block of an LZ4 frame. */
export interface Block {
  /** Where its data are in the frame. */
  readonly at: number;
  readonly length: number;
  /** Not compressed, because that would have made it larger. */
  readonly isStored: boolean;
  /** How much it holds at most. Bytes. */
  readonly maxBytes: number;
}

/** Begins frames: version 1, blocks of 4 MiB that do not refer to each other, and the checksum of that. */
export const HEAD: readonly number[] = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73];
/** Ends a frame: a block of no bytes. */
export const END: readonly number[] = [0, 0, 0, 0];
/** How much one block of {@link HEAD} holds. Bytes. */
export const BLOCK_BYTES = 4_194_304;

const MAGIC = 0x184d_2204;
const VERSION = 1;
const HAS_BLOCK_CHECKSUMS = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_DICTIONARY = 0x01;
/** Top bit of a block's size: it is stored as it is. */
const STORED = 0x8000_0000;

/**
 * The blocks of an LZ4 frame (lz4_Frame_format.md), all of them within its bytes.
 * @throws ProtocolError `message-malformed`
 */
export function blocksOf(frame: Uint8Array): readonly Block[] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const u32 = (at: number): number => {
    if (at + 4 > view.byteLength) throw malformed('it ends too early');
    return view.getUint32(at, true);
  };
  const [flags = 0, descriptor = 0] = frame.subarray(4);
  if (u32(0) !== MAGIC || flags >> 6 !== VERSION) throw malformed('it does not begin as one');
  if ((flags & HAS_DICTIONARY) !== 0) throw malformed('it needs a dictionary');
  const id = (descriptor >> 4) & 7;
  if (id < 4) throw malformed('its blocks have no known size');
  // Ids 4 to 7 stand for 64 KiB, 256 KiB, 1 MiB and 4 MiB.
  const maxBytes = 2 ** (8 + 2 * id);
  const blocks: Block[] = [];
  let at = 7 + ((flags & HAS_CONTENT_SIZE) === 0 ? 0 : 8);
  for (let size = u32(at); size !== 0; size = u32(at)) {
    const length = size % STORED;
    const isStored = size >= STORED;
    if (length > maxBytes) throw malformed('a block is larger than its frame allows');
    blocks.push({ at: at + 4, length, isStored, maxBytes: isStored ? length : maxBytes });
    at += 4 + length + ((flags & HAS_BLOCK_CHECKSUMS) === 0 ? 0 : 4);
  }
  return blocks;
}

/** Why bytes are no LZ4 frame. */
export function malformed(why: string, cause?: unknown): ProtocolError {
  const message = `a body is not the LZ4 frame that its flags announce: ${why}`;
  return new ProtocolError('message-malformed', message, { cause });
}
