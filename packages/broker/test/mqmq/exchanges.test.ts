import { readFileSync } from 'node:fs';
import { drain, hostileChunkers } from '@rmq/testkit';
import type { RawClient, Setup } from './support.ts';
import { setUp, utf8 } from './support.ts';

/** A frame of an exchange with the original, or the end of the connection. */
interface Step {
  readonly id: string;
  readonly scenario: string;
  readonly direction: 'c2s' | 's2c';
  /** Hex. */
  readonly bytes?: string;
  readonly repeat?: { readonly prefix: string; readonly byte: string; readonly times: number };
  readonly end?: 'closed';
}

/** Bytes that come one by one take some turns. */
const MAX_TURNS = 20;

const recorded = new URL('../../../protocol/test/mqmq/exchanges.jsonl', import.meta.url);
const steps = readFileSync(recorded, 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1) // the first line tells their origin
  .map((line) => JSON.parse(line) as Step);

const scenarios = [...new Set(steps.map(({ scenario }) => scenario))].map((name) => ({
  name,
  steps: steps.filter(({ scenario }) => scenario === name),
}));
/** Recorded one after the other on one server; `client-info` had a million messages in it that are not in the record. */
const recordedTogether = scenarios.filter(({ name }) => name === 'client-producer' || name === 'client-consumer');
const alone = scenarios.filter(({ name }) => !/^client-(?:producer|consumer|info)$/u.test(name));

function bytesOf({ bytes, repeat }: Step): Buffer {
  if (repeat === undefined) return Buffer.from(bytes ?? '', 'hex');
  return Buffer.concat([
    Buffer.from(repeat.prefix, 'hex'),
    Buffer.alloc(repeat.times, Buffer.from(repeat.byte, 'hex')),
  ]);
}

/** Does what the client did, and expects what the original answered. Time passes only while an answer is awaited. */
async function replay(setup: Setup, steps: readonly Step[]): Promise<void> {
  const client = await setup.client();
  let seen = Buffer.alloc(0);
  for (const step of steps) {
    if (step.direction === 'c2s') {
      if (step.end === 'closed') await client.end();
      else await client.send(bytesOf(step));
    } else if (step.end === 'closed') {
      expect(await client.over).toBeUndefined();
    } else {
      const expected = bytesOf(step);
      seen = Buffer.concat([seen, await answer(setup, client, expected.length - seen.length)]);
      // Not toEqual: the largest frame has 33 million bytes to show.
      expect(expected.equals(seen.subarray(0, expected.length))).toBe(true);
      seen = seen.subarray(expected.length);
    }
  }
  expect(Buffer.concat([seen, client.bytes()])).toHaveLength(0);
  await client.end();
}

/** What the server says, once it is as long as expected. Time passes when there is nothing else left to happen. */
async function answer({ clock }: Setup, client: RawClient, length: number): Promise<Uint8Array> {
  let bytes = client.bytes();
  for (let turn = 0; turn < MAX_TURNS && bytes.length < length; turn += 1) {
    await drain();
    bytes = Buffer.concat([bytes, client.bytes()]);
  }
  if (bytes.length >= length || clock.untilNext === undefined) return bytes;
  await clock.advance(clock.untilNext);
  return Buffer.concat([bytes, client.bytes()]);
}

describe('exchanges with the original', () => {
  it.each(alone)('go the same way here: $name', async ({ steps }) => {
    await using setup = await setUp();
    await replay(setup, steps);
  });

  it('of its own producer and consumer go the same way here', async () => {
    await using setup = await setUp();
    for (const { steps } of recordedTogether) await replay(setup, steps);
    expect(recordedTogether).toHaveLength(2);
  });

  const small = alone.filter(({ name }) => name !== 'largest-frame');
  it.each(hostileChunkers)('do not depend on how bytes are cut: $name', async ({ chunk }) => {
    for (const { steps } of small) {
      await using setup = await setUp({}, { chunk });
      await replay(setup, steps);
    }
  });

  it('that end the process of the original end one connection', async () => {
    await using setup = await setUp();
    const witness = await setup.client();
    for (const { name, steps } of alone.filter((each) => each.name.startsWith('hostile'))) {
      setup.events.length = 0;
      await replay(setup, steps);
      expect([name, setup.events]).toEqual([
        name,
        expect.arrayContaining([
          expect.objectContaining({ type: 'connection.closed', reason: 'fault', cause: expect.any(Error) }),
        ]),
      ]);
      expect(await witness.ask(utf8(''))).toEqual([]);
    }
    expect((await witness.info()).NumConnections).toBe(1);
  });
});
