import { ProtocolError } from '@rmq/protocol';
import type { Compression } from '@rmq/protocol/rocketmq/messages';
import { unpackBlock } from './block.ts';
import { type Block, BLOCK_BYTES, blocksOf, END, HEAD } from './frame.ts';
import { lz4js } from './lz4js.ts';

/** Results are copied out of it: a frame may hold 4 MiB in each block, however small it is. */
let scratch = new Uint8Array(0);

/**
 * LZ4 frames, as RocketMQ has them since 5.0: for `compressions` of `connect()`. There are no levels.
 *
 * `decompress` throws ProtocolError `message-malformed` for bytes that are no LZ4 frame, and for a result over `maxBytes`.
 */
export const lz4: Compression = {
  type: 'lz4',
  compress(bytes) {
    const parts: Uint8Array[] = [Uint8Array.from(HEAD)];
    for (let at = 0; at < bytes.byteLength; at += BLOCK_BYTES) {
      const frame = lz4js.compress(bytes.subarray(at, at + BLOCK_BYTES));
      parts.push(frame.subarray(HEAD.length, frame.byteLength - END.length));
    }
    return joined([...parts, Uint8Array.from(END)]);
  },
  decompress(bytes, { maxBytes }) {
    const blocks = blocksOf(bytes);
    const claimed = blocks.reduce((sum, block) => sum + block.maxBytes, 0);
    const room = Math.min(claimed, maxBytes);
    if (scratch.byteLength < room) scratch = new Uint8Array(room);
    let length = 0;
    for (const block of blocks) {
      const end = unpacked(bytes, block, length);
      if (end === undefined || end > room) throw tooLarge(maxBytes);
      length = end;
    }
    return scratch.slice(0, length);
  },
};

/** Unpacks a block behind what there is. @returns where it ends, undefined if it does not fit */
function unpacked(frame: Uint8Array, { at, isStored, length }: Block, to: number): number | undefined {
  const block = frame.subarray(at, at + length);
  if (!isStored) return unpackBlock(block, scratch, to);
  if (length > scratch.byteLength - to) return undefined;
  scratch.set(block, to);
  return to + length;
}

function tooLarge(maxBytes: number): ProtocolError {
  return new ProtocolError('message-malformed', `a body unpacks to more than the limit of ${String(maxBytes)} bytes`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
