import { all, check, fillUntilHeldBack, octets, rejection } from './check.ts';
import { halfCloseCase, pairCase } from './case.ts';
import type { Case } from './case.ts';

/** Aborts, disposal, and what the peer sees of them. */
export const faultCases: readonly Case[] = [
  pairCase('abort: a waiting reader, a write and closed get the very reason', async ({ near, far }) => {
    const reason = new Error('abort under test');
    const reading = rejection(all(near.incoming), 'reading');
    near.abort(reason);
    check((await reading) === reason, 'incoming throws the reason');
    check(
      (await rejection(near.write([octets(1)]), 'a write after abort')) === reason,
      'write rejects with the reason',
    );
    check((await rejection(near.end(), 'end() after abort')) === reason, 'end() rejects with the reason');
    check((await near.closed) === reason, 'closed gives the reason');
    check(far.label.length > 0, 'the peer is still an object one can ask');
  }),
  pairCase('abort: a reader that comes later gets the reason, and nothing that had arrived', async ({ near, far }) => {
    void far.write([octets(10)]);
    const reason = new Error('abort under test');
    near.abort(reason);
    check((await rejection(all(near.incoming), 'reading')) === reason, 'incoming throws the reason');
  }),
  pairCase('abort: rejects writes that wait for the peer', async ({ near, far }) => {
    const { held } = await fillUntilHeldBack(near, far);
    const another = near.write([octets(10)]);
    const reason = new Error('abort under test');
    near.abort(reason);
    check((await rejection(held, 'a waiting write')) === reason, 'the reason itself');
    check((await rejection(another, 'another waiting write')) === reason, 'the reason itself');
  }),
  pairCase('abort: rejects an end() that waits for the peer', async ({ near, far }) => {
    await fillUntilHeldBack(near, far);
    const ending = near.end();
    const reason = new Error('abort under test');
    near.abort(reason);
    check((await rejection(ending, 'a waiting end()')) === reason, 'the reason itself');
    check((await near.closed) === reason, 'closed gives the reason');
  }),
  pairCase('abort: the first reason counts', async ({ near }) => {
    const first = new Error('first');
    near.abort(first);
    near.abort(new Error('second'));
    check((await near.closed) === first, 'closed gives the first reason');
    near.abort(new Error('third'));
    check((await near.closed) === first, 'closed does not change');
  }),
  pairCase('abort: the peer’s reading is over, and so is the peer once it has ended', async ({ near, far }) => {
    const reading = all(far.incoming).catch(() => undefined);
    near.abort(new Error('abort under test'));
    await reading;
    await far.end().catch(() => undefined);
    await far.closed;
  }),
  pairCase('abort: does nothing after a clean end', async ({ near, far }) => {
    await Promise.all([near.end(), far.end(), all(near.incoming), all(far.incoming)]);
    await Promise.all([near.closed, far.closed]);
    near.abort(new Error('too late'));
    check((await near.closed) === undefined, 'closed stays clean');
  }),
  halfCloseCase('abort: works after end()', async ({ near, far }) => {
    await near.end();
    await all(far.incoming);
    const reason = new Error('abort under test');
    const reading = rejection(all(near.incoming), 'reading');
    near.abort(reason);
    check((await reading) === reason, 'incoming throws the reason');
    check((await near.closed) === reason, 'closed gives the reason');
  }),
  pairCase('abort: settles closed after the reader has left its loop', async ({ near, far }) => {
    void far.write([octets(10)]);
    for await (const chunk of near.incoming) if (chunk.byteLength > 0) break;
    const reason = new Error('abort under test');
    near.abort(reason);
    check((await near.closed) === reason, 'closed gives the reason');
  }),
  pairCase('disposing aborts, waits until it is over, and can be repeated', async ({ near }) => {
    await near[Symbol.asyncDispose]();
    const fault = await near.closed;
    check(fault !== undefined && 'code' in fault && fault.code === 'aborted', 'closed gives a TransportError aborted');
    await near[Symbol.asyncDispose]();
  }),
  pairCase('disposing after a clean end is no fault', async ({ near, far }) => {
    await Promise.all([near.end(), far.end(), all(near.incoming), all(far.incoming)]);
    await near.closed;
    await near[Symbol.asyncDispose]();
    check((await near.closed) === undefined, 'closed stays clean');
  }),
  pairCase('many transports aborted at once leave nothing behind', async ({ near, far }) => {
    void near.write([octets(500_000)]);
    void far.write([octets(500_000)]);
    near.abort(new Error('near'));
    far.abort(new Error('far'));
    check((await near.closed) instanceof Error && (await far.closed) instanceof Error, 'both have a fault');
  }),
];
