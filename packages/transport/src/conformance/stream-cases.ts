import { joined } from '../adapter/joined.ts';
import {
  all,
  check,
  fillUntilHeldBack,
  follow,
  Follower,
  octets,
  passed,
  rejectionCode,
  sameBytes,
  send,
  stretch,
  take,
} from './check.ts';
import { halfCloseCase, pairCase } from './case.ts';
import type { Case } from './case.ts';
import type { Pair } from './harness.ts';

const mebibyte = 2 ** 20;

/** Sends everything it receives back, then ends. */
async function echo({ far }: Pair): Promise<void> {
  for await (const chunk of far.incoming) await far.write([chunk]);
  await far.end();
}

/** Order, sizes, ends and back-pressure: what a stream does when nothing goes wrong. */
export const streamCases: readonly Case[] = [
  pairCase('has a label for logs', ({ near, far }) => {
    check(near.label.length > 0 && far.label.length > 0, 'labels are not empty');
    return Promise.resolve();
  }),
  halfCloseCase('echoes 8 MiB unharmed', async (pair) => {
    const sent = octets(8 * mebibyte);
    const echoed = Promise.all([echo(pair), all(pair.near.incoming)]);
    for (let at = 0; at < sent.byteLength; at += 100_000) await pair.near.write([sent.subarray(at, at + 100_000)]);
    await pair.near.end();
    sameBytes((await echoed)[1], sent);
  }),
  pairCase('echoes 8 MiB to an end that counts what comes back', async (pair) => {
    const { near } = pair;
    const length = 8 * mebibyte;
    const echoing = echo(pair);
    const counting = follow(near.incoming[Symbol.asyncIterator](), new Follower(), length);
    for (let at = 0; at < length; at += 65_536) await near.write([stretch(65_536, at)]);
    await counting;
    await near.end();
    await echoing;
  }),
  pairCase('keeps many small writes in order, awaited or not', async ({ near, far }) => {
    const read = all(far.incoming);
    const writes: Promise<void>[] = [];
    for (let at = 0; at < 20_000; at += 1) {
      const write = near.write([octets(at % 7, at)]);
      if (at % 1_000 === 0) await write;
      writes.push(write);
    }
    await Promise.all(writes);
    await near.end();
    sameBytes(await read, joined(Array.from({ length: 20_000 }, (_, at) => octets(at % 7, at))));
  }),
  pairCase('sends the chunks of a batch back to back, concurrent batches in call order', async ({ near, far }) => {
    const read = all(far.incoming);
    const batch = (start: number): Uint8Array[] => [
      octets(3, start),
      octets(70_000, start + 3),
      octets(5, start + 70_003),
    ];
    await Promise.all([0, 1, 2, 3].map((index) => near.write(batch(index * 70_008))));
    await near.end();
    sameBytes(await read, octets(4 * 70_008));
  }),
  pairCase('takes no chunks and empty chunks, and yields no empty ones', async ({ near, far }) => {
    await near.write([]);
    await near.write([new Uint8Array(0)]);
    const sent = send(near, octets(2), new Uint8Array(0), octets(2, 2));
    const chunks: Uint8Array[] = [];
    for await (const chunk of far.incoming) chunks.push(chunk);
    check(
      chunks.every((chunk) => chunk.byteLength > 0),
      'no empty chunk arrives',
    );
    await sent;
    sameBytes(joined(chunks), octets(4));
  }),
  pairCase('sends of a view what it shows, not the memory behind it', async ({ near, far }) => {
    const memory = octets(100);
    const views = [memory.subarray(10, 20), new Uint8Array(memory.buffer, 40, 5), memory.subarray(99)];
    const back = near.incoming[Symbol.asyncIterator]();
    // The first end to end its sending may not half-close: it is the one that has read all.
    const [seen] = await Promise.all([take(far.incoming[Symbol.asyncIterator](), 16), near.write(views)]);
    sameBytes(seen, joined([octets(10, 10), octets(5, 40), octets(1, 99)]));
    const [returned] = await Promise.all([take(back, 1), far.write([memory.subarray(99)])]);
    sameBytes(returned, octets(1, 99));
  }),
  pairCase('never changes a chunk it has yielded', async ({ near, far }) => {
    const sent = octets(mebibyte);
    const writing = near.write([sent]).then(() => near.end());
    const kept: { readonly chunk: Uint8Array; readonly copy: Uint8Array }[] = [];
    for await (const chunk of far.incoming) kept.push({ chunk, copy: chunk.slice() });
    await writing;
    for (const { chunk, copy } of kept) sameBytes(chunk, copy);
  }),
  pairCase('yields chunks whose slice() is a copy', async ({ near, far }) => {
    const sent = send(near, octets(100));
    // Of Node's Buffer it is a view: who wants to keep a part of a chunk would keep all of it.
    for await (const chunk of far.incoming) {
      const first = chunk.at(0);
      chunk.slice().fill(0xff);
      check(chunk.at(0) === first, 'what is done to the copy is not seen in the chunk');
    }
    await sent;
  }),
  pairCase('can be read once only', async ({ near, far }) => {
    await near.end();
    await all(far.incoming);
    check(
      (await rejectionCode(all(far.incoming), 'a second iteration')) === 'already-read',
      'the code is already-read',
    );
  }),
  pairCase('ends its iteration at a FIN that comes before any byte', async ({ near, far }) => {
    await near.end();
    check((await all(far.incoming)).byteLength === 0, 'no bytes');
  }),
  pairCase('settles closed with undefined once both sides have ended', async ({ near, far }) => {
    await Promise.all([near.end(), far.end(), all(near.incoming), all(far.incoming)]);
    check((await near.closed) === undefined, 'no fault near');
    check((await far.closed) === undefined, 'no fault far');
  }),
  halfCloseCase('goes on reading after its own end()', async ({ near, far }) => {
    await near.end();
    check((await all(far.incoming)).byteLength === 0, 'the peer sees the FIN');
    sameBytes(await passed(far, near, octets(300_000)), octets(300_000));
    check((await near.closed) === undefined, 'no fault');
  }),
  pairCase('refuses a write after end(), and gives the same promise for a second end()', async ({ near, far }) => {
    const ended = near.end();
    check(near.end() === ended, 'one promise for every end()');
    check(
      (await rejectionCode(near.write([octets(1)]), 'a write after end()')) === 'write-after-end',
      'the code is write-after-end',
    );
    await ended;
    check((await all(far.incoming)).byteLength === 0, 'the refused byte does not arrive');
  }),
  pairCase('sends what was written before end(), awaited or not', async ({ near, far }) => {
    const read = all(far.incoming);
    void near.write([octets(200_000)]);
    void near.write([octets(200_000, 200_000)]);
    await near.end();
    sameBytes(await read, octets(400_000));
  }),
  pairCase('holds the writer back while the peer does not read, then goes on', (pair) => heldBack(pair)),
  pairCase('holds the writer back in the other direction', ({ near, far }) => heldBack({ near: far, far: near })),
  pairCase('leaves writing alone when the reader leaves its loop', async ({ near, far }) => {
    const sent = near.write([octets(10)]);
    for await (const chunk of far.incoming) if (chunk.byteLength > 0) break;
    sameBytes(await passed(far, near, octets(10)), octets(10));
    await sent;
  }),
];

async function heldBack({ near, far }: Pair): Promise<void> {
  const { held, bytes } = await fillUntilHeldBack(near, far);
  check(bytes < 32 * mebibyte, `less than 32 MiB in flight, but ${bytes.toString()} bytes were taken`);
  const read = all(far.incoming);
  await held;
  await near.end();
  sameBytes(await read, octets(bytes));
}
