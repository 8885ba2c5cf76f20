import { FakeClock } from '@rmq/testkit';
import fc from 'fast-check';
import { parseAddress } from '../../src/core/address.ts';
import { OrderedReplies } from '../../src/core/ordered-replies.ts';
import { UnderWay } from '../../src/core/under-way.ts';

function rig() {
  const clock = new FakeClock();
  const settled: string[] = [];
  const replies = new OrderedReplies<string, string>(clock, ({ call, reject }) => {
    reject(`${call} is late`);
  });
  const add = (call: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}): void => {
    const { signal, timeoutMs = 1_000 } = options;
    const resolve = (reply: string): void => void settled.push(`${call}=${reply}`);
    const reject = (reason: unknown): void => void settled.push(String(reason));
    replies.add({ call, resolve, reject, since: clock.now(), deadline: clock.now() + timeoutMs, signal });
  };
  return { add, clock, replies, settled };
}

describe('OrderedReplies', () => {
  it('give each answer to who asked first', () => {
    const { add, replies, settled } = rig();
    for (const call of ['a', 'b']) add(call);
    expect(replies.first?.call).toBe('a');
    replies.take()?.resolve('1');
    replies.take()?.resolve('2');
    expect(settled).toEqual(['a=1', 'b=2']);
    expect(replies.take()).toBeUndefined();
    expect(replies.outstanding).toBe(0);
  });

  it('keep the place of who gave up, until the answer has come', async () => {
    const { add, clock, replies, settled } = rig();
    const controller = new AbortController();
    add('a', { timeoutMs: 10 });
    add('b', { signal: controller.signal });
    add('c');
    await clock.advance(10);
    controller.abort('b was stopped');
    expect(settled).toEqual(['a is late', 'b was stopped']);
    expect(replies.outstanding).toBe(3);
    expect(replies.first?.call).toBe('a');
    expect(replies.take()).toBeUndefined();
    expect(replies.take()).toBeUndefined();
    replies.take()?.resolve('3');
    expect(settled.at(-1)).toBe('c=3');
  });

  it('fail all, and then expect nothing more', async () => {
    const { add, clock, replies, settled } = rig();
    for (const call of ['a', 'b']) add(call);
    const empty = replies.empty();
    replies.failAll('broken');
    await empty;
    expect(settled).toEqual(['broken', 'broken']);
    expect(replies.first).toBeUndefined();
    expect(clock.pending).toBe(0);
    add('c');
    replies.take()?.resolve('3');
    expect(settled.at(-1)).toBe('c=3');
  });

  it('stay in order whoever gives up, among thousands', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.nat(300), fc.boolean()), { maxLength: 20 }), (rounds) => {
        const { add, replies, settled } = rig();
        const expected: string[] = [];
        let next = 0;
        let answered = 0;
        const given = new Set<number>();
        for (const [asked, answers, givesUp] of rounds) {
          const controllers: AbortController[] = [];
          for (let each = 0; each < asked; each += 1, next += 1) {
            const leaves = givesUp && each % 3 > 0;
            const controller = new AbortController();
            if (leaves) given.add(next);
            if (leaves) controllers.push(controller);
            add(String(next), leaves ? { signal: controller.signal } : {});
          }
          for (const controller of controllers) controller.abort('gave up');
          for (let each = 0; each < answers && answered < next; each += 1, answered += 1) {
            if (!given.has(answered)) expected.push(`${answered.toString()}=ok`);
            replies.take()?.resolve('ok');
          }
        }
        expect(settled.filter((each) => each !== 'gave up')).toEqual(expected);
        expect(replies.outstanding).toBe(next - answered);
      }),
    );
  });
});

describe('UnderWay', () => {
  it('tells when nothing is, or the time is up', async () => {
    const clock = new FakeClock();
    const calls = new UnderWay();
    await calls.none({ clock, timeoutMs: 0 });
    calls.begin();
    const late = calls.none({ clock, timeoutMs: 50 });
    await clock.advance(50);
    await late;
    const done = calls.none({ clock, timeoutMs: Number.POSITIVE_INFINITY });
    calls.end();
    await done;
    expect(clock.pending).toBe(0);
  });
});

describe('parseAddress', () => {
  it.each([
    ['host:1', { host: 'host', port: 1 }],
    ['[::1]:47774', { host: '::1', port: 47_774 }],
    [':65535', { host: '', port: 65_535 }],
  ])('reads %s', (address, endpoint) => {
    expect(parseAddress(address)).toEqual(endpoint);
  });

  it.each(['', 'host', 'host:', 'host:0', 'host:65536', 'host:-1', 'host:1e3', 'host: 1', 'host:1.0'])(
    'takes "%s" for none',
    (address) => {
      expect(parseAddress(address)).toBeUndefined();
    },
  );
});
