import { drain, seededRandom } from '@rmq/testkit';
import { memoryNetwork } from '@rmq/transport';
import { startServer } from '../../src/mqmq/index.ts';
import { bytesOf, get, info, put, quit, setUp, utf8 } from './support.ts';

describe('a Get', () => {
  it('waits as long as it says, and no longer', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    expect(await client.ask(get('q', 500))).toEqual([]);
    await setup.clock.advance(499);
    expect(client.words()).toEqual([]);
    await setup.clock.advance(1);
    expect(client.words()).toEqual(['Timeout']);
    expect(setup.clock.pending).toBe(0);
  });

  it('is served in the order in which it began to wait, whoever came back to wait again', async () => {
    await using setup = await setUp();
    const waiting = [await setup.client(), await setup.client(), await setup.client()] as const;
    const producer = await setup.client();
    for (const client of waiting) await client.send(get('q', 60_000));
    await producer.send(put('q', 'one'));
    expect(waiting.map((client) => client.words())).toEqual([['OK one'], [], []]);
    await waiting[0].send(get('q', 60_000)); // at the end of the line again
    await producer.send(put('q', 'two'), put('q', 'three'), put('q', 'four'));
    expect(waiting.map((client) => client.words())).toEqual([['OK four'], ['OK two'], ['OK three']]);
  });

  it('that stops waiting leaves its place to the next', async () => {
    await using setup = await setUp();
    const [first, second, producer] = [await setup.client(), await setup.client(), await setup.client()];
    await first.send(get('q', 10));
    await second.send(get('q', 1_000));
    await setup.clock.advance(10);
    await producer.send(put('q', 'm'));
    expect([first.words(), second.words()]).toEqual([['Timeout'], ['OK m']]);
  });

  it('holds back what its client asked behind it, and nothing of others', async () => {
    await using setup = await setUp();
    const [client, other] = [await setup.client(), await setup.client()];
    await client.send(get('q', 1_000), put('r', 'behind'), info);
    expect(client.words()).toEqual([]);
    expect(await other.ask(get('r'), info)).toEqual([]); // nothing there yet: it waits for its millisecond
    await other.send(put('r', 'x'));
    await setup.clock.advance(1);
    expect(other.words()[0]).toBe('Timeout');
    await other.send(put('q', 'm'));
    const words = client.words();
    expect(words.slice(0, 2)).toEqual(['OK m', 'OK']);
    expect(words[2]).toMatch(/"NumMessages":2/u);
  });

  it('gets along with many more requests behind it than are read ahead', async () => {
    await using setup = await setUp({}, { highWaterMarkBytes: 10_000 });
    const [client, producer] = [await setup.client(), await setup.client()];
    const requests = Array.from({ length: 300 }, (_, n) => put('r', `${n}`.padEnd(1_000)));
    let isWritten = false;
    const written = client.transport.write([get('q', 1_000)]).then(async () => {
      for (const request of requests) await client.transport.write([request]);
      isWritten = true;
    });
    await drain(2_000);
    expect(isWritten).toBe(false); // back-pressure, while it waits
    await producer.send(put('q', 'm'));
    await written;
    await drain(2_000);
    expect(client.words()).toEqual(['OK m', ...requests.map(() => 'OK')]);
    expect(setup.server.info().Queues).toEqual({ q: { NumMessages: 0 }, r: { NumMessages: 300 } });
  });
});

