import type { Transport } from '../transport.ts';
import {
  all,
  check,
  ConformanceError,
  fillUntilHeldBack,
  follow,
  Follower,
  octets,
  rejection,
  rejectionCode,
  stretch,
} from './check.ts';
import { pairCase, wholeCloseCase } from './case.ts';
import type { Case } from './case.ts';
import type { Pair } from './harness.ts';

const mebibyte = 2 ** 20;
const block = 65_536;
const needsReset = ['reset'] as const;

function turned({ near, far }: Pair): Pair {
  return { near: far, far: near };
}

/** Peers that break off, peers that do not read, and aborts in the middle of things. */
export const peerCases: readonly Case[] = [
  pairCase(
    'reset: in the middle of a frame, what was read before it is whole',
    (pair) => resetInFrame(pair),
    needsReset,
  ),
  pairCase('reset: in the middle of a frame, in the other direction', (pair) => resetInFrame(turned(pair)), needsReset),
  pairCase(
    'reset: right behind data it may lose some, and is never taken for an end',
    (pair) => resetBehindData(pair),
    needsReset,
  ),
  pairCase('reset: right behind data, in the other direction', (pair) => resetBehindData(turned(pair)), needsReset),
  pairCase(
    'reset: by a peer that never reads frees waiting writes and end()',
    async ({ near, far }) => {
      const { held } = await fillUntilHeldBack(near, far);
      const ending = near.end();
      far.abort(new Error('abort under test'));
      check((await rejectionCode(held, 'a waiting write')) === 'reset', 'the write rejects with reset');
      check((await rejectionCode(ending, 'a waiting end()')) === 'reset', 'end() rejects with reset');
      check(codeOf(await near.closed) === 'reset', 'closed gives reset');
    },
    needsReset,
  ),
  pairCase('reset: right behind data, by a peer that never reads', (pair) => resetWhileWaiting(pair), needsReset),
  pairCase('never reads: what such a peer sends goes on arriving', async ({ near, far }) => {
    const { held, reader } = await fillUntilHeldBack(near, far);
    await Promise.all([follow(reader, new Follower(), 300_000), far.write([octets(300_000)])]);
    const reason = new Error('abort under test');
    near.abort(reason);
    check((await rejection(held, 'a waiting write')) === reason, 'the reason itself');
  }),
  pairCase('abort: in the middle of writing', async ({ near, far }) => {
    const reason = new Error('abort under test');
    const writing = rejection(pour(near), 'writing for ever');
    const seen = new Follower();
    // Caught at once: the peer's fault may come before the end of all that is awaited first.
    const reading = readOn(far, seen, () => {
      if (seen.count >= mebibyte) near.abort(reason);
    }).catch((fault: unknown) => fault);
    check((await writing) === reason, 'the write rejects with the reason');
    check((await near.closed) === reason, 'closed gives the reason');
    // A fault, or an end where a runtime cannot reset.
    const outcome = await reading;
    if (outcome instanceof ConformanceError) throw outcome;
  }),
  pairCase('abort: in the middle of reading', async ({ near, far }) => {
    const reason = new Error('abort under test');
    const writing = rejectionCode(pour(far), 'writing to a peer that is gone');
    const seen = new Follower();
    const reading = rejection(
      readOn(near, seen, () => {
        if (seen.count >= mebibyte) near.abort(reason);
      }),
      'reading',
    );
    check((await reading) === reason, 'incoming throws the reason');
    check((await near.closed) === reason, 'closed gives the reason');
    check((await writing) === 'reset', 'the peer’s write rejects with reset');
    check(codeOf(await far.closed) === 'reset', 'the peer’s closed gives reset');
  }),
  pairCase('close called twice: end()', async ({ near, far }) => {
    const ended = near.end();
    await ended;
    check(near.end() === ended, 'one promise for every end(), settled or not');
    await Promise.all([all(far.incoming), far.end(), far.end(), all(near.incoming)]);
    await Promise.all([near.closed, far.closed]);
    check(near.end() === ended, 'one promise after the end of everything');
    check((await near.closed) === undefined && (await far.closed) === undefined, 'no fault');
  }),
  pairCase('close called twice: disposing, at once and afterwards, at both ends', async ({ near, far }) => {
    const both = [near, far, near, far];
    await Promise.all(both.map((transport) => transport[Symbol.asyncDispose]()));
    await Promise.all(both.map((transport) => transport[Symbol.asyncDispose]()));
    near.abort(new Error('too late'));
    check(codeOf(await near.closed) === 'aborted', 'closed keeps the first reason');
  }),
  pairCase('close called twice: end() after abort gives the reason', async ({ near }) => {
    const reason = new Error('abort under test');
    near.abort(reason);
    check((await rejection(near.end(), 'end() after abort')) === reason, 'the reason itself');
    check((await rejection(near.end(), 'end() after abort, again')) === reason, 'the reason itself, again');
  }),
  ...wholeCloseCases(),
];

