import type { Reply } from '../consumer/rig.ts';
import { deferred, message, rig, watched } from './rig.ts';

/** A message of so many bytes. */
const sized = (length: number) => ({ topic: 'T', body: new Uint8Array(length) });

describe('closing a producer', () => {
  it('waits for sends under way, then leaves', async () => {
    const { answer, clock, left, producer } = rig();
    const slow = deferred<Reply>();
    answer(() => slow.promise);
    const sending = watched(producer.send(message));
    const closing = watched(producer.close({ timeoutMs: 1_000 }));
    await clock.advance(999);
    expect([closing.isSettled, left]).toEqual([false, []]);
    slow.resolve({});
    await clock.advance(0);
    expect(sending.value).toMatchObject({ status: 'stored' });
    expect([closing.isSettled, left]).toEqual([true, ['G']]);
    expect(clock.pending).toBe(0);
  });

  it('leaves when its time is up, while the send goes on', async () => {
    const { answer, clock, left, producer } = rig();
    const slow = deferred<Reply>();
    answer(() => slow.promise);
    const sending = watched(producer.send(message));
    const closing = watched(producer.close({ timeoutMs: 1_000 }));
    await clock.advance(1_000);
    expect([closing.isSettled, left, sending.isSettled]).toEqual([true, ['G'], false]);
    slow.resolve({});
    await clock.advance(0);
    expect(sending.value).toMatchObject({ status: 'stored' });
    expect(left).toEqual(['G']);
  });

  it('waits as long as the client says unless told otherwise', async () => {
    const { answer, clock, left, producer } = rig({ sendTimeoutMs: 60_000 });
    answer(() => new Promise(() => undefined));
    watched(producer.send(message));
    watched(producer.close());
    await clock.advance(9_999);
    expect(left).toEqual([]);
    await clock.advance(1);
    expect(left).toEqual(['G']);
  });

  it.each([0, -1, Number.NaN])('does not wait at all for %d ms', async (timeoutMs) => {
    const { answer, clock, left, producer } = rig();
    answer(() => new Promise(() => undefined));
    watched(producer.send(message));
    await clock.advance(1);
    watched(producer.close({ timeoutMs }));
    await clock.advance(0);
    expect(left).toEqual(['G']);
  });

  it('waits for a send that is between two attempts, and for one that waits for room', async () => {
    const { answer, clock, left, producer, sent } = rig({ maxOutstandingMessages: 1 });
    answer({ code: 2 }, {});
    const sends = [watched(producer.send(message)), watched(producer.send(message))];
    await clock.advance(0);
    watched(producer.close());
    await clock.advance(1_000);
    expect(sends.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(sent()).toHaveLength(3);
    expect(left).toEqual(['G']);
  });

  it('takes nothing new of any kind', async () => {
    const { broker, producer } = rig();
    await producer[Symbol.asyncDispose]();
    const error = { code: 'producer-closed' };
    await expect(producer.send(message)).rejects.toMatchObject(error);
    await expect(producer.sendOneway(message)).rejects.toMatchObject(error);
    await expect(producer.sendBatch([message])).rejects.toMatchObject(error);
    expect(broker.seen).toEqual([]);
  });
});

describe('what is under way', () => {
  it('is at most so many messages: others wait for their turn', async () => {
    const { answer, clock, producer, sent } = rig({ maxOutstandingMessages: 2 });
    const answers = Array.from({ length: 5 }, () => deferred<Reply>());
    answer(
      ...answers.map(
        ({ promise }) =>
          () =>
            promise,
      ),
    );
    const sends = answers.map(() => watched(producer.send(message)));
    await clock.advance(0);
    expect(sent()).toHaveLength(2);
    for (const [index, { resolve }] of answers.entries()) {
      resolve({});
      await clock.advance(0);
      expect(sent()).toHaveLength(Math.min(5, index + 3));
    }
    expect(sends.every(({ error }) => error === undefined)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is at most so many bytes, unless one message alone is more', async () => {
    const { answer, clock, producer, sent } = rig({ maxOutstandingBytes: 100 });
    const answers = Array.from({ length: 4 }, () => deferred<Reply>());
    answer(
      ...answers.map(
        ({ promise }) =>
          () =>
            promise,
      ),
    );
    for (const length of [60, 40, 1, 500]) watched(producer.send(sized(length)));
    const counts: number[] = [];
    for (const { resolve } of answers) {
      await clock.advance(0);
      counts.push(sent().length);
      resolve({});
    }
    expect(counts).toEqual([2, 3, 3, 4]);
  });

  it('counts failed sends no longer', async () => {
    const { answer, producer, sent } = rig({ maxOutstandingMessages: 1, retries: 0 });
    answer({ code: 13 });
    for (let i = 0; i < 3; i += 1) await expect(producer.send(message)).rejects.toMatchObject({ responseCode: 13 });
    expect(sent()).toHaveLength(3);
  });

  it('makes a send fail that finds no room in its time: nothing of it is sent', async () => {
    const { answer, clock, producer, sent } = rig({ maxOutstandingMessages: 1, sendTimeoutMs: 10_000 });
    answer(() => new Promise(() => undefined));
    watched(producer.send(message));
    const waiting = watched(producer.send(message, { timeoutMs: 200 }));
    await clock.advance(199);
    expect(waiting.isSettled).toBe(false);
    await clock.advance(1);
    expect(waiting.error).toMatchObject({ name: 'OverloadError', code: 'send-budget-exhausted' });
    expect(sent()).toHaveLength(1);
  });
});