describe('a client that leaves', () => {
  it.each(['end', 'reset'] as const)('by %s while its Get waits costs no message', async (how) => {
    await using setup = await setUp();
    const [leaver, stayer, producer] = [await setup.client(), await setup.client(), await setup.client()];
    await leaver.send(get('q', 60_000));
    await stayer.send(get('q', 60_000));
    await leaver[how]();
    expect(setup.server.info().NumConnections).toBe(2);
    await producer.send(put('q', 'm'));
    expect(stayer.words()).toEqual(['OK m']);
  });

  it('with requests on their way has them done, but no message taken', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await client.send(get('q', 60_000), put('r', 'done'), get('r', 1_000), put('r', 'too'));
    await client.end();
    expect(client.words()).toEqual(['Timeout', 'OK', 'Timeout', 'OK']);
    expect(await client.over).toBeUndefined();
    expect(setup.server.info()).toMatchObject({ NumConnections: 0, NumMessages: 2 });
  });

  it('behind a Get that need not wait still gets its message: half closed is not gone', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    void client.transport.write([put('q', 'm'), get('q', 1_000)]);
    await client.end();
    expect(client.words()).toEqual(['OK', 'OK m']);
  });

  it('in the middle of a frame is reported, as is one that just leaves', async () => {
    await using setup = await setUp();
    const [torn, plain, polite] = [await setup.client(), await setup.client(), await setup.client()];
    await torn.send(put('q', 'hello').subarray(0, 9));
    await torn.end();
    await plain.end();
    await polite.send(quit);
    await polite.end();
    const closed = setup.events.filter(({ type }) => type === 'connection.closed');
    expect(closed).toMatchObject([
      { reason: 'fault', level: 'warn', cause: { code: 'truncated' } },
      { reason: 'end', level: 'debug', cause: undefined },
      { reason: 'quit', level: 'debug' },
    ]);
    expect(setup.server.info().NumMessages).toBe(0);
  });

  it('after Quit is not waited for longer than a second, and nothing it sends then counts', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await client.send(put('q', 'a'), quit, put('q', 'b'));
    await client.send(put('q', 'c'));
    expect(client.words()).toEqual(['OK']);
    expect(setup.server.info()).toMatchObject({ NumConnections: 0, NumMessages: 1 });
    expect(setup.clock.pending).toBe(1);
    await setup.clock.advance(1_000);
    expect(await client.transport.closed).toBeInstanceOf(Error);
  });
});

describe('a message that could not be delivered', () => {
  const large = (letter: string): Uint8Array => utf8(letter.repeat(100_000));

  it('is in front of its queue again', async () => {
    await using setup = await setUp();
    const [producer, other] = [await setup.client(), await setup.client()];
    const deaf = await setup.deaf();
    await producer.send(put('q', large('a')), put('q', large('b')), put('q', large('c')));
    void deaf.write([get('q', 1_000), get('q', 1_000)]).catch(() => undefined);
    await drain();
    expect(setup.server.info().NumMessages).toBe(1); // two are on their way to somebody who does not read
    deaf.abort(new Error('gone'));
    await drain();
    expect(setup.server.info().NumMessages).toBe(3);
    const frames = [];
    for (let n = 0; n < 3; n += 1) {
      await other.send(get('q', 1_000));
      frames.push(...other.words());
    }
    expect(frames.map((words) => words.slice(0, 4))).toEqual(['OK a', 'OK b', 'OK c']);
    expect(setup.events).toContainEqual(
      expect.objectContaining({ type: 'delivery.failed', level: 'warn', messages: 2, cause: expect.any(Error) }),
    );
  });

  it('is put back with those behind it, in order, whoever took one between them; what was sent is not', async () => {
    await using setup = await setUp();
    const [producer, other] = [await setup.client(), await setup.client()];
    const deaf = await setup.deaf();
    const ask = async (count: number): Promise<void> => {
      void deaf.write(Array.from({ length: count }, () => get('q', 1_000))).catch(() => undefined);
      await drain();
    };
    await producer.send(put('q', 'a'), put('q', 'b'), put('q', large('c')));
    await producer.send(...['d', 'e', 'f', 'g', 'h'].map((letter) => put('q', letter)));
    const reader = deaf.incoming[Symbol.asyncIterator]();
    await ask(2); // a and b are read, then nothing is any more
    await reader.next();
    await ask(3);
    await ask(1);
    expect(await other.ask(get('q'))).toEqual(['OK g']);
    await ask(1);
    expect(setup.server.info().NumMessages).toBe(0);
    deaf.abort(new Error('gone'));
    await drain();
    const words = await other.ask(...['c', 'd', 'e', 'f', 'h'].map(() => get('q')));
    expect(words.map((each) => each.slice(0, 4))).toEqual(['OK c', 'OK d', 'OK e', 'OK f', 'OK h']);
    expect(setup.events).toContainEqual(expect.objectContaining({ type: 'delivery.failed', messages: 5 }));
  });

  it('goes to those who began to wait meanwhile, in order', async () => {
    await using setup = await setUp();
    const [producer, first, second] = [await setup.client(), await setup.client(), await setup.client()];
    const deaf = await setup.deaf();
    void deaf.write([get('q', 1_000), get('q', 1_000)]).catch(() => undefined);
    await producer.send(put('q', large('a')), put('q', large('b')));
    await first.send(get('q', 1_000));
    await second.send(get('q', 1_000));
    deaf.abort(new Error('gone'));
    await drain();
    expect([first.words(), second.words()].flat().map((words) => words.slice(0, 4))).toEqual(['OK a', 'OK b']);
  });

  it('finds its queue again, even where idle ones are removed', async () => {
    await using setup = await setUp({ maxQueues: 1 });
    const producer = await setup.client();
    const deaf = await setup.deaf();
    await producer.send(put('q', large('a')));
    void deaf.write([get('q', 1_000)]).catch(() => undefined);
    await drain();
    await producer.send(put('r', 'takes its place'));
    expect(setup.server.info().Queues).toEqual({ r: { NumMessages: 1 } });
    deaf.abort(new Error('gone'));
    await drain();
    expect(setup.server.info().Queues).toEqual({ q: { NumMessages: 1 }, r: { NumMessages: 1 } });
  });
});

