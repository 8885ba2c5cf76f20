import { isRmqError } from '@rmq/protocol';
import type { FrameDecoder } from '@rmq/protocol/bytes';

/** Something that must hold on every runtime, checked without a test runner. */
export interface Law<Vectors> {
  readonly name: string;
  /** @returns how many cases were looked at; throws for the first that breaks it */
  readonly check: (vectors: Vectors) => number;
}

/** Bytes from hex. */
export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

/**
 * Reads bytes that may be wrong: a result or a typed error is right.
 * @returns the code of the error
 * @throws whatever else comes of it
 */
export function survive(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (cause) {
    if (!isRmqError(cause)) throw cause;
    return cause.code;
  }
}

/** How chunks of a stream may be cut. Bytes. */
export const CHUNKS: readonly number[] = [1, 2, 3, 5, 7, 64];
const FLIPS = [0x01, 0x80, 0xff];

/** What a decoder gives of a stream in pieces of this size. */
export function inPieces<Frame extends object>(
  decoder: FrameDecoder<Frame>,
  stream: Uint8Array,
  size: number,
): Frame[] {
  const seen: Frame[] = [];
  for (let at = 0; at < stream.length; at += size) seen.push(...decoder.push(stream.slice(at, at + size)));
  decoder.end();
  return seen;
}

/** Hands out bytes with each byte flipped in several ways, and cut before each. @returns how many were handed out */
export function damage(bytes: Uint8Array, take: (wrong: Uint8Array) => unknown): number {
  for (let at = 0; at < bytes.length; at += 1) {
    for (const flip of FLIPS) {
      const wrong = bytes.slice();
      wrong[at] = (wrong[at] ?? 0) ^ flip;
      take(wrong);
    }
    take(bytes.slice(0, at));
  }
  return bytes.length * (FLIPS.length + 1);
}

/** @throws Error that shows both, unless they are alike in all their members */
export function alike(seen: unknown, expected: unknown): void {
  const [left, right] = [text(seen), text(expected)];
  if (left !== right) throw new Error(`expected ${right.slice(0, 400)}, not ${left.slice(0, 400)}`);
}

/** Members by name, so that their order does not count; bytes and big numbers in words. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part.toString()}n`;
    if (part instanceof Uint8Array) return [...part].join(' ');
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
