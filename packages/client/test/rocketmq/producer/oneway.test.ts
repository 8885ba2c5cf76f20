import { decodeProperties } from '@rmq/protocol/rocketmq/messages';
import { ConnectionError } from '../../../src/core/errors.ts';
import type { Reply } from '../consumer/rig.ts';
import { deferred, message, rig, watched } from './rig.ts';

const broken = new ConnectionError('connection-closed', 'the connection to broker-a:1 broke');

describe('a oneway send', () => {
  it('sends the message as send does', async () => {
    const { producer, queues, sent } = rig();
    await producer.sendOneway({ ...message, tags: 'a', flag: 7 }, { queue: queues[2] });
    const [seen] = sent();
    expect(seen?.fields).toMatchObject({ queueId: 2, flag: 7, batch: false });
    expect(decodeProperties(String(seen?.fields['properties']))).toMatchObject({ TAGS: 'a', UNIQ_KEY: 'KEY-1' });
  });

  it('takes the queues in turn', async () => {
    const { producer, sent } = rig();
    for (let i = 0; i < 4; i += 1) await producer.sendOneway(message);
    expect(sent().map(({ fields }) => fields['queueId'])).toEqual([0, 1, 2, 3]);
  });

  it('does not care for the answer', async () => {
    const { answer, producer } = rig();
    answer({ code: 13, remark: 'illegal' });
    await expect(producer.sendOneway(message)).resolves.toBeUndefined();
  });

  it('is tried once; a broken connection is its error, and has fresh routes asked for', async () => {
    const { answer, events, producer, sent, unreachable } = rig();
    answer(broken);
    await expect(producer.sendOneway(message)).rejects.toBe(broken);
    expect(sent()).toHaveLength(1);
    expect(unreachable).toEqual(['broker-a:1']);
    expect(events).toEqual([]);
  });

  it('frees its room when it was handed over, and when it failed', async () => {
    const { answer, clock, producer, sent } = rig({ maxOutstandingMessages: 1 });
    const slow = deferred<Reply>();
    answer(() => slow.promise, broken, {});
    const sends = [1, 2, 3].map(() => watched(producer.sendOneway(message)));
    await clock.advance(0);
    expect(sent()).toHaveLength(1);
    slow.resolve({});
    await clock.advance(0);
    expect(sent()).toHaveLength(3);
    expect(sends.map(({ error }) => error)).toEqual([undefined, broken, undefined]);
    expect(clock.pending).toBe(0);
  });

  it('is refused before anything is sent, once closed or aborted', async () => {
    const { producer, sent } = rig();
    await expect(producer.sendOneway(message, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    await producer.close();
    await expect(producer.sendOneway(message)).rejects.toMatchObject({ code: 'producer-closed' });
    expect(sent()).toEqual([]);
  });
});
