import { joined } from '../adapter/joined.ts';
import type { Transport } from '../transport.ts';

/** A conformance case found that an adapter breaks the contract. */
export class ConformanceError extends Error {
  /** @param message - what was expected, and what was seen instead. */
  constructor(message: string, details: { readonly cause?: unknown } = {}) {
    super(message, details);
    this.name = 'ConformanceError';
  }
}

/** Fails the case unless `truth` holds. */
export function check(truth: boolean, expected: string): asserts truth {
  if (!truth) throw new ConformanceError(`expected: ${expected}`);
}

/** After so many bytes the pattern starts anew: 251 rows of 256. Not a power of two, so that a swap of pages is seen. */
const period = 251 * 256;

/** Twice the pattern, and a bit: each stretch of up to 64 KiB, wherever it starts, is a view of it. */
const pattern = Uint8Array.from({ length: period + 65_536 }, (_, at) => (at * 31 + Math.floor(at / 251)) & 0xff);

/** `count` bytes whose value tells their position, so that anything lost, doubled or swapped shows. */
export function octets(count: number, start = 0): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const piece = stretch(Math.min(65_536, count - at), start + at);
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/** {@link octets} without a copy, at most 64 KiB of them: for more bytes than one would hold. */
export function stretch(count: number, start: number): Uint8Array {
  const at = start % period;
  return pattern.subarray(at, at + count);
}

/** Compares a stream, chunk by chunk as it comes, with {@link octets} from `start` on. Holds nothing of it. */
export class Follower {
  readonly #start: number;
  #count = 0;

  constructor(start = 0) {
    this.#start = start;
  }

  /** How many bytes have come. */
  get count(): number {
    return this.#count;
  }

  /** Fails the case at the first byte that differs. */
  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; at += 65_536) {
      const piece = chunk.subarray(at, at + 65_536);
      const same = firstDifference(piece, stretch(piece.byteLength, this.#start + this.#count));
      check(same === piece.byteLength, `the bytes sent, but byte ${(this.#count + same).toString()} of them differs`);
      this.#count += piece.byteLength;
    }
  }
}

/** How many bytes of `seen` are as expected. Many pass here, and asking for a length each time takes Node 20 10 ns. */
function firstDifference(seen: Uint8Array, expected: Uint8Array): number {
  const { length } = seen;
  let at = 0;
  while (at < length && seen[at] === expected[at]) at += 1;
  return at;
}

/** Pulls until the follower has seen `count` bytes, no more than that; the reader can go on afterwards. */
export async function follow(reader: AsyncIterator<Uint8Array>, seen: Follower, count: number): Promise<void> {
  while (seen.count < count) {
    const next: IteratorResult<Uint8Array, unknown> = await reader.next();
    check(next.done !== true, `${count.toString()} bytes, but the stream ended after ${seen.count.toString()}`);
    seen.take(next.value);
  }
  check(seen.count === count, `${count.toString()} bytes, but more arrived`);
}

/** Reads all there is, to the peer's FIN. */
export async function all(incoming: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return joined(chunks);
}

/** Writes, then ends: not awaited where the reader starts later, as an adapter may hold back the very first byte. */
export async function send(transport: Transport, ...chunks: readonly Uint8Array[]): Promise<void> {
  await transport.write(chunks);
  await transport.end();
}

/** Pulls until `count` bytes have come, no more than that; the reader can go on afterwards. */
export async function take(reader: AsyncIterator<Uint8Array>, count: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let left = count; left > 0;) {
    const next: IteratorResult<Uint8Array, unknown> = await reader.next();
    check(next.done !== true, `${left.toString()} bytes more, but the stream ended`);
    check(next.value.byteLength <= left, `${count.toString()} bytes, but more arrived`);
    chunks.push(next.value);
    left -= next.value.byteLength;
  }
  return joined(chunks);
}

/** {@link send} at one end and {@link all} at the other. */
export async function passed(from: Transport, to: Transport, ...chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const [read] = await Promise.all([all(to.incoming), send(from, ...chunks)]);
  return read;
}

/** Fails at the first byte that differs. */
export function sameBytes(seen: Uint8Array, expected: Uint8Array): void {
  const at = firstDifference(seen, expected);
  check(at === seen.byteLength, `the bytes sent, but byte ${at.toString()} differs`);
  check(
    seen.byteLength === expected.byteLength,
    `${expected.byteLength.toString()} bytes, but ${seen.byteLength.toString()} arrived`,
  );
}

/** What a promise rejects with; fails the case if it fulfils. */
export async function rejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await promise;
  } catch (reason) {
    return reason;
  }
  throw new ConformanceError(`expected: ${what} rejects, but it fulfilled`);
}

/** The `code` of what a promise rejects with. */
export async function rejectionCode(promise: Promise<unknown>, what: string): Promise<unknown> {
  const reason = await rejection(promise, what);
  return reason instanceof Error && 'code' in reason ? reason.code : reason;
}

/**
 * Writes 64 KiB at a time until a write waits because the peer does not read. Without a clock: bytes sent the other way
 * show that time passes for both ends.
 * @returns that write, how many bytes were given to it and those before, and what reads the other direction
 */
export async function fillUntilHeldBack(
  near: Transport,
  far: Transport,
): Promise<{ held: Promise<void>; bytes: number; reader: AsyncIterator<Uint8Array> }> {
  const limit = 64 * 2 ** 20;
  const block = 65_536;
  const reader = near.incoming[Symbol.asyncIterator]();
  for (let bytes = block; bytes <= limit; bytes += block) {
    const state = { settled: false };
    const held = near.write([octets(block, bytes - block)]);
    held.then(
      () => (state.settled = true),
      () => (state.settled = true),
    );
    for (let turn = 0; turn < 50 && !state.settled; turn += 1) {
      await Promise.all([far.write([octets(1)]), reader.next()]);
    }
    if (!state.settled) return { held, bytes, reader };
  }
  throw new ConformanceError(
    `expected: a write waits while the peer does not read, but ${limit.toString()} bytes went in`,
  );
}
