import { isRmqError } from '@rmq/protocol';

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
