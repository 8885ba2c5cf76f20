/** What the header of a zstd frame says (RFC 8878, section 3.1.1.1). */
export interface FrameHeader {
  /** How much memory a decoder needs. A hostile claim costs nothing to write. */
  readonly windowBytes: number;
  /** How much the frame holds, if it says so. */
  readonly contentBytes: number | undefined;
}

const MAGIC_BYTES = 4;
/** Bytes of the content size by the descriptor's two top bits; a single segment always has one. */
const SIZE_BYTES = [0, 2, 4, 8];
const DICTIONARY_BYTES = [0, 1, 2, 4];

/** Reads the header; what is missing of it counts as 0. */
export function frameHeader(frame: Uint8Array): FrameHeader {
  const descriptor = frame[MAGIC_BYTES] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = Math.max(isSingleSegment ? 1 : 0, SIZE_BYTES[descriptor >> 6] ?? 0);
  const at = MAGIC_BYTES + 1 + (isSingleSegment ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0);
  // Two bytes count from 256 on, as one byte counts up to there.
  let size = sizeBytes === 2 ? 256 : 0;
  for (const [index, byte] of frame.subarray(at, at + sizeBytes).entries()) size += byte * 2 ** (8 * index);
  const contentBytes = sizeBytes === 0 ? undefined : size;
  return { windowBytes: isSingleSegment ? size : windowOf(frame[MAGIC_BYTES + 1] ?? 0), contentBytes };
}

/** A power of two, and eighths of it. */
function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}
