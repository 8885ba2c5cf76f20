import { responseDecoder } from '@rmq/protocol/mqmq';
import { seededRandom } from '@rmq/testkit';
import type { Answers } from '../../src/mqmq/answers.ts';
import { encodeAnswer, HEAD_BYTES } from '../../src/mqmq/answers.ts';
import { MessageList } from '../../src/mqmq/message-list.ts';
import { Queue } from '../../src/mqmq/queue.ts';
import { keyOf, textOf } from '../../src/mqmq/queue-name.ts';
import { text, utf8 } from './support.ts';

/** An answer with this message, as it comes back. */
function answer(message: Uint8Array): Answers {
  const bytes = encodeAnswer({ type: 'OK', value: message });
  return { bytes, from: 0, to: bytes.length };
}

/** The messages in answers. */
function messagesIn(answers: Answers | undefined): readonly Uint8Array[] {
  const bytes = answers?.bytes.slice(answers.from, answers.to) ?? new Uint8Array(0);
  return [...responseDecoder().push(bytes)].map((response) => {
    if (response.type !== 'OK' || response.value === undefined) throw new Error('no answer to a Get');
    return response.value;
  });
}

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
        if (isBack) list.unshift(answer(message));
        else list.push(message);
        if (isBack) model.unshift(message);
        else model.push(message);
        bytes += HEAD_BYTES + message.length;
      } else {
        const [[got], expected] = [messagesIn(list.shift()), model.shift()];
        bytes -= expected === undefined ? 0 : HEAD_BYTES + expected.length;
        // Not toEqual, which takes its time with a hundred thousand bytes.
        if (got === undefined || expected === undefined) expect(got).toBe(expected);
        else expect(Buffer.compare(got, expected)).toBe(0);
      }
      if (list.length !== model.length || list.bytes !== bytes) throw new Error(`wrong counts after step ${step}`);
    }
    expect(model.length).toBeGreaterThan(500);
  });

  it('are taken together while they lie behind each other', () => {
    const list = new MessageList();
    for (const message of ['a', 'b', 'c', 'd', 'x'.repeat(5_000), 'e']) list.push(utf8(message));
    const first = list.shift();
    expect(list.shift(first)).toBe(first);
    const other = list.shift(); // for somebody else
    const third = list.shift(first);
    expect(third).not.toBe(first);
    expect(list.shift(third)).not.toBe(third); // in memory of its own
    expect([first, other, third].map((each) => messagesIn(each).map(text).join(''))).toEqual(['ab', 'c', 'd']);
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
    expect(messagesIn(first)).toEqual([utf8('aa')]);
  });

  it('that come back are copies, and in front together', () => {
    const list = new MessageList();
    for (const message of ['a', 'b', 'c']) list.push(utf8(message));
    const answers = list.shift(list.shift());
    if (answers === undefined) throw new Error('nothing was taken');
    const bytes = new Uint8Array(answers.bytes);
    expect(list.unshift({ ...answers, bytes })).toBe(2);
    bytes.fill(0);
    const taken = [list.shift(), list.shift(), list.shift(), list.shift()];
    expect(taken.flatMap(messagesIn).map(text)).toEqual(['a', 'b', 'c']);
  });

  it('take little more memory than they have bytes, and none to speak of when all are gone', () => {
    const list = new MessageList();
    for (let n = 0; n < 10_000; n += 1) list.push(new Uint8Array(100));
    const buffers = new Set<ArrayBufferLike>();
    for (let answers = list.shift(); answers !== undefined; answers = list.shift())
      // eslint-disable-next-line no-restricted-syntax -- the memory behind it is what this is about
      buffers.add(answers.bytes.buffer);
    const taken = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(taken).toBeLessThan(10_000 * 114 * 1.1);
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
