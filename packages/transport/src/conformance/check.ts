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

/** `count` bytes whose value tells their position, so that anything lost, doubled or swapped shows. */
export function octets(count: number, start = 0): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) bytes[at] = byteAt(start + at);
  return bytes;
}

/** Not periodic in a power of two: a swap of whole pages is seen too. */
function byteAt(position: number): number {
  return (position * 31 + Math.floor(position / 251)) & 0xff;
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

/** {@link send} at one end and {@link all} at the other. */
export async function passed(from: Transport, to: Transport, ...chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const [read] = await Promise.all([all(to.incoming), send(from, ...chunks)]);
  return read;
}

/** One copy of several chunks. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Fails at the first byte that differs. */
export function sameBytes(seen: Uint8Array, expected: Uint8Array): void {
  let at = 0;
  while (at < seen.byteLength && seen[at] === expected[at]) at += 1;
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
 * Writes 64 KiB at a time until a write waits because the peer does not read; how many bytes went in before. Without a
 * clock: bytes sent the other way show that time passes for both ends.
 */
export async function fillUntilHeldBack(
  near: Transport,
  far: Transport,
): Promise<{ held: Promise<void>; bytes: number }> {
  const limit = 64 * 2 ** 20;
  const block = 65_536;
  const passing = near.incoming[Symbol.asyncIterator]();
  for (let bytes = block; bytes <= limit; bytes += block) {
    const state = { settled: false };
    const held = near.write([octets(block, bytes - block)]);
    held.then(
      () => (state.settled = true),
      () => (state.settled = true),
    );
    for (let turn = 0; turn < 50 && !state.settled; turn += 1) {
      await Promise.all([far.write([octets(1)]), passing.next()]);
    }
    if (!state.settled) return { held, bytes };
  }
  throw new ConformanceError(
    `expected: a write waits while the peer does not read, but ${limit.toString()} bytes went in`,
  );
}