describe('requests that come together', () => {
  const odd = (queue: string): Uint8Array => bytesOf(['Put', utf8(queue), utf8('with more'), utf8('than it needs')]);
  const none = bytesOf(['Put', utf8('q')]);

  it('are answered as those that come one by one, and leave the same messages', async () => {
    const random = seededRandom(11);
    const some = (): Uint8Array => {
      const choice = random();
      const message = new Uint8Array(Math.floor(random() ** 6 * 3_000)).fill(choice * 256);
      if (choice < 0.8) return put('q', message);
      if (choice < 0.9) return put('other', message);
      if (choice < 0.97) return get(choice < 0.94 ? 'q' : 'other', 1_000);
      return choice < 0.98 ? none : odd('q');
    };
    await using together = await setUp({ maxMemoryBytes: 200_000 });
    await using apart = await setUp({ maxMemoryBytes: 200_000 });
    const [one, other] = [await together.client(), await apart.client()];
    await one.ask(put('other', '')); // so that no Get waits
    await other.ask(put('other', ''));
    for (let round = 0; round < 40; round += 1) {
      const requests = Array.from({ length: 1 + Math.floor(random() * 60) }, () => (round < 30 ? some() : get('q')));
      const answers: string[] = [];
      for (const request of requests) answers.push(...(await other.ask(request)));
      await one.send(Buffer.concat(requests)); // one chunk
      expect(one.words()).toEqual(answers);
      expect(together.server.info()).toEqual(apart.server.info());
    }
  });

  it('serve those who wait, and count as memory, one by one', async () => {
    await using setup = await setUp({ maxMemoryBytes: 2_000 });
    const [producer, waiting] = [await setup.client(), await setup.client()];
    await producer.ask(put('q', 'first'));
    await waiting.send(get('q', 1_000), get('q', 1_000));
    const puts = [put('q', '1'), put('q', new Uint8Array(900)), put('q', new Uint8Array(900)), put('q', '2')];
    await producer.send(Buffer.concat(puts));
    expect(producer.words()).toEqual(['OK', 'OK', 'Error SERVER_MEMORY_LIMIT', 'OK']);
    expect(waiting.words()).toEqual(['OK first', 'OK 1']);
  });
});

describe('a client that does not read', () => {
  it('is not answered further than a bound, however much it asks', async () => {
    await using setup = await setUp();
    const producer = await setup.client();
    for (let n = 0; n < 50; n += 1) await producer.send(put('q', new Uint8Array(50_000)));
    const deaf = await setup.deaf();
    // One chunk with all requests: none of the usual bounds of chunks would stop them.
    void deaf.write([Buffer.concat(Array.from({ length: 50 }, () => get('q', 1_000)))]).catch(() => undefined);
    await drain();
    const { NumMessages } = setup.server.info();
    expect(NumMessages).toBeGreaterThan(40);
    const got: Uint8Array[] = [];
    for await (const chunk of deaf.incoming) {
      got.push(chunk);
      if (got.reduce((sum, { length }) => sum + length, 0) >= 50 * 50_014) break;
    }
    expect(setup.server.info().NumMessages).toBe(0);
  });
});

