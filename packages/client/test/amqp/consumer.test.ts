import { drain } from '@rmq/testkit';
import { type ConsumerOptions, type ReceivedMessage, ConsumerCancelledError } from '../../src/amqp/index.ts';
import { closeOf, failure, rig as clientRig, watched } from './peer.ts';

async function rig(options: Partial<ConsumerOptions> = {}) {
  const given = await clientRig({ heartbeatSeconds: 0 });
  const consumer = await given.client.consumer({ queue: 'q', consumerTag: 'c', ...options });
  given.peer.said.length = 0;
  /** Delivers and lets it arrive. */
  const deliver = async (...tags: readonly number[]): Promise<void> => {
    given.peer.deliver(1, 'c', ...tags);
    await drain();
  };
  const acks = () => given.peer.all('basic.ack').map(({ deliveryTag, multiple }) => [deliveryTag, multiple]);
  const rejects = () => given.peer.all('basic.reject').map(({ deliveryTag, requeue }) => [deliveryTag, requeue]);
  return { ...given, consumer, deliver, acks, rejects };
}

/** What a loop sees, until it ends. */
async function collect(
  consumer: AsyncIterable<ReceivedMessage>,
  each: (message: ReceivedMessage) => unknown = (message) => message.ack(),
): Promise<string[]> {
  const seen: string[] = [];
  for await (const message of consumer) {
    seen.push(message.text());
    await each(message);
  }
  return seen;
}

describe('starting', () => {
  it('is on a channel of its own, with a limit to what comes ahead', async () => {
    const { peer, client } = await clientRig();
    const options = { exclusive: true, prefetch: 5, arguments: { 'x-priority': 1 } };
    const consumer = await client.consumer({ queue: 'q', ...options });
    expect(peer.said.map(({ channel, method }) => [channel, method.name, method.args])).toMatchObject([
      [1, 'channel.open', {}],
      [1, 'basic.qos', { prefetchCount: 5, prefetchSize: 0, global: false }],
      [1, 'basic.consume', { queue: 'q', consumerTag: 'rmq-1', exclusive: true, noAck: false, noLocal: false }],
    ]);
    expect(consumer).toMatchObject({ queue: 'q', consumerTag: 'rmq-1', isOpen: true });
    expect((await client.consumer({ queue: 'q' })).consumerTag).toBe('rmq-2');
  });

  it('fails with what the server says, and leaves no channel behind', async () => {
    const { peer, client } = await clientRig();
    peer.refuse('basic.consume', 403);
    expect(await failure(client.consumer({ queue: 'q' }))).toMatchObject({
      responseCode: 403,
      method: 'basic.consume',
    });
    expect(peer.names.at(-1)).toBe('channel.closeOk');
    expect(await failure(client.consumer({ queue: 'q', prefetch: 0 }))).toMatchObject({ code: 'value-out-of-range' });
  });

  it('gives up in time, and takes back what the server may still do', async () => {
    const { peer, client, clock } = await clientRig();
    peer.ignore('basic.consume');
    const starting = watched(client.consumer({ queue: 'q', timeoutMs: 100 }));
    await clock.advance(100);
    expect(starting.error).toMatchObject({ code: 'request-timeout' });
    expect(peer.names.at(-1)).toBe('channel.close');
  });
});

