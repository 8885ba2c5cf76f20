import { ConnectionError, TimeoutError } from '../../../src/core/errors.ts';
import type { Reply } from '../consumer/rig.ts';
import { deferred, message, rig, squeeze, watched } from './rig.ts';

describe('a signal', () => {
  it('that aborted before lets nothing be sent', async () => {
    const { broker, producer } = rig();
    const options = { signal: AbortSignal.abort('enough') };
    await expect(producer.send(message, options)).rejects.toBe('enough');
    await expect(producer.sendBatch([message], options)).rejects.toBe('enough');
    expect(broker.seen).toEqual([]);
  });

  it('ends a request under way, without another attempt', async () => {
    const { answer, clock, events, producer, sent } = rig();
    answer(() => new Promise(() => undefined));
    const abort = new AbortController();
    const sending = watched(producer.send(message, { signal: abort.signal }));
    await clock.advance(10);
    abort.abort('enough');
    await clock.advance(3_000);
    expect(sending.error).toBe('enough');
    expect(sent()).toHaveLength(1);
    expect(events).toEqual([]);
  });

  it('is obeyed even if its reason looks like a failure worth another attempt', async () => {
    const { answer, clock, events, producer, sent } = rig();
    answer(() => new Promise(() => undefined));
    const abort = new AbortController();
    const reason = new TimeoutError('request-timeout', 'the user went away');
    const sending = watched(producer.send(message, { signal: abort.signal }));
    await clock.advance(10);
    abort.abort(reason);
    await clock.advance(3_000);
    expect(sending.error).toBe(reason);
    expect([sent().length, events]).toEqual([1, []]);
  });

  it('stops a message that is being compressed, or was to be', async () => {
    const slow = deferred<Uint8Array>();
    let times = 0;
    const compress = (): Promise<Uint8Array> => {
      times += 1;
      return slow.promise;
    };
    const { clock, producer, sent } = rig({ compressOverBytes: 1 }, { compression: () => ({ ...squeeze, compress }) });
    const abort = new AbortController();
    const sending = watched(producer.send(message, { signal: abort.signal }));
    await clock.advance(0);
    abort.abort('enough');
    slow.resolve(Uint8Array.of(1));
    await clock.advance(0);
    expect(sending.error).toBe('enough');
    await expect(producer.send(message, { signal: abort.signal })).rejects.toBe('enough');
    expect([times, sent().length]).toEqual([1, 0]);
  });

  it('that serves many sends is left by each', async () => {
    const { answer, clock, producer } = rig();
    answer({ code: 2 }, new ConnectionError('connect-failed', 'refused'), {});
    const { signal } = new AbortController();
    let listening = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listening += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listening -= 1;
      remove(...given);
    };
    const sending = watched(producer.send(message, { signal }));
    await clock.advance(50);
    expect(listening).toBe(1);
    await clock.advance(1_000);
    expect([sending.value?.status, listening]).toEqual(['stored', 0]);
  });

  it('ends the wait for room, and lets the next one in', async () => {
    const { answer, clock, producer, sent } = rig({ maxOutstandingMessages: 1 });
    const slow = deferred<Reply>();
    answer(() => slow.promise, {});
    watched(producer.send(message));
    const abort = new AbortController();
    const waiting = watched(producer.send(message, { signal: abort.signal }));
    const next = watched(producer.send(message));
    await clock.advance(0);
    abort.abort('enough');
    await clock.advance(0);
    expect(waiting.error).toBe('enough');
    slow.resolve({});
    await clock.advance(0);
    expect([next.isSettled, sent().length]).toEqual([true, 2]);
  });

  it('ends a batch before its next part', async () => {
    const { broker, clock, producer, stored } = rig({ maxMessageBytes: 100 });
    const abort = new AbortController();
    broker.on('sendBatchMessage', () => {
      abort.abort('enough');
      return { fields: stored };
    });
    const messages = Array.from({ length: 5 }, () => message);
    const sending = watched(producer.sendBatch(messages, { signal: abort.signal }));
    await clock.advance(0);
    expect(sending.error).toBe('enough');
    expect(broker.of('sendBatchMessage')).toHaveLength(1);
  });
});
