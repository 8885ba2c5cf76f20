/** Cuts bytes into pieces that, put together, are those bytes. */
export type Chunker = (bytes: Uint8Array) => Iterable<Uint8Array>;

/** All at once. */
export function* whole(bytes: Uint8Array): Generator<Uint8Array, void> {
  yield bytes;
}

/** One byte at a time: every length and every multi-byte character arrives in parts. */
export function* oneByOne(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.byteLength; at += 1) yield bytes.subarray(at, at + 1);
}

/** Pieces of `size` bytes, the last one maybe shorter. */
export function piecesOf(size: number): Chunker {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`pieces need 1 byte or more, not ${size.toString()}`);
  return function* pieces(bytes) {
    for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
  };
}

/**
 * Pieces of 1 to `maxBytes` bytes, sizes drawn from a seeded sequence, small ones more often: the same seed always cuts
 * alike, so a failure can be repeated. Calls share the sequence, so two calls with the same bytes cut differently.
 */
export function randomly(seed: number, maxBytes = 4_096): Chunker {
  const random = seededRandom(seed);
  return function* pieces(bytes) {
    for (let at = 0; at < bytes.byteLength;) {
      const size = 1 + Math.floor(random() ** 3 * maxBytes);
      yield bytes.subarray(at, at + size);
      at += size;
    }
  };
}

/** Each way of cutting the bytes in two: `[first, rest]` for every position strictly inside. */
export function* everySplit(bytes: Uint8Array): Generator<readonly [Uint8Array, Uint8Array], void> {
  for (let at = 1; at < bytes.byteLength; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

/** The chunkers every incremental reader has to survive, by name, ready for `describe.each` or a loop. */
export const hostileChunkers: readonly { readonly name: string; readonly chunk: Chunker }[] = [
  { name: 'whole', chunk: whole },
  { name: 'one byte at a time', chunk: oneByOne },
  { name: 'three bytes at a time', chunk: piecesOf(3) },
  { name: 'random pieces, seed 1', chunk: randomly(1) },
  { name: 'random small pieces, seed 2', chunk: randomly(2, 16) },
];

/** Numbers in [0, 1) that depend on the seed alone (mulberry32): for tests, never for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