describe('Info', () => {
  it('lists queues by the bytes of their names, empty ones and those with names that are no text too', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const odd = bytesOf(['Put', Uint8Array.of(0xe2, 0x82, 0x41), utf8('m')]);
    await client.send(put('z', 'm'), put('', 'm'), odd, get('__proto__'));
    await setup.clock.advance(1);
    client.words();
    const [json] = await client.ask(info);
    const expected =
      '"":{"NumMessages":1},"__proto__":{"NumMessages":0},"z":{"NumMessages":1},"\\ufffd\\ufffdA":{"NumMessages":1}';
    expect(json).toBe(`OK {"NumConnections":1,"NumQueues":4,"NumMessages":3,"Queues":{${expected}}}`);
    expect(Object.keys(setup.server.info().Queues)).toEqual(['', '__proto__', 'z', '\ufffd\ufffdA']);
  });

  it('that fits into no frame ends the connection that asked', async () => {
    await using setup = await setUp();
    const [client, other] = [await setup.client(), await setup.client()];
    for (let from = 0; from < 34_000; from += 1_000) {
      const names = Array.from({ length: 1_000 }, (_, n) => put(`${from + n}`.padEnd(1_000, 'n'), ''));
      await other.send(Buffer.concat(names));
      other.bytes();
    }
    await client.send(info);
    await client.over;
    await client.end();
    expect(setup.events.at(-1)).toMatchObject({ reason: 'fault', cause: { code: 'value-out-of-range' } });
    expect(await other.ask(put('q', 'm'))).toEqual(['OK']);
  });
});

