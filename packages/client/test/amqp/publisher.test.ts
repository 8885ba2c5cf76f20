import { drain } from '@rmq/testkit';
import type { OutgoingMessage, Publisher, PublisherOptions } from '../../src/amqp/index.ts';
import { PublishError } from '../../src/amqp/index.ts';
import { closeOf, failure, rig as clientRig, watched } from './peer.ts';

async function rig(options: PublisherOptions = {}) {
  const given = await clientRig({ heartbeatSeconds: 0 });
  const publisher = await given.client.publisher({ routingKey: 'q', ...options });
  given.peer.said.length = 0;
  const publish = (...bodies: readonly string[]) => bodies.map((body) => watched(publisher.publish({ body })));
  const ack = (deliveryTag: number, multiple = false): void => {
    given.peer.send(1, { name: 'basic.ack', args: { deliveryTag, multiple } });
  };
  return { ...given, publisher, publish, ack };
}

const settled = (all: readonly { readonly isSettled: boolean }[]): boolean[] => all.map(({ isSettled }) => isSettled);

describe('publishing', () => {
  it('is on a channel of its own, in confirm mode', async () => {
    const { peer, client } = await clientRig();
    await client.publisher({});
    expect(peer.names).toEqual(['channel.open', 'confirm.select']);
  });

  it('sends where the publisher says, persistent unless told otherwise, and resolves with the confirm', async () => {
    const { peer, publish, ack, publisher } = await rig({ properties: { contentType: 'text/plain', priority: 3 } });
    const all = publish('hello');
    await drain();
    expect(peer.said).toMatchObject([
      {
        channel: 1,
        method: { name: 'basic.publish', args: { exchange: '', routingKey: 'q', mandatory: false, immediate: false } },
        content: { properties: { contentType: 'text/plain', priority: 3, deliveryMode: 2 } },
      },
    ]);
    expect(publisher.unconfirmed).toBe(1);
    expect(settled(all)).toEqual([false]);
    ack(1);
    await drain();
    expect(all[0]).toEqual({ isSettled: true, value: undefined });
    expect(publisher.unconfirmed).toBe(0);
  });

  it('takes a message’s own key, and its properties one by one', async () => {
    const { peer, publisher, ack } = await rig({ exchange: 'e', properties: { contentType: 'a', appId: 'x' } });
    const sent: OutgoingMessage[] = [
      { body: new Uint8Array([1, 2]), routingKey: 'other', properties: { contentType: 'b', headers: { n: 1 } } },
      { body: '' },
      { body: 'é', properties: { deliveryMode: 1 } },
      { body: 'x'.repeat(200_000) },
    ];
    const all = sent.map((message) => watched(publisher.publish(message)));
    await drain();
    expect(peer.said.map(({ method, content }) => [method.args, content?.properties])).toMatchObject([
      [
        { exchange: 'e', routingKey: 'other' },
        { contentType: 'b', appId: 'x', headers: { n: 1 }, deliveryMode: 2 },
      ],
      [
        { exchange: 'e', routingKey: 'q' },
        { contentType: 'a', appId: 'x', deliveryMode: 2 },
      ],
      [{ routingKey: 'q' }, { contentType: 'a', appId: 'x', deliveryMode: 1 }],
      [{ routingKey: 'q' }, {}],
    ]);
    expect(peer.published.map((body) => body.length)).toEqual([2, 0, 1, 200_000]);
    ack(4, true);
    await drain();
    expect(settled(all)).toEqual([true, true, true, true]);
  });

  it('prepares many keys without keeping them all', async () => {
    const { peer, publisher } = await rig();
    for (let key = 0; key < 600; key += 1)
      void watched(publisher.publish({ body: '', routingKey: `k${key.toString()}` }));
    await drain();
    expect(peer.all('basic.publish').map(({ routingKey }) => routingKey)).toEqual(
      Array.from({ length: 600 }, (_, key) => `k${key.toString()}`),
    );
  });

  it('refuses what cannot be sent, and goes on', async () => {
    const { publisher, publish, ack } = await rig();
    const long = { body: '', routingKey: 'x'.repeat(256) };
    expect(await failure(publisher.publish(long))).toMatchObject({ code: 'value-out-of-range' });
    const big = { body: '', properties: { headers: { big: 'x'.repeat(140_000) } } };
    expect(await failure(publisher.publish(big))).toMatchObject({ code: 'properties-too-large' });
    expect(await failure(publisher.publish({ body: '' }, { timeoutMs: 0 }))).toMatchObject({
      code: 'value-out-of-range',
    });
    const all = publish('fine');
    ack(1);
    await drain();
    expect(settled(all)).toEqual([true]);
  });
});

