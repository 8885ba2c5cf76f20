import { drain } from '@rmq/testkit';
import { AmqpReplyError } from '../../src/amqp/index.ts';
import { TimeoutError } from '../../src/core/errors.ts';
import { closeOf, failure, onTheWay, rig, watched } from './peer.ts';

describe('a channel', () => {
  it('has a number of its own, which is used again once the server knows', async () => {
    const { peer, client } = await rig();
    const [first, second] = [await client.channel(), await client.channel()];
    expect([first.id, second.id]).toEqual([1, 2]);
    peer.ignore('channel.close');
    const closing = watched(first.close());
    await drain();
    expect((await client.channel()).id).toBe(3);
    peer.send(1, { name: 'channel.closeOk', args: {} });
    await drain();
    expect(closing.isSettled).toBe(true);
    expect((await client.channel()).id).toBe(1);
  });

  it('is refused when all are in use', async () => {
    const { client } = await rig({ channelMax: 1 });
    await client.channel();
    expect(await failure(client.channel())).toMatchObject({ code: 'pool-exhausted' });
  });

  it('fails alone when the server closes it, with code, class and method; its number is free then', async () => {
    const { peer, client, events } = await rig();
    const [first, second] = [await client.channel(), await client.channel()];
    peer.refuse('queue.purge', 404, "NOT_FOUND - no queue 'q' in vhost '/'");
    const error = await failure(first.queues.purge('q'));
    expect(error).toBeInstanceOf(AmqpReplyError);
    expect(error).toMatchObject({
      scope: 'channel',
      responseCode: 404,
      responseName: 'NOT_FOUND',
      remark: "NOT_FOUND - no queue 'q' in vhost '/'",
      classId: 50,
      methodId: 30,
      method: 'queue.purge',
      address: 'localhost:5672',
      retryable: false,
    });
    expect(peer.names.at(-1)).toBe('channel.closeOk');
    expect([first.isOpen, second.isOpen]).toEqual([false, true]);
    expect(await failure(first.get('q'))).toBe(error);
    expect(await second.queues.declare('q')).toMatchObject({ queue: 'q' });
    expect(events.at(-1)).toMatchObject({ type: 'channel.closed', channel: 1, cause: error });
    expect((await client.channel()).id).toBe(1);
  });

  it('fails what waits behind the call that was refused, too', async () => {
    const { peer, client } = await rig();
    const channel = await client.channel();
    peer.refuse('queue.purge', 404);
    const [purge, declare] = [watched(channel.queues.purge('q')), watched(channel.queues.declare('q'))];
    await drain();
    expect(declare.error).toBe(purge.error);
    expect(peer.names).not.toContain('queue.declare');
  });

  it('makes one call at a time: answers have no numbers (9.2)', async () => {
    const { peer, client } = await rig();
    const channel = await client.channel();
    peer.ignore('queue.purge');
    const [purge, declare] = [watched(channel.queues.purge('a')), watched(channel.queues.declare('b'))];
    await drain();
    expect(peer.names.slice(1)).toEqual(['queue.purge']);
    peer.send(1, { name: 'queue.purgeOk', args: { messageCount: 7 } });
    await drain();
    expect(purge.value).toEqual({ messageCount: 7 });
    expect(declare.value).toMatchObject({ queue: 'b' });
  });

  it('keeps the turn of a call that nobody waits for any more, and throws its answer away', async () => {
    const { peer, client, clock } = await rig();
    const channel = await client.channel();
    peer.ignore('queue.purge');
    const purge = watched(channel.queues.purge('a', { timeoutMs: 100 }));
    const declare = watched(channel.queues.declare('b'));
    await clock.advance(100);
    expect(purge.error).toBeInstanceOf(TimeoutError);
    expect(purge.error).toMatchObject({ code: 'request-timeout', message: expect.stringContaining('queue.purge') });
    expect(declare.isSettled).toBe(false);
    peer.send(1, { name: 'queue.purgeOk', args: { messageCount: 7 } });
    await drain();
    expect(declare.value).toMatchObject({ queue: 'b' });
  });

  it('lets a call that has not been sent leave the line', async () => {
    const { peer, client } = await rig();
    const channel = await client.channel();
    peer.ignore('queue.purge');
    void watched(channel.queues.purge('a'));
    const abort = new AbortController();
    const declare = watched(channel.queues.declare('b', { signal: abort.signal }));
    abort.abort('enough');
    await drain();
    expect(declare.error).toBe('enough');
    peer.send(1, { name: 'queue.purgeOk', args: { messageCount: 7 } });
    await drain();
    expect(peer.names.slice(1)).toEqual(['queue.purge']);
  });

  it('is not hurt by arguments that do not fit', async () => {
    const { client } = await rig();
    const channel = await client.channel();
    expect(await failure(channel.queues.declare('x'.repeat(256)))).toMatchObject({ code: 'value-out-of-range' });
    expect(await channel.queues.declare('q')).toMatchObject({ queue: 'q' });
  });

  it('drops what arrives after its close, and answers a close that crosses it', async () => {
    const { peer, client } = await rig();
    const channel = await client.channel();
    peer.on('channel.close', ({ method }) => {
      const args = { consumerTag: 'c', deliveryTag: 1, ...onTheWay };
      peer.sendContent(1, { name: 'basic.deliver', args }, 'too late');
      peer.send(1, closeOf(method, { replyCode: 404 }));
      return { name: 'channel.closeOk', args: {} };
    });
    await channel.close();
    await drain();
    expect(peer.names).toEqual(['channel.open', 'channel.close', 'channel.closeOk']);
    expect(client.connection.state).toBe('open');
  });

  it('is closed once, however often it is asked to', async () => {
    const { peer, client } = await rig();
    const channel = await client.channel();
    await channel.close();
    await channel[Symbol.asyncDispose]();
    expect(peer.all('channel.close')).toHaveLength(1);
    expect(await failure(channel.queues.declare('q'))).toMatchObject({ code: 'client-closed' });
  });

  it('is not left behind when opening it took too long', async () => {
    const { peer, client, clock } = await rig();
    peer.ignore('channel.open');
    const opening = watched(client.channel({ timeoutMs: 50 }));
    await clock.advance(50);
    expect(opening.error).toMatchObject({ code: 'request-timeout' });
    expect(peer.names).toEqual(['channel.open', 'channel.close']);
  });
});

