import type { Transport } from '../transport.ts';
import { all, check, follow, Follower, octets, send, stretch } from './check.ts';
import { heldCase, openingCase, pairCase } from './case.ts';
import type { Case } from './case.ts';
import { taken } from './harness.ts';
import type { Harness, Held, Network, Pair } from './harness.ts';

const mebibyte = 2 ** 20;
const block = 65_536;

/** What one direction of a stream has carried so far. */
interface Flow {
  readonly start: number;
  sent: number;
  readonly seen: Follower;
}

/** Much data, and many connections. */
export const loadCases: readonly Case[] = [
  pairCase('carries 64 MiB in both directions at once, in bounded memory', async ({ near, far }) => {
    const length = 64 * mebibyte;
    // Different bytes each way: an adapter that echoes, or crosses its wires, is seen.
    const there: Flow = { start: 0, sent: 0, seen: new Follower() };
    const back: Flow = { start: 1_000, sent: 0, seen: new Follower(1_000) };
    const farReader = far.incoming[Symbol.asyncIterator]();
    const nearReader = near.incoming[Symbol.asyncIterator]();
    await Promise.all([
      pour(near, there, length),
      pour(far, back, length),
      follow(farReader, there.seen, length),
      follow(nearReader, back.seen, length),
    ]);
    await Promise.all([near.end(), far.end(), finish(nearReader), finish(farReader)]);
    check((await near.closed) === undefined, 'no fault near');
    check((await far.closed) === undefined, 'no fault far');
  }),
  pairCase('takes a peer that sends one byte at a time', async ({ near, far }) => {
    const length = 5_000;
    await Promise.all([
      trickle(near, 0, length),
      trickle(far, 77, length),
      follow(far.incoming[Symbol.asyncIterator](), new Follower(), length),
      follow(near.incoming[Symbol.asyncIterator](), new Follower(77), length),
    ]);
  }),
  openingCase('opens and closes 1,000 connections, cleanly and not', async (open) => {
    for (let at = 0; at < 1_000; at += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => openAndClose(open, index)));
    }
  }),
  heldCase('leaves no handle and no memory of 1,000 connections', async (held, network) => {
    await connections(network, 200); // what is made once: caches, compiled code
    const before = await least(held);
    const handlesLeft = (now: Held): number => (now.handles ?? 0) - (before.handles ?? 0);
    // Something else may be allocated once; what leaks, leaks in every round.
    const grown: number[] = [];
    for (let last = before; grown.length < 3;) {
      const start = last.bytes ?? 0;
      const bytesLeft = (now: Held): number => (now.bytes ?? 0) - start;
      await connections(network, 1_000);
      const now = await settled(held, (one) => handlesLeft(one) > 0 || bytesLeft(one) >= mebibyte);
      check(handlesLeft(now) <= 0, `no handle left, but ${printed(now)} after ${printed(before)}`);
      if (bytesLeft(now) < mebibyte) return;
      grown.push(bytesLeft(now));
      last = now;
    }
    check(false, `less than 1 KiB per connection left, but 1,000 each left ${grown.join(', ')} bytes`);
  }),
];

/** Writes `length` bytes a block at a time, as fast as they are welcome. */
async function pour(from: Transport, flow: Flow, length: number): Promise<void> {
  while (flow.sent < length) {
    const writing = from.write([stretch(block, flow.start + flow.sent)]);
    flow.sent += block;
    await writing;
    const under = flow.sent - flow.seen.count;
    check(under <= 32 * mebibyte, `32 MiB or less on the way, but there were ${under.toString()} bytes`);
  }
}

async function finish(reader: AsyncIterator<Uint8Array>): Promise<void> {
  check((await reader.next()).done === true, 'the end, once everything has been read');
}

async function trickle(from: Transport, start: number, length: number): Promise<void> {
  for (let at = 0; at < length; at += 1) await from.write([stretch(1, start + at)]);
}

/** The ways in which a connection ends, one after the other. */
async function openAndClose(open: Harness['open'], index: number): Promise<void> {
  const pair = await open();
  await closings[index % closings.length]?.(pair);
  await Promise.all([pair.near[Symbol.asyncDispose](), pair.far[Symbol.asyncDispose]()]);
  await Promise.all([pair.near.closed, pair.far.closed]);
}

const closings: readonly ((pair: Pair) => Promise<void>)[] = [
  async ({ near, far }) => {
    // The second to end has read all: the first may not be able to half-close.
    const [read] = await Promise.all([all(far.incoming), send(near, octets(100))]);
    check(read.byteLength === 100, '100 bytes before a clean end');
    await Promise.all([all(near.incoming), far.end()]);
    check((await near.closed) === undefined && (await far.closed) === undefined, 'a clean end on both sides');
  },
  async ({ near, far }) => {
    void far.write([octets(1_000)]);
    near.abort(new Error('near'));
    await all(far.incoming).catch(() => undefined);
  },
  async ({ near, far }) => {
    const reading = all(near.incoming).catch(() => undefined);
    void near.write([octets(1_000)]);
    far.abort(new Error('far'));
    await reading;
  },
  ({ near, far }) => {
    void near.write([octets(200_000)]);
    void far.write([octets(200_000)]);
    return Promise.resolve(); // disposed with bytes on the way in both directions, and no reader
  },
];

/** Opens and closes `count` connections, of which one in ten is never taken from its listener. */
async function connections({ dial, listen, at }: Network, count: number): Promise<void> {
  for (let opened = 0; opened < count; opened += 50) {
    const listener = await listen(at);
    const accepted = listener.incoming[Symbol.asyncIterator]();
    for (let turn = 0; turn < 45; turn += 1) {
      const next = accepted.next();
      const near = await dial(listener.endpoint);
      await openAndClose(async () => ({ near, far: taken(await next) }), turn);
    }
    const waiting = await Promise.all(Array.from({ length: 5 }, () => dial(listener.endpoint)));
    await listener[Symbol.asyncDispose]();
    await Promise.all(waiting.map((transport) => transport[Symbol.asyncDispose]()));
  }
}

/** What is held once waiting makes it less no more: with what is still to go in it, a leak would be lost in the difference. */
async function least(held: NonNullable<Network['held']>): Promise<Held> {
  let found = await held();
  let calm = 0;
  await settled(held, (now) => {
    const { handles = 0, bytes = 0 } = now;
    const isLess = handles < (found.handles ?? 0) || bytes < (found.bytes ?? 0) - mebibyte / 16;
    found = isLess ? now : found;
    calm = isLess ? 0 : calm + 1;
    return calm < 5;
  });
  return found;
}

/**
 * What is held once it is not too much any more: the kernel tells the far end of a reset a little later, and some memory
 * takes a second collection. On a busy machine both take longer. What leaks stays, however long one waits.
 */
async function settled(held: NonNullable<Network['held']>, isTooMuch: (now: Held) => boolean): Promise<Held> {
  let now = await held();
  for (let turn = 0; turn < 200 && isTooMuch(now); turn += 1) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 10);
    });
    now = await held();
  }
  return now;
}

function printed({ handles, bytes }: Held): string {
  return `${String(handles)} handles and ${String(bytes)} bytes`;
}