describe('bounds', () => {
  it('of memory refuse a Put with an error of their own, and take it when there is room again', async () => {
    await using setup = await setUp({ maxMemoryBytes: 2_000 });
    const client = await setup.client();
    expect(await client.ask(put('q', new Uint8Array(1_000)), put('q', new Uint8Array(1_000)))).toEqual([
      'OK',
      'Error SERVER_MEMORY_LIMIT',
    ]);
    await client.send(get('q'));
    client.bytes();
    expect(await client.ask(put('q', new Uint8Array(1_000)))).toEqual(['OK']);
    expect(setup.events).toContainEqual(
      expect.objectContaining({ type: 'request.refused', error: 'SERVER_MEMORY_LIMIT' }),
    );
  });

  it('of memory do not matter to a message somebody waits for', async () => {
    await using setup = await setUp({ maxMemoryBytes: 1_000 });
    const [client, waiting] = [await setup.client(), await setup.client()];
    await waiting.send(get('q', 1_000));
    expect(await client.ask(put('q', 'x'.repeat(5_000)))).toEqual(['OK']);
    expect(waiting.words()).toEqual([`OK ${'x'.repeat(5_000)}`]);
  });

  it('of memory count frames that never end', async () => {
    await using setup = await setUp({ maxMemoryBytes: 1_000_000 });
    const clients = [await setup.client(), await setup.client()] as const;
    const half = put('q', new Uint8Array(900_000)).subarray(0, 600_000);
    for (const client of clients) await client.send(half);
    expect(clients.map((client) => client.words())).toEqual([[], ['Error SERVER_MEMORY_LIMIT']]);
    await clients[1].end();
    expect(setup.events.at(-1)).toMatchObject({ reason: 'fault', cause: { code: 'memory-full' } });
    await clients[0].send(put('q', new Uint8Array(900_000)).subarray(600_000)); // there is room for this one now
    expect(clients[0].words()).toEqual(['OK']);
  });

  it('of memory count queues; idle ones go first', async () => {
    await using setup = await setUp({ maxMemoryBytes: 3_000 });
    const client = await setup.client();
    const names = Array.from({ length: 20 }, (_, n) => get(`q${n}`));
    void client.send(...names);
    await setup.clock.advance(20);
    expect(new Set(client.words())).toEqual(new Set(['Timeout']));
    expect(setup.server.info().NumQueues).toBeLessThan(6);
    const full = Array.from({ length: 20 }, (_, n) => put(`full${n}`, ''));
    const answers = await client.ask(...full);
    expect(answers.filter((words) => words === 'OK')).toHaveLength(5);
    expect(answers.at(-1)).toBe('Error SERVER_MEMORY_LIMIT');
  });

  it('of queues make room by removing idle ones, else refuse', async () => {
    await using setup = await setUp({ maxQueues: 2 });
    const [client, waiting] = [await setup.client(), await setup.client()];
    await client.send(put('a', '1'));
    await waiting.send(get('b', 60_000));
    expect(await client.ask(put('c', '1'), put('c', '1'))).toEqual([
      'OK',
      'Error SERVER_QUEUE_LIMIT',
      'Error SERVER_QUEUE_LIMIT',
    ]);
    expect(await client.ask(get('a'), put('c', '1'), put('b', 'm'))).toEqual(['OK 1', 'OK', 'OK']);
    expect(waiting.words()).toEqual(['OK m']);
    expect(setup.server.info().Queues).toEqual({ b: { NumMessages: 0 }, c: { NumMessages: 1 } });
  });

  it('of connections cut those that are too many', async () => {
    await using setup = await setUp({ maxConnections: 1 });
    const [first, second] = [await setup.client(), await setup.client()];
    expect(await second.over).toBeInstanceOf(Error);
    expect(await first.ask(put('q', 'm'))).toEqual(['OK']);
    expect(setup.events).toContainEqual(expect.objectContaining({ type: 'connection.refused' }));
  });

  it('of idle time end silent connections, but none that waits', async () => {
    await using setup = await setUp({ idleTimeoutMs: 1_000 });
    const [silent, waiting, busy] = [await setup.client(), await setup.client(), await setup.client()];
    await waiting.send(get('q', 3_600_000));
    for (let n = 0; n < 4; n += 1) {
      await setup.clock.advance(500);
      await busy.send(put('r', 'm'));
    }
    expect([silent.isOver, waiting.isOver, busy.isOver]).toEqual([true, false, false]);
    expect(await silent.over).toBeInstanceOf(Error);
    await busy.send(put('q', 'm'));
    expect(waiting.words()).toEqual(['OK m']);
  });

  it.each([{ maxMemoryBytes: 0 }, { maxQueues: 1.5 }, { maxConnections: Number.NaN }, { idleTimeoutMs: 2 ** 31 }])(
    'are checked when the server starts: %p',
    async (options) => {
      const { listen } = memoryNetwork();
      await expect(startServer({ listen, ...options })).rejects.toMatchObject({ code: 'value-out-of-range' });
    },
  );
});

describe('close', () => {
  it('ends Gets without an answer, sends what is due, and listens no more', async () => {
    await using setup = await setUp();
    const [waiting, busy] = [await setup.client(), await setup.client()];
    await waiting.send(get('q', 60_000));
    void busy.transport.write([put('r', 'm')]).catch(() => undefined);
    await drain();
    const closing = setup.server.close();
    expect(await waiting.over).toBeUndefined();
    expect(await busy.over).toBeUndefined();
    expect([waiting.words(), busy.words()]).toEqual([[], ['OK']]);
    await Promise.all([waiting.end(), busy.end()]);
    await closing;
    await setup.server.close();
    expect(setup.clock.pending).toBe(0);
    await expect(setup.network.dial(setup.server.endpoint)).rejects.toMatchObject({ code: 'connect-refused' });
    expect(setup.events.at(-1)).toMatchObject({ type: 'connection.closed', reason: 'server-closed' });
  });

  it('does not wait longer than a second for those who do not say goodbye', async () => {
    await using setup = await setUp();
    const rude = await setup.deaf();
    await drain();
    const closing = setup.server.close();
    await setup.clock.advance(1_000);
    await closing;
    expect(await rude.closed).toBeInstanceOf(Error);
  });

  it('is not stopped by a listener that throws', async () => {
    await using setup = await setUp({
      onEvent() {
        throw new RangeError('mine');
      },
    });
    expect(await (await setup.client()).ask(put('q', 'm'))).toEqual(['OK']);
  });
});