describe('a loop', () => {
  it('takes one message after the other, each settled by hand', async () => {
    const { consumer, deliver, acks, clock } = await rig();
    const seen = collect(consumer);
    await deliver(1, 2);
    await deliver(3);
    await clock.advance(1);
    expect(acks()).toEqual([[3, true]]);
    await consumer.close();
    expect(await seen).toEqual(['m1', 'm2', 'm3']);
  });

  it('shows a message as it was sent, with a body of its own', async () => {
    const { peer, consumer } = await rig();
    const args = { consumerTag: 'c', deliveryTag: 1, redelivered: true, exchange: 'e', routingKey: 'k' };
    peer.sendContent(1, { name: 'basic.deliver', args }, 'x'.repeat(200_000), { headers: { a: 1 }, priority: 0 });
    const { value } = await consumer[Symbol.asyncIterator]().next();
    expect(value).toMatchObject({
      exchange: 'e',
      routingKey: 'k',
      redelivered: true,
      deliveryTag: 1,
      messageCount: undefined,
      properties: { headers: { a: 1 }, priority: 0 },
    });
    expect(value?.body.byteLength).toBe(200_000);
    expect(value?.body).toBe(value?.body);
  });

  it('hands a message out again that it was left with, to the next reader, first', async () => {
    const { consumer, deliver } = await rig();
    await deliver(1, 2);
    for await (const message of consumer) {
      expect(message.text()).toBe('m1');
      break;
    }
    const seen: string[] = [];
    for await (const message of consumer) {
      seen.push(message.text());
      await message.ack();
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['m1', 'm2']);
  });

  it('is the only reader', async () => {
    const { consumer } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    expect(() => consumer[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'reader-taken' }));
    expect(await failure(consumer.run(() => undefined))).toMatchObject({ code: 'reader-taken' });
    await iterator.return?.();
    await consumer.close();
    expect(await failure(consumer.run(() => undefined))).toMatchObject({ code: 'consumer-closed' });
  });

  it('gets nothing while it is paused', async () => {
    const { consumer, deliver } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    consumer.pause();
    await deliver(1);
    const next = watched(iterator.next());
    await drain();
    expect(next.isSettled).toBe(false);
    consumer.resume();
    await drain();
    expect(next.isSettled).toBe(true);
  });
});

describe('settling', () => {
  it('counts once', async () => {
    const { consumer, deliver, acks, rejects, clock } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    await deliver(1, 2);
    const [first, second] = [(await iterator.next()).value, (await iterator.next()).value];
    await first?.nack();
    await first?.ack();
    await second?.ack();
    await second?.reject();
    await clock.advance(1);
    expect(rejects()).toEqual([[1, true]]);
    expect(acks()).toEqual([[2, false]]);
  });

  it('gives back to the queue by nack, and to the dead letters by reject, unless told otherwise', async () => {
    const { consumer, deliver, rejects } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    await deliver(1, 2, 3, 4);
    const next = async () => (await iterator.next()).value;
    await (await next())?.nack();
    await (await next())?.nack({ requeue: false });
    await (await next())?.reject();
    await (await next())?.reject({ requeue: true });
    await drain();
    expect(rejects()).toEqual([
      [1, true],
      [2, false],
      [3, false],
      [4, true],
    ]);
  });

  it('says acks together only up to the oldest message that is not settled', async () => {
    const { consumer, deliver, acks, clock } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    await deliver(1, 2, 3, 4, 5, 6);
    const all: (ReceivedMessage | undefined)[] = [];
    for (let count = 0; count < 6; count += 1) all.push((await iterator.next()).value);
    for (const index of [1, 3, 0]) await all[index]?.ack();
    await clock.advance(1);
    expect(acks()).toEqual([
      [2, true],
      [4, false],
    ]);
    await all[2]?.nack();
    await all[4]?.ack();
    await all[5]?.ack();
    await clock.advance(1);
    expect(acks().slice(2)).toEqual([[6, true]]);
  });

  it('says acks without waiting when half of what may come ahead is acked', async () => {
    const { consumer, deliver, acks } = await rig({ prefetch: 4 });
    const stop = new AbortController();
    const running = consumer.run(() => undefined, { signal: stop.signal });
    await deliver(1, 2, 3);
    expect(acks()).toEqual([[2, true]]);
    await deliver(4);
    expect(acks()).toEqual([
      [2, true],
      [4, true],
    ]);
    stop.abort();
    await running;
  });

  it('of one at a time says each ack at once', async () => {
    const { consumer, deliver, acks } = await rig({ prefetch: 1 });
    void collect(consumer);
    await deliver(1);
    expect(acks()).toEqual([[1, false]]);
  });

  it('does nothing when the channel is over: the message comes again elsewhere', async () => {
    const { peer, client, consumer, deliver } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    await deliver(1, 2);
    const first = (await iterator.next()).value;
    const second = (await iterator.next()).value;
    peer.on('queue.purge', ({ method }) => {
      peer.send(1, closeOf(method, { replyCode: 406, replyText: 'PRECONDITION_FAILED - timed out' }));
      return { name: 'queue.purgeOk', args: { messageCount: 0 } };
    });
    await client.queues.purge('x');
    await drain();
    await first?.ack();
    await second?.nack();
    expect(peer.names).not.toContain('basic.ack');
    expect(peer.names).not.toContain('basic.reject');
    expect(client.connection.state).toBe('open');
  });
});