describe('get', () => {
  it('takes a message that is settled by hand', async () => {
    const { peer, client, clock } = await rig();
    peer.on('basic.get', () => {
      const args = { deliveryTag: 1, messageCount: 9, ...onTheWay };
      peer.sendContent(1, { name: 'basic.getOk', args }, 'hello', { messageId: 'm' });
      return undefined;
    });
    const message = await client.get('q');
    expect(message?.text()).toBe('hello');
    expect(message).toMatchObject({
      body: new TextEncoder().encode('hello'),
      messageCount: 9,
      deliveryTag: 1,
      redelivered: false,
      exchange: '',
      routingKey: 'q',
      properties: { messageId: 'm' },
    });
    await message?.ack();
    await message?.reject();
    await clock.advance(1);
    expect(peer.all('basic.ack')).toMatchObject([{ deliveryTag: 1, multiple: false }]);
    expect(peer.all('basic.reject')).toEqual([]);
  });

  it('has nothing when the queue is empty', async () => {
    const { client } = await rig();
    expect(await client.get('q')).toBeUndefined();
  });

  it('gives a message back that came when nobody waited any more', async () => {
    const { peer, client, clock } = await rig();
    peer.ignore('basic.get');
    const channel = await client.channel();
    const got = watched(channel.get('q', { timeoutMs: 100 }));
    await clock.advance(100);
    expect(got.error).toMatchObject({ code: 'request-timeout' });
    peer.sendContent(1, { name: 'basic.getOk', args: { deliveryTag: 1, messageCount: 0, ...onTheWay } }, 'late');
    await drain();
    expect(peer.all('basic.reject')).toMatchObject([{ deliveryTag: 1, requeue: true, channel: 1 }]);
  });

  it('goes on after a queue that was not there', async () => {
    const { peer, client } = await rig();
    peer.refuse('basic.get', 404);
    expect(await failure(client.get('nope'))).toMatchObject({ responseCode: 404, method: 'basic.get' });
    peer.on('basic.get', () => ({ name: 'basic.getEmpty', args: {} }));
    expect(await client.get('q')).toBeUndefined();
  });

  it('puts several together in one ack, and each by itself behind a gap', async () => {
    const { peer, client } = await rig();
    let tag = 0;
    peer.on('basic.get', ({ channel }) => {
      const args = { deliveryTag: (tag += 1), messageCount: 9, ...onTheWay };
      peer.sendContent(channel, { name: 'basic.getOk', args }, 'm');
      return undefined;
    });
    const channel = await client.channel();
    const messages = [];
    for (let count = 0; count < 6; count += 1) messages.push(await channel.get('q'));
    for (const index of [1, 0, 2, 5, 4]) await messages[index]?.ack();
    await channel.close();
    expect(peer.all('basic.ack')).toMatchObject([
      { deliveryTag: 3, multiple: true },
      { deliveryTag: 6, multiple: false },
      { deliveryTag: 5, multiple: false },
    ]);
    // Not settled: the close gives it back. Settling it later does nothing.
    await messages[3]?.ack();
    await messages[3]?.nack();
    expect(peer.names.at(-1)).toBe('channel.close');
  });
});
