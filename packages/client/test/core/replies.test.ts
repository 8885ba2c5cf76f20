import { FakeClock } from '@rmq/testkit';
import { Replies, type Waiting } from '../../src/core/replies.ts';

interface Outcome {
  reply?: string;
  reason?: unknown;
}

function rig() {
  const clock = new FakeClock(0);
  const late: string[] = [];
  const replies = new Replies<string, string>(clock, (waiting) => {
    late.push(waiting.call);
    waiting.reject('time is up');
  });
  const wait = (
    call: string,
    deadline: number,
    signal?: AbortSignal,
  ): { waiting: Waiting<string, string>; outcome: Outcome } => {
    const outcome: Outcome = {};
    const waiting: Waiting<string, string> = {
      call,
      deadline,
      since: clock.now(),
      signal,
      resolve: (reply) => (outcome.reply = reply),
      reject: (reason) => (outcome.reason = reason),
    };
    return { waiting, outcome };
  };
  return { clock, replies, wait, late };
}

describe('Replies', () => {
  it('gives an answer to who asked, once', () => {
    const { replies, wait } = rig();
    const { waiting, outcome } = wait('a', 100);
    replies.add(7, waiting);
    expect(replies.isTaken(7)).toBe(true);
    replies.take(7)?.resolve('yes');
    expect(outcome).toEqual({ reply: 'yes' });
    expect(replies.take(7)).toBeUndefined();
    expect(replies.size).toBe(0);
  });

  it('keeps all that wait, however many, whatever the signs of their numbers', () => {
    const { replies, wait } = rig();
    const ids = Array.from({ length: 1_000 }, (_, index) => (0x7fff_fe00 + index) | 0);
    for (const id of ids) {
      expect(replies.isTaken(id)).toBe(false);
      replies.add(id, wait(id.toString(), 100).waiting);
    }
    expect(replies.size).toBe(1_000);
    expect(ids.map((id) => replies.take(id)?.call)).toEqual(ids.map(String));
    expect(replies.size).toBe(0);
  });

  it('says which numbers cannot be used while a slow request has their place', () => {
    const { replies, wait } = rig();
    replies.add(1, wait('slow', 100).waiting);
    const taken = Array.from({ length: 200 }, (_, id) => id).filter((id) => replies.isTaken(id));
    expect(taken).toEqual([1, 65, 129, 193]);
    expect(replies.take(65)).toBeUndefined();
    expect(replies.take(1)?.call).toBe('slow');
  });

  it('gives each up when its own time is up, with one timer for all', async () => {
    const { clock, replies, wait, late } = rig();
    replies.add(1, wait('slow', 300).waiting);
    replies.add(2, wait('quick', 100).waiting);
    replies.add(3, wait('same', 300).waiting);
    expect(clock.pending).toBe(1);
    await clock.advance(99);
    expect(late).toEqual([]);
    await clock.advance(1);
    expect(late).toEqual(['quick']);
    await clock.advance(200);
    expect(late).toEqual(['quick', 'slow', 'same']);
    expect(clock.pending).toBe(0);
  });

  it('rejects with the reason of the signal itself, and only what still waits', () => {
    const { replies, wait } = rig();
    const controller = new AbortController();
    const first = wait('a', 100, controller.signal);
    replies.add(1, first.waiting);
    replies.take(1)?.resolve('in time');
    const second = wait('b', 100, controller.signal);
    replies.add(2, second.waiting);
    const reason = new Error('the user left');
    controller.abort(reason);
    expect(first.outcome).toEqual({ reply: 'in time' });
    expect(second.outcome.reason).toBe(reason);
    expect(replies.size).toBe(0);
  });

  it('fails all that wait when the connection is over, and forgets the timer', () => {
    const { clock, replies, wait } = rig();
    const both = [wait('a', 100), wait('b', 200)];
    both.forEach(({ waiting }, id) => {
      replies.add(id, waiting);
    });
    replies.failAll('gone');
    expect(both.map(({ outcome }) => outcome.reason)).toEqual(['gone', 'gone']);
    expect(clock.pending).toBe(0);
  });

  it('makes room for a number whose place an old one has: those of AMQP cannot be skipped', () => {
    const { replies, wait } = rig();
    const old = wait('old', 1_000);
    replies.add(1, old.waiting);
    for (let id = 2; id < 1_000; id += 1) {
      replies.add(id, wait('a', 1_000).waiting);
      replies.take(id);
    }
    expect(replies.isTaken(1)).toBe(true);
    replies.take(1)?.resolve('at last');
    expect(old.outcome).toEqual({ reply: 'at last' });
  });

  it('watches the time of what is sent because another’s was up', async () => {
    const clock = new FakeClock(0);
    const second = rig().wait('second', 300);
    const replies = new Replies<string, string>(clock, (waiting) => {
      waiting.reject('time is up');
      if (waiting.call === 'first') replies.add(2, second.waiting);
    });
    replies.add(1, rig().wait('first', 100).waiting);
    await clock.advance(299);
    expect(second.outcome).toEqual({});
    await clock.advance(1);
    expect(second.outcome).toEqual({ reason: 'time is up' });
  });
});