describe('run', () => {
  it('acks what a handler returns from, up to so many at a time', async () => {
    const { consumer, deliver, acks, clock } = await rig();
    const finish: (() => void)[] = [];
    const stop = new AbortController();
    const running = watched(
      consumer.run(() => new Promise<void>((resolve) => finish.push(resolve)), { concurrency: 2, signal: stop.signal }),
    );
    await deliver(1, 2, 3);
    expect(finish).toHaveLength(2);
    finish[1]?.();
    await clock.advance(1);
    expect(acks()).toEqual([[2, false]]);
    expect(finish).toHaveLength(3);
    stop.abort();
    await drain();
    expect(running.isSettled).toBe(false);
    finish[0]?.();
    finish[2]?.();
    await clock.advance(1);
    expect(running).toEqual({ isSettled: true, value: undefined });
    expect(acks().slice(1)).toEqual([[3, true]]);
  });

  it.each([
    ['requeue', undefined, true],
    ['reject', 'reject', false],
  ] as const)('gives back what a handler fails for: %s', async (_, onFailure, requeue) => {
    const { consumer, deliver, rejects, events } = await rig();
    const oops = new Error('oops');
    const running = consumer.run(
      ({ deliveryTag }) => {
        if (deliveryTag === 1) throw oops;
        return Promise.reject(oops);
      },
      { onFailure },
    );
    await deliver(1, 2);
    expect(rejects()).toEqual([
      [1, requeue],
      [2, requeue],
    ]);
    const said = { type: 'handler.failed', level: 'warn', queue: 'q', redelivered: false, cause: oops };
    expect(events.slice(-2)).toEqual([
      { ...said, deliveryTag: 1 },
      { ...said, deliveryTag: 2 },
    ]);
    await consumer.close();
    await running;
  });

  it('leaves alone what a handler has settled', async () => {
    const { consumer, deliver, acks, rejects } = await rig({ prefetch: 1 });
    void consumer.run(async (message) => {
      await message.reject();
      throw new Error('after that');
    });
    await deliver(1);
    expect(acks()).toEqual([]);
    expect(rejects()).toEqual([[1, false]]);
  });

  it('checks its options', async () => {
    const { consumer } = await rig();
    const wrong = consumer.run(() => undefined, { concurrency: 0 });
    expect(await failure(wrong)).toMatchObject({ code: 'value-out-of-range' });
    await consumer.run(() => undefined, { signal: AbortSignal.abort() });
  });
});