describe('confirms', () => {
  it('come in any order, together or alone, and may name what is settled already (10.2)', async () => {
    const { publish, ack } = await rig();
    const all = publish('1', '2', '3', '4', '5', '6');
    ack(3);
    ack(1);
    await drain();
    expect(settled(all)).toEqual([true, false, true, false, false, false]);
    ack(3, true);
    await drain();
    expect(settled(all)).toEqual([true, true, true, false, false, false]);
    ack(3, true);
    ack(3);
    ack(5, true);
    await drain();
    expect(settled(all)).toEqual([true, true, true, true, true, false]);
  });

  it('are for all when they are multiple and have no number', async () => {
    const { publish, ack } = await rig();
    const all = publish('1', '2');
    ack(0, true);
    await drain();
    expect(settled(all)).toEqual([true, true]);
  });

  it('say no, to one or several: nacks have the requeue bit set', async () => {
    const { peer, publish, ack } = await rig();
    const all = publish('1', '2', '3');
    peer.send(1, { name: 'basic.nack', args: { deliveryTag: 2, multiple: true, requeue: true } });
    ack(3);
    await drain();
    expect(all[0]?.error).toBeInstanceOf(PublishError);
    expect(all[0]?.error).toMatchObject({ code: 'publish-refused' });
    expect(all[1]?.error).toMatchObject({ code: 'publish-refused' });
    expect(all[2]).toEqual({ isSettled: true, value: undefined });
  });

  it('of what was never published end the connection: it makes no sense', async () => {
    const { peer, client, publish, ack } = await rig();
    const all = publish('1');
    ack(2, true);
    await drain();
    expect(all[0]?.error).toMatchObject({ code: 'publish-unknown', cause: { code: 'connection-closed' } });
    expect(peer.all('connection.close')).toMatchObject([
      { replyCode: 505, replyText: 'publish 2 was confirmed, of 1' },
    ]);
    expect(client.connection.state).toBe('closed');
  });
});

describe('a mandatory message', () => {
  const returned = { replyCode: 312, replyText: 'NO_ROUTE', exchange: '', routingKey: 'q' };

  it('that no queue takes comes back, and its confirm fails with the reason', async () => {
    const { peer, publish, ack } = await rig({ mandatory: true });
    const all = publish('a', 'b', 'a');
    await drain();
    expect(peer.all('basic.publish')).toMatchObject([{ mandatory: true }, { mandatory: true }, { mandatory: true }]);
    peer.sendContent(1, { name: 'basic.return', args: returned }, 'b');
    ack(3, true);
    await drain();
    expect(all.map(({ error }) => error)).toMatchObject([undefined, { code: 'publish-returned', returned }, undefined]);
  });

  it('is told from others by its key and ids as well, the oldest first if all are alike', async () => {
    const { peer, publisher, ack } = await rig({ mandatory: true });
    const send = (message: Partial<OutgoingMessage>) => watched(publisher.publish({ body: 'x', ...message }));
    const all = [
      send({ routingKey: 'p' }),
      send({ properties: { messageId: '1' } }),
      send({ properties: { correlationId: '1' } }),
      send({}),
      send({}),
      send({ body: 'xy' }),
    ];
    peer.sendContent(1, { name: 'basic.return', args: returned }, 'x', { correlationId: '1' });
    peer.sendContent(1, { name: 'basic.return', args: returned }, 'x');
    ack(6, true);
    await drain();
    const codes = all.map(({ error }) => (error instanceof PublishError ? error.code : undefined));
    expect(codes).toEqual([undefined, undefined, 'publish-returned', 'publish-returned', undefined, undefined]);
  });

  it('that comes back when nobody waits any more is an event', async () => {
    const { peer, clock, publisher, events } = await rig({ mandatory: true });
    const sent = watched(publisher.publish({ body: 'x' }, { timeoutMs: 100 }));
    await clock.advance(100);
    expect(sent.error).toMatchObject({ code: 'publish-unknown' });
    peer.sendContent(1, { name: 'basic.return', args: returned }, 'x');
    await drain();
    expect(events.at(-1)).toEqual({
      type: 'return.unmatched',
      level: 'warn',
      exchange: '',
      routingKey: 'q',
      replyCode: 312,
    });
  });
});

