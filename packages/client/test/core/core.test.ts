import { memoryPair, type Transport } from '@rmq/transport';
import { Backoff } from '../../src/core/backoff.ts';
import { Emitter, type ClientEvent } from '../../src/core/events.ts';
import { jsonLinesListener, logTo, prettyListener } from '../../src/core/listeners.ts';
import { within } from '../../src/core/options.ts';
import { Outbox } from '../../src/core/outbox.ts';

const late: ClientEvent = { type: 'reply.late', level: 'debug', address: 'a:1', id: 7 };

describe('Backoff', () => {
  it('doubles up to its limit, random below, and begins anew after a success', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 500, random: () => 1 });
    expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([100, 200, 400, 500, 500]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
    expect(new Backoff({ baseMs: 100, maxMs: 500, random: () => 0 }).next()).toBe(1);
  });
});

describe('within', () => {
  it.each([0, 11, 1.5, Number.NaN])('refuses %s and names the option', (value) => {
    expect(() => within('retries', value, { min: 1, max: 10 })).toThrow(/option retries is .* from 1 to 10/);
  });
});

describe('Emitter', () => {
  it('hands events to all, and reports a listener that throws to the others', () => {
    const emitter = new Emitter<ClientEvent>();
    const seen: string[] = [];
    const failure = new Error('listener');
    emitter.on(() => {
      throw failure;
    });
    emitter.on((event) => seen.push(event.type));
    emitter.emit(late);
    expect(seen).toEqual(['listener.failed', 'reply.late']);
  });

  it('gives the same events as an iterator, and says how many it dropped', async () => {
    const emitter = new Emitter<ClientEvent>();
    const events = emitter.events();
    const first = events.next();
    emitter.emit(late);
    expect((await first).value).toEqual(late);
    for (let id = 0; id < 1_005; id += 1) emitter.emit({ ...late, id });
    expect((await events.next()).value).toEqual({ type: 'events.dropped', level: 'warn', count: 5 });
    expect((await events.next()).value).toEqual({ ...late, id: 5 });
    await events.return(undefined);
    expect(emitter.hasListeners).toBe(false);
  });
});

describe('listeners', () => {
  const failed: ClientEvent = { type: 'listener.failed', level: 'error', cause: new Error('why not') };

  it('writes lines for people, from a level on', () => {
    const lines: string[] = [];
    const listener = prettyListener((line) => lines.push(line));
    listener(late);
    listener(failed);
    expect(lines).toEqual(['error listener.failed cause="Error: why not"']);
  });

  it('writes JSON lines for machines', () => {
    const lines: string[] = [];
    const listener = jsonLinesListener((line) => lines.push(line), { level: 'debug' });
    listener(late);
    listener(failed);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      late,
      { ...failed, cause: { name: 'Error', message: 'why not' } },
    ]);
  });

  it('hands events to a logger by level', () => {
    const calls: unknown[] = [];
    const log = (level: string) => (message: string, fields: object) => calls.push([level, message, fields]);
    logTo({ debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }, { level: 'debug' })(late);
    expect(calls).toEqual([['debug', 'reply.late', { address: 'a:1', id: 7 }]]);
  });
});

describe('Outbox', () => {
  function recorder(): { readonly transport: Transport; readonly written: Uint8Array[][] } {
    const written: Uint8Array[][] = [];
    const { near } = memoryPair();
    const write = (chunks: readonly Uint8Array[]): Promise<void> => {
      written.push([...chunks]);
      return near.write(chunks);
    };
    return {
      transport: new Proxy(near, {
        get: (target, name) => (name === 'write' ? write : Reflect.get(target, name, target)) as unknown,
      }),
      written,
    };
  }

  it('sends what one turn adds as one write', async () => {
    const { transport, written } = recorder();
    const outbox = new Outbox(transport);
    for (const text of ['one ', 'two ', 'three']) outbox.add((writer) => writer.utf8(text), undefined);
    await outbox.drained();
    expect(written.map((chunks) => chunks.map((chunk) => new TextDecoder().decode(chunk)))).toEqual([
      ['one two three'],
    ]);
  });

  it('hands a large body on without a copy, in order', async () => {
    const { transport, written } = recorder();
    const outbox = new Outbox(transport);
    const body = new Uint8Array(20_000).fill(7);
    outbox.add((writer) => writer.utf8('head'), body);
    outbox.add((writer) => writer.utf8('next'), undefined);
    void outbox.drained();
    expect(written[0]?.map((chunk) => chunk.byteLength)).toEqual([4, 20_000, 4]);
    expect(written[0]?.[1]).toBe(body);
  });

  it('sends nothing of a head that fails', async () => {
    const { transport, written } = recorder();
    const outbox = new Outbox(transport);
    expect(() => {
      outbox.add(() => {
        throw new Error('no such field');
      }, undefined);
    }).toThrow('no such field');
    await outbox.drained();
    expect(written).toEqual([]);
  });
});