describe('losing', () => {
  it('a consumer to the server ends the reader with an error, after its handlers, and closes the channel', async () => {
    const { peer, consumer, deliver, events, acks } = await rig();
    let finish: () => void = () => undefined;
    const running = watched(consumer.run(() => new Promise<void>((resolve) => (finish = resolve)), { concurrency: 1 }));
    await deliver(1, 2);
    peer.send(1, { name: 'basic.cancel', args: { consumerTag: 'c', nowait: true } });
    await drain();
    expect(running.isSettled).toBe(false);
    expect(events.at(-1)).toEqual({ type: 'consumer.cancelled', level: 'warn', queue: 'q', consumerTag: 'c' });
    finish();
    await drain();
    expect(running.error).toBeInstanceOf(ConsumerCancelledError);
    expect(acks()).toEqual([[1, false]]);
    // Never answered: 11.5.
    expect(peer.names).toEqual(['basic.ack', 'channel.close']);
    expect(consumer.isOpen).toBe(false);
    expect(await failure(consumer.run(() => undefined))).toBe(running.error);
    await consumer.close();
  });

  it('a connection throws from a waiting loop, once', async () => {
    const { peer, consumer } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    const next = watched(iterator.next());
    await drain();
    peer.cut();
    await drain();
    expect(next.error).toMatchObject({ code: 'connection-closed' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(() => consumer[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'connection-closed' }));
  });

  it('a connection throws from a loop when its body asks for more', async () => {
    const { peer, consumer, deliver } = await rig();
    const loop = failure(
      collect(consumer, async () => {
        peer.cut();
        await drain();
      }),
    );
    await deliver(1);
    expect(await loop).toMatchObject({ code: 'connection-closed' });
  });
});

describe('closing a consumer', () => {
  it('cancels, lets handlers end, says their acks, and gives back what waited by closing the channel', async () => {
    const { peer, consumer, deliver, acks } = await rig();
    let finish: () => void = () => undefined;
    const running = watched(consumer.run(() => new Promise<void>((resolve) => (finish = resolve)), { concurrency: 1 }));
    await deliver(1, 2);
    const closing = watched(consumer.close());
    await deliver(3);
    expect(peer.names).toEqual(['basic.cancel']);
    expect(closing.isSettled).toBe(false);
    finish();
    await drain();
    expect(running).toEqual({ isSettled: true, value: undefined });
    expect(closing.isSettled).toBe(true);
    expect(acks()).toEqual([[1, false]]);
    expect(peer.names).toEqual(['basic.cancel', 'basic.ack', 'channel.close']);
    await consumer[Symbol.asyncDispose]();
  });

  it('waits for the body of a loop to settle its message', async () => {
    const { peer, consumer, deliver } = await rig();
    const iterator = consumer[Symbol.asyncIterator]();
    await deliver(1);
    const { value } = await iterator.next();
    const closing = watched(consumer.close());
    await drain();
    expect(closing.isSettled).toBe(false);
    await value?.ack();
    await drain();
    expect(closing.isSettled).toBe(true);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(peer.names).toEqual(['basic.cancel', 'basic.ack', 'channel.close']);
  });

  it('does not wait for a handler for ever; a late ack does nothing then', async () => {
    const { peer, clock, consumer, deliver } = await rig({ drainTimeoutMs: 300 });
    const messages: ReceivedMessage[] = [];
    void consumer.run((message) => {
      messages.push(message);
      return new Promise(() => undefined);
    });
    await deliver(1);
    const closing = watched(consumer.close());
    await clock.advance(299);
    expect(closing.isSettled).toBe(false);
    await clock.advance(1);
    expect(closing.isSettled).toBe(true);
    await messages[0]?.ack();
    await clock.advance(10);
    expect(peer.names).toEqual(['basic.cancel', 'channel.close']);
  });

  it('is part of closing the client, while handlers may still publish', async () => {
    const { peer, client, consumer, deliver } = await rig();
    const publisher = await client.publisher({ routingKey: 'r' });
    peer.on('basic.publish', () => ({ name: 'basic.ack', args: { deliveryTag: 1 } }));
    let go: () => void = () => undefined;
    const running = watched(
      consumer.run(async () => {
        await publisher.publish({ body: 'while open' });
        await new Promise<void>((resolve) => (go = resolve));
      }),
    );
    await deliver(1);
    const closing = watched(client.close());
    go();
    await drain();
    expect(running).toEqual({ isSettled: true, value: undefined });
    expect(closing.isSettled).toBe(true);
    expect(peer.names.at(-1)).toBe('connection.close');
    expect(peer.all('basic.ack')).toHaveLength(1);
  });
});

describe('a hostile server', () => {
  it('that sends far more than it may is left', async () => {
    const { client, peer, deliver } = await rig({ prefetch: 2 });
    await deliver(1, 2, 3, 4, 5);
    expect(client.connection.state).toBe('closed');
    expect(peer.all('connection.close')).toMatchObject([{ replyCode: 505 }]);
  });

  it('that delivers to a consumer nobody knows is left', async () => {
    const { client, peer } = await rig();
    peer.deliver(1, 'other', 1);
    await drain();
    expect(client.connection.state).toBe('closed');
  });
});
