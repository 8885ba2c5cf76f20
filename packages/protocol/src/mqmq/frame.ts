import { FrameDecoder } from '../bytes/frame-decoder.ts';
import { readWord } from '../bytes/word.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';

/** A frame that goes out: a word of the protocol, and the byte strings it is about. */
export type Frame<Word extends string = string> = readonly [word: Word, ...values: Uint8Array[]];

/** Most a frame may hold behind its length: a Put of 32 MiB to the longest queue name (`frame.go`). Bytes. */
export const MAX_FRAME_BYTES = 33_555_471;
/** Bytes of a length, in front of a frame and of each of its values. */
export const LENGTH_BYTES = 4;

/** Where two values of a frame are, its end where one is missing. Each begins with its length. */
export interface Parts {
  readonly first: number;
  readonly second: number;
  /** Where the second ends, and what is ignored begins, as in Go. */
  readonly rest: number;
}

/**
 * A decoder of frames for one connection. `read` makes something of the word that one begins with, undefined if it is
 * another one, of the bytes, and of where in them the values behind the word are.
 */
export function decoderOf<Word extends string, T extends object>(
  words: readonly Word[],
  read: (word: Word | undefined, bytes: Uint8Array, parts: Parts) => T,
): FrameDecoder<T> {
  const decode = (bytes: Uint8Array, at: number, end: number): T => {
    const word = at + LENGTH_BYTES;
    const first = valueEnd(bytes, word, end);
    const second = first < end ? valueEnd(bytes, first, end) : end;
    const rest = second < end ? valueEnd(bytes, second, end) : end;
    for (let next = rest; next < end;) next = valueEnd(bytes, next, end); // ignored, but what is no frame is none
    const from = word + LENGTH_BYTES;
    for (const each of words) {
      if (each.length === first - from && isAt(bytes, from, each)) return read(each, bytes, { first, second, rest });
    }
    return read(undefined, bytes, { first, second, rest });
  };
  return new FrameDecoder(
    { prefix: LENGTH_BYTES, size: sizeAt, decode },
    { maxFrameBytes: MAX_FRAME_BYTES + LENGTH_BYTES },
  );
}

/** Whether this text is at `at`, a character for each byte. */
export function isAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** Bytes of the frame or value whose length is at `at`, that length included. */
function sizeAt(bytes: Uint8Array, at: number): number {
  return LENGTH_BYTES + (readWord(bytes, at) >>> 0);
}

/** Where a value ends. @throws ProtocolError if that is beyond the end of its frame, so also if there is none */
function valueEnd(bytes: Uint8Array, at: number, end: number): number {
  const next = at + sizeAt(bytes, at);
  if (next <= end) return next;
  throw new ProtocolError('frame-malformed', 'no frame of mqmq: its lengths do not fit');
}

/**
 * Writes a frame behind what a writer holds already.
 * @throws UsageError `value-out-of-range` when it is larger than {@link MAX_FRAME_BYTES}; then nothing is written
 */
export function writeFrame(writer: Writer, frame: Frame): void {
  let length = 0;
  for (const value of frame) length += LENGTH_BYTES + value.length;
  if (length > MAX_FRAME_BYTES) {
    throw new UsageError('value-out-of-range', `a frame of ${length} bytes: expected at most ${MAX_FRAME_BYTES}`);
  }
  writer.u32(length);
  for (const value of frame) {
    writer.u32(value.length);
    if (typeof value === 'string') writer.utf8(value);
    else writer.bytes(value);
  }
}