describe('a publish always settles', () => {
  it('as unknown when the connection breaks, and the next ones fail without being sent', async () => {
    const { peer, publish, publisher } = await rig();
    const all = publish('1', '2');
    await drain();
    peer.cut();
    await drain();
    for (const { error } of all) {
      expect(error).toBeInstanceOf(PublishError);
      expect(error).toMatchObject({ code: 'publish-unknown', cause: { code: 'connection-closed' } });
    }
    expect(await failure(publisher.publish({ body: '3' }))).toMatchObject({ code: 'connection-closed' });
    expect(publisher.isOpen).toBe(false);
  });

  it('as unknown when the server closes the channel, with its reason as the cause', async () => {
    const { peer, publisher, publish, client } = await rig({ exchange: 'missing' });
    peer.on('basic.publish', ({ method }) => closeOf(method, { replyCode: 404, replyText: 'NOT_FOUND - no exchange' }));
    const [first] = publish('1');
    await drain();
    const cause = { responseCode: 404, method: 'basic.publish', scope: 'channel' };
    expect(first?.error).toMatchObject({ code: 'publish-unknown', cause });
    expect(await failure(publisher.publish({ body: '2' }))).toMatchObject(cause);
    expect(client.connection.state).toBe('open');
  });

  it('as unknown when its time is up; a confirm that comes then is nobody’s', async () => {
    const { clock, publisher, ack, publish } = await rig({ publishTimeoutMs: 1_000 });
    const [slow] = publish('1');
    const quick = watched(publisher.publish({ body: '2' }, { timeoutMs: 300 }));
    await clock.advance(300);
    expect(quick.error).toMatchObject({ code: 'publish-unknown', cause: { code: 'request-timeout' } });
    ack(2);
    await clock.advance(699);
    expect(slow?.isSettled).toBe(false);
    await clock.advance(1);
    expect(slow?.error).toMatchObject({ code: 'publish-unknown' });
    expect(clock.pending).toBe(0);
  });

  it('with the reason of its signal', async () => {
    const { peer, publisher } = await rig();
    const abort = new AbortController();
    const sent = watched(publisher.publish({ body: '1' }, { signal: abort.signal }));
    await drain();
    abort.abort('enough');
    await drain();
    expect(sent.error).toBe('enough');
    expect(await failure(publisher.publish({ body: '2' }, { signal: abort.signal }))).toBe('enough');
    expect(peer.published).toEqual(['1']);
  });
});

