import { FrameDecoder } from '../bytes/frame-decoder.ts';
import { readWord } from '../bytes/word.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';

/** A frame that goes out: a word of the protocol, and the byte strings it is about. */
export type Frame<Word extends string = string> = readonly [word: Word, ...values: Uint8Array[]];

/** Most a frame may hold behind its length: a Put of 32 MiB to the longest queue name (`frame.go`). Bytes. */
export const MAX_FRAME_BYTES = 33_555_471;
/** Bytes of a length, in front of a frame and of each of its values. */
const LENGTH_BYTES = 4;

/** Makes something of a frame: of its word, undefined if it is another one, and of up to two values behind it. */
export type ReadFrame<Word, T> = (
  word: Word | undefined,
  first: Uint8Array | undefined,
  second: Uint8Array | undefined,
) => T;

/** A decoder for one connection. Values are views of the chunks they came in; more than two are ignored, as in Go. */
export function decoderOf<Word extends string, T extends object>(
  words: readonly Word[],
  read: ReadFrame<Word, T>,
): FrameDecoder<T> {
  const decode = (bytes: Uint8Array, at: number, end: number): T => {
    const word = at + LENGTH_BYTES;
    const first = valueEnd(bytes, word, end);
    const second = first < end ? valueEnd(bytes, first, end) : end;
    const third = second < end ? valueEnd(bytes, second, end) : end;
    for (let rest = third; rest < end;) rest = valueEnd(bytes, rest, end); // ignored, but what is no frame is none
    const from = word + LENGTH_BYTES;
    return read(
      words.find((each) => each.length === first - from && isWord(bytes, from, each)),
      valueOf(bytes, first, second),
      valueOf(bytes, second, third),
    );
  };
  return new FrameDecoder(
    { prefix: LENGTH_BYTES, size: sizeAt, decode },
    { maxFrameBytes: MAX_FRAME_BYTES + LENGTH_BYTES },
  );
}

/** Bytes of the frame or value whose length is at `at`, that length included. */
function sizeAt(bytes: Uint8Array, at: number): number {
  return LENGTH_BYTES + (readWord(bytes, at) >>> 0);
}

/** Where a value ends. @throws ProtocolError if that is beyond the end of its frame, so also if there is none */
function valueEnd(bytes: Uint8Array, at: number, end: number): number {
  const next = at + sizeAt(bytes, at);
  if (next <= end) return next;
  throw new ProtocolError('frame-malformed', 'this is no mqmq frame: its lengths do not fit');
}

function valueOf(bytes: Uint8Array, at: number, end: number): Uint8Array | undefined {
  return at < end ? bytes.subarray(at + LENGTH_BYTES, end) : undefined;
}

function isWord(bytes: Uint8Array, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[at + index] !== word.charCodeAt(index)) return false;
  }
  return true;
}

/**
 * Writes a frame behind what a writer holds already.
 * @throws UsageError `value-out-of-range` when it is larger than {@link MAX_FRAME_BYTES}; then nothing is written
 */
export function writeFrame(writer: Writer, [word, ...values]: Frame): void {
  const length = values.reduce((sum, value) => sum + LENGTH_BYTES + value.length, LENGTH_BYTES + word.length);
  if (length > MAX_FRAME_BYTES) {
    throw new UsageError('value-out-of-range', `a frame of ${length} bytes: expected at most ${MAX_FRAME_BYTES}`);
  }
  writer.u32(length).u32(word.length).utf8(word);
  for (const value of values) writer.u32(value.length).bytes(value);
}
