import { drain } from '@rmq/testkit';
import { closeOf, failure, rig, watched } from './peer.ts';

describe('queues and exchanges', () => {
  it('say what they mean (5)', async () => {
    const { peer, client } = await rig();
    const { queues, exchanges } = client;
    const limits = { 'x-max-length': 10 };
    expect(await queues.declare('q', { arguments: limits })).toEqual({ queue: 'q', messageCount: 1, consumerCount: 2 });
    expect(await queues.declare('', { exclusive: true, durable: false })).toMatchObject({ queue: 'amq.gen-1' });
    await queues.bind({ queue: 'q', exchange: 'e', routingKey: 'k' });
    await queues.unbind({ queue: 'q', exchange: 'e', arguments: { a: 1 } });
    expect(await queues.purge('q')).toEqual({ messageCount: 3 });
    expect(await queues.delete('q', { ifEmpty: true })).toEqual({ messageCount: 4 });
    await exchanges.declare('e', { type: 'topic', autoDelete: true });
    await exchanges.bind({ destination: 'd', source: 's', routingKey: '#' });
    await exchanges.unbind({ destination: 'd', source: 's' });
    await exchanges.delete('e', { ifUnused: true });
    expect(peer.said.map(({ method, channel }) => [channel, method.name, method.args])).toMatchObject([
      [1, 'channel.open', {}],
      [1, 'queue.declare', { queue: 'q', durable: true, exclusive: false, passive: false, arguments: limits }],
      [1, 'queue.declare', { queue: '', durable: false, exclusive: true }],
      [1, 'queue.bind', { queue: 'q', exchange: 'e', routingKey: 'k', nowait: false }],
      [1, 'queue.unbind', { queue: 'q', exchange: 'e', routingKey: '', arguments: { a: 1 } }],
      [1, 'queue.purge', { queue: 'q' }],
      [1, 'queue.delete', { queue: 'q', ifEmpty: true, ifUnused: false }],
      [1, 'exchange.declare', { exchange: 'e', type: 'topic', durable: true, autoDelete: true, internal: false }],
      [1, 'exchange.bind', { destination: 'd', source: 's', routingKey: '#' }],
      [1, 'exchange.unbind', { destination: 'd', source: 's', routingKey: '' }],
      [1, 'exchange.delete', { exchange: 'e', ifUnused: true }],
    ]);
  });

  it('are asked for in the order of the calls, and a refusal fails its call only', async () => {
    const { peer, client } = await rig();
    peer.on('queue.declare', ({ method }) => {
      const { queue } = method.name === 'queue.declare' ? method.args : { queue: '' };
      if (queue === 'bad') return closeOf(method, { replyCode: 406 });
      return { name: 'queue.declareOk', args: { queue, messageCount: 0, consumerCount: 0 } };
    });
    const calls = ['a', 'bad', 'b'].map((queue) => watched(client.queues.declare(queue)));
    await drain();
    expect(calls[0]?.value).toMatchObject({ queue: 'a' });
    expect(calls[1]?.error).toMatchObject({ responseCode: 406, responseName: 'PRECONDITION_FAILED' });
    expect(calls[2]?.value).toMatchObject({ queue: 'b' });
    expect(peer.all('queue.declare').map(({ queue }) => queue)).toEqual(['a', 'bad', 'b']);
  });

  it('do not wait for the answer to a call that was given up', async () => {
    const { peer, client, clock } = await rig();
    peer.ignore('queue.purge');
    const purge = watched(client.queues.purge('q', { timeoutMs: 100 }));
    const declare = watched(client.queues.declare('q'));
    await clock.advance(100);
    expect(purge.error).toMatchObject({ code: 'request-timeout' });
    expect(declare.value).toMatchObject({ queue: 'q' });
  });

  it('wait for their turn no longer than they may', async () => {
    const { peer, client, clock } = await rig();
    peer.ignore('queue.purge');
    void watched(client.queues.purge('q'));
    const declare = watched(client.queues.declare('q', { timeoutMs: 100 }));
    await clock.advance(100);
    expect(declare.error).toMatchObject({ code: 'acquire-timeout' });
  });

  it('let go of their channel when nobody asks for a minute', async () => {
    const { peer, client, clock } = await rig({ heartbeatSeconds: 0 });
    await client.queues.declare('q');
    await clock.advance(60_000);
    expect(peer.names.at(-1)).toBe('channel.close');
  });
});

describe('checks', () => {
  it('look on a channel that is thrown away', async () => {
    const { peer, client } = await rig();
    expect(await client.queues.check('q')).toEqual({ queue: 'q', messageCount: 1, consumerCount: 2 });
    expect(await client.exchanges.check('e')).toBe(true);
    expect(peer.all('queue.declare')).toMatchObject([{ queue: 'q', passive: true }]);
    expect(peer.all('exchange.declare')).toMatchObject([{ exchange: 'e', passive: true }]);
    expect(peer.all('channel.close')).toHaveLength(2);
  });

  it('find nothing without harm, and without an event', async () => {
    const { peer, client, events } = await rig();
    const channel = await client.channel();
    peer.refuse('queue.declare', 404);
    peer.refuse('exchange.declare', 404);
    expect(await channel.queues.check('q')).toBeUndefined();
    expect(await channel.exchanges.check('e')).toBe(false);
    expect(channel.isOpen).toBe(true);
    expect(events.filter(({ type }) => type === 'channel.closed')).toEqual([]);
  });

  it('fail with any other no', async () => {
    const { peer, client } = await rig();
    peer.refuse('queue.declare', 405);
    expect(await failure(client.queues.check('q'))).toMatchObject({ responseName: 'RESOURCE_LOCKED', retryable: true });
  });
});
