import { seededRandom } from '@rmq/testkit';
import { MessageList } from '../../src/mqmq/message-list.ts';
import { Queue } from '../../src/mqmq/queue.ts';
import { keyOf, textOf } from '../../src/mqmq/queue-name.ts';
import { utf8 } from './support.ts';

describe('the messages of a queue', () => {
  it('come out as they went in, for any sizes and any order of calls', () => {
    const random = seededRandom(7);
    const list = new MessageList();
    const model: Uint8Array[] = [];
    let bytes = 0;
    for (let step = 0; step < 20_000; step += 1) {
      const choice = random();
      if (choice < 0.55) {
        const isBack = choice >= 0.5;
        const message = new Uint8Array(isBack ? 1 : Math.floor(random() ** 8 * 100_000)).fill(step);
        if (isBack) list.unshift(message);
        else list.push(message);
        if (isBack) model.unshift(message);
        else model.push(message);
        bytes += message.length;
      } else {
        const [got, expected] = [list.shift(), model.shift()];
        bytes -= expected?.length ?? 0;
        // Not toEqual, which takes its time with a hundred thousand bytes.
        if (got === undefined || expected === undefined) expect(got).toBe(expected);
        else expect(Buffer.compare(got, expected)).toBe(0);
      }
      if (list.length !== model.length || list.bytes !== bytes) throw new Error(`wrong counts after step ${step}`);
    }
    expect(model.length).toBeGreaterThan(500);
  });

  it('are copies: what carried them may go, and a message that was taken stays as it is', () => {
    const list = new MessageList();
    const carrier = utf8('aabb');
    list.push(carrier.subarray(0, 2));
    list.push(carrier.subarray(2));
    carrier.fill(0);
    const first = list.shift();
    for (let n = 0; n < 5_000; n += 1) {
      list.push(utf8('x'));
      list.shift();
    }
    expect(first).toEqual(utf8('aa'));
  });

  it('that come back are copies, those in Node buffers too', () => {
    const list = new MessageList();
    const message = Buffer.from('abc');
    list.unshift(message);
    message.fill(0);
    expect(list.shift()).toEqual(utf8('abc'));
  });

  it('take little more memory than they have bytes, and none to speak of when all are gone', () => {
    const list = new MessageList();
    for (let n = 0; n < 10_000; n += 1) list.push(new Uint8Array(100));
    const buffers = new Set<ArrayBufferLike>();
    for (let message = list.shift(); message !== undefined; message = list.shift())
      // eslint-disable-next-line no-restricted-syntax -- the memory behind it is what this is about
      buffers.add(message.buffer);
    const taken = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(taken).toBeLessThan(10_000 * 104 * 1.1);
  });
});

describe('the name of a queue', () => {
  it('is a key of its own, even where its text is not', () => {
    const [a, b] = [Uint8Array.of(0xff), Uint8Array.of(0xfe)];
    expect(keyOf(a)).not.toBe(keyOf(b));
    expect([textOf(a), textOf(b)]).toEqual(['\ufffd', '\ufffd']);
  });

  it('is a copy, that in a Node buffer too', () => {
    const name = Buffer.from('jobs');
    const queue = new Queue(name, keyOf(name));
    name.fill(0);
    expect(textOf(queue.name)).toBe('jobs');
  });

  it.each([
    ['plain', utf8('jobs'), 'jobs'],
    ['a byte order mark', utf8('\ufeffq'), '\ufeffq'],
    ['characters of two, three and four bytes', utf8('é€😀'), 'é€😀'],
    ['a character cut off', Uint8Array.of(0x61, 0xe2, 0x82), 'a\ufffd\ufffd'],
    ['a surrogate', Uint8Array.of(0xed, 0xa0, 0x80), '\ufffd\ufffd\ufffd'],
    ['bytes among characters', Uint8Array.of(0xff, 0xc3, 0xa9, 0xff), '\ufffdé\ufffd'],
  ])('is shown as Go shows it: %s', (_, name, shown) => {
    expect(textOf(name)).toBe(shown);
  });
});