/** What half-close cases mean for a carrier without: ends of both directions at once. */
function wholeCloseCases(): readonly Case[] {
  return [
    wholeCloseCase('end() sends what was written, then both directions are over without a fault', async (pair) => {
      const { near, far } = pair;
      const read = follow(far.incoming[Symbol.asyncIterator](), new Follower(), 300_000);
      await near.write([octets(300_000)]);
      await near.end();
      await read;
      check((await all(near.incoming)).byteLength === 0, 'nothing comes any more');
      check((await near.closed) === undefined, 'no fault near');
      await far.end();
      check((await far.closed) === undefined, 'no fault far');
    }),
    wholeCloseCase('the peer’s end() comes after all it sent, and is this side’s end too', async ({ near, far }) => {
      const [read] = await Promise.all([all(near.incoming), far.write([octets(300_000)]).then(() => far.end())]);
      check(read.byteLength === 300_000, '300,000 bytes');
      check((await near.closed) === undefined, 'no fault near');
      await near.end();
      check((await all(far.incoming)).byteLength === 0, 'the peer sees an end too');
      check((await far.closed) === undefined, 'no fault far');
    }),
    wholeCloseCase('refuses a write after the peer’s end()', async ({ near, far }) => {
      await Promise.all([far.end(), all(near.incoming)]);
      await near.closed;
      const code = await rejectionCode(near.write([octets(1)]), 'a write after the peer’s end()');
      check(code === 'reset', 'the code is reset: dialing again helps');
      check((await near.closed) === undefined, 'closed stays clean');
    }),
    wholeCloseCase('end() is clean while the peer still sends', async ({ near, far }) => {
      const sending = far.write([octets(mebibyte)]).catch(() => undefined);
      await near.end();
      check((await near.closed) === undefined, 'no fault near');
      await sending;
    }),
  ];
}

/** The peer resets while the reader waits for the rest of something. */
async function resetInFrame({ near, far }: Pair): Promise<void> {
  const reader = near.incoming[Symbol.asyncIterator]();
  const sent = far.write([octets(100_000)]);
  await follow(reader, new Follower(), 100_000);
  await sent;
  const rest = rejection(reader.next(), 'reading on');
  far.abort(new Error('abort under test'));
  const fault = await rest;
  check(codeOf(fault) === 'reset', 'incoming throws reset');
  check((await near.closed) === fault, 'closed gives the same error');
  check((await rejection(near.write([octets(1)]), 'a write afterwards')) === fault, 'write rejects with it');
  check((await rejection(near.end(), 'end() afterwards')) === fault, 'end() rejects with it');
}

async function resetBehindData({ near, far }: Pair): Promise<void> {
  void far.write([octets(200_000)]);
  far.abort(new Error('abort under test'));
  const seen = new Follower();
  const fault = await rejection(readOn(near, seen), 'reading');
  check(codeOf(fault) === 'reset', 'incoming throws reset');
  check((await near.closed) === fault, 'closed gives the same error');
}

/** The reset meets a writer that waits and a reader that does not pull. */
async function resetWhileWaiting({ near, far }: Pair): Promise<void> {
  const { held, reader } = await fillUntilHeldBack(near, far);
  void far.write([octets(200_000)]);
  far.abort(new Error('abort under test'));
  check((await rejectionCode(held, 'a waiting write')) === 'reset', 'the write rejects with reset');
  check((await rejectionCode(follow(reader, new Follower(), Infinity), 'reading')) === 'reset', 'so does reading');
}

/** Writes until something stops it. */
async function pour(from: Transport): Promise<never> {
  for (let at = 0; ; at += block) await from.write([stretch(block, at)]);
}

/** Reads to the end, and sees that the bytes are those sent. */
async function readOn({ incoming }: Transport, seen: Follower, onChunk: () => void = () => undefined): Promise<void> {
  for await (const chunk of incoming) {
    seen.take(chunk);
    onChunk();
  }
}

function codeOf(fault: unknown): unknown {
  return fault instanceof Error && 'code' in fault ? fault.code : fault;
}