describe('back-pressure', () => {
  it('keeps publishes here while too many are under way, in order', async () => {
    const { peer, publish, ack, publisher } = await rig({ maxUnconfirmed: 2 });
    const all = publish('1', '2', '3', '4', '5');
    await drain();
    expect(peer.published).toEqual(['1', '2']);
    expect(publisher.unconfirmed).toBe(2);
    // Whoever hears of the confirm publishes at once: behind those that wait.
    ack(1);
    all.push(...publish('6'));
    await drain();
    expect(peer.published).toEqual(['1', '2', '3']);
    ack(3, true);
    await drain();
    expect(peer.published).toEqual(['1', '2', '3', '4', '5']);
    ack(5, true);
    ack(6, true);
    await drain();
    ack(6);
    await drain();
    expect(settled(all)).toEqual([true, true, true, true, true, true]);
  });

  it('counts bytes as well; one message that is larger than all of them goes alone', async () => {
    const { peer, publish, ack } = await rig({ maxUnconfirmedBytes: 10 });
    publish('12345678', '123', 'x'.repeat(20), '1');
    await drain();
    expect(peer.published).toHaveLength(1);
    ack(1);
    await drain();
    expect(peer.published).toHaveLength(2);
    ack(2);
    await drain();
    expect(peer.published).toHaveLength(3);
    ack(3);
    await drain();
    expect(peer.published).toHaveLength(4);
  });

  it('ends when the time is up: nothing was sent then', async () => {
    const { peer, clock, publish } = await rig({ maxUnconfirmed: 1, publishTimeoutMs: 500 });
    const [first] = publish('1');
    await clock.advance(100);
    const [second] = publish('2');
    await clock.advance(400);
    expect(first?.error).toMatchObject({ code: 'publish-unknown' });
    // Its room is free, so the next one goes out with the time that is left.
    expect(peer.published).toEqual(['1', '2']);
    const [third] = publish('3');
    await clock.advance(99);
    expect([second?.isSettled, third?.isSettled]).toEqual([false, false]);
    await clock.advance(1);
    expect(second?.error).toMatchObject({ code: 'publish-unknown' });
    await clock.advance(400);
    expect(third?.error).toMatchObject({ code: 'publish-unknown' });
  });

  it('can run out of time and patience while waiting for room', async () => {
    const { peer, clock, publisher, publish } = await rig({ maxUnconfirmed: 1 });
    publish('1');
    const abort = new AbortController();
    const late = watched(publisher.publish({ body: '2' }, { timeoutMs: 100 }));
    const aborted = watched(publisher.publish({ body: '3' }, { signal: abort.signal }));
    abort.abort('enough');
    await clock.advance(100);
    expect(late.error).toMatchObject({ code: 'send-budget-exhausted' });
    expect(aborted.error).toBe('enough');
    expect(peer.published).toEqual(['1']);
  });

  it('fails thousands that wait when the connection breaks, without any having been sent', async () => {
    const { peer, publish } = await rig({ maxUnconfirmed: 1 });
    const all = publish(...Array.from({ length: 20_000 }, () => 'x'));
    await drain();
    peer.cut();
    await drain();
    expect(all[0]?.error).toMatchObject({ code: 'publish-unknown' });
    expect(all.at(-1)?.error).toMatchObject({ code: 'connection-closed' });
    expect(settled(all)).not.toContain(false);
  });
});

describe('closing a publisher', () => {
  const closing = (publisher: Publisher, timeoutMs?: number) => watched(publisher.close({ timeoutMs }));

  it('sends what waits, waits for the confirms, then closes the channel', async () => {
    const { peer, publish, ack, publisher } = await rig({ maxUnconfirmed: 1 });
    const all = publish('1', '2');
    const closed = closing(publisher);
    await drain();
    expect(await failure(publisher.publish({ body: '3' }))).toMatchObject({ code: 'client-closed' });
    ack(1);
    await drain();
    expect(peer.published).toEqual(['1', '2']);
    expect(closed.isSettled).toBe(false);
    ack(2);
    await drain();
    expect(settled(all)).toEqual([true, true]);
    expect(closed.isSettled).toBe(true);
    expect(peer.names.at(-1)).toBe('channel.close');
  });

  it('does not wait for ever', async () => {
    const { peer, clock, publish, publisher } = await rig();
    const all = publish('1');
    const closed = closing(publisher, 200);
    await clock.advance(200);
    expect(closed.isSettled).toBe(true);
    expect(all[0]?.error).toMatchObject({ code: 'publish-unknown', cause: { code: 'client-closed' } });
    expect(peer.names.at(-1)).toBe('channel.close');
  });

  it('is part of closing the client', async () => {
    const { peer, client, publish, ack } = await rig();
    const all = publish('1');
    const closed = watched(client.close());
    await drain();
    expect(closed.isSettled).toBe(false);
    ack(1);
    await drain();
    expect(closed.isSettled).toBe(true);
    expect(settled(all)).toEqual([true]);
    expect(peer.names).toEqual(['basic.publish', 'channel.close', 'connection.close']);
  });
});

it('settles every publish exactly once, whatever the order of confirms', async () => {
  const { peer, publish, publisher, ack } = await rig({ maxUnconfirmed: 64 });
  const all = publish(...Array.from({ length: 500 }, (_, index) => index.toString()));
  // A stuck one far behind: places for the others must be found all the same.
  let next = 2;
  for (let turn = 0; turn < 40; turn += 1) {
    await drain();
    const sent = peer.published.length;
    for (; next <= sent; next += 1) ack(next);
  }
  await drain();
  expect(settled(all).filter((isSettled) => !isSettled)).toHaveLength(1);
  ack(500, true);
  await drain();
  expect(settled(all)).not.toContain(false);
  expect(publisher.unconfirmed).toBe(0);
});
