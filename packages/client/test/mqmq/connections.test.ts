import { drain } from '@rmq/testkit';
import { failure, rig, utf8 } from './peer.ts';

const never = (): undefined => undefined;

describe('a connection that breaks', () => {
  it('fails what was sent, saying that it may be done, and is there again after a pause', async () => {
    const { client, clock, peer, steps } = await rig();
    peer.answer = never;
    const put = failure(client.put('q', 'm'));
    const info = failure(client.info());
    await drain();
    peer.connections[0]?.abort(new Error('cable'));
    expect(await put).toMatchObject({
      name: 'ConnectionError',
      code: 'connection-closed',
      mayBeDone: true,
      message: expect.stringContaining('the message may have been stored'),
    });
    expect(await info).toMatchObject({ code: 'connection-closed' });
    expect(steps().at(-1)).toBe('open>backoff');
    peer.answer = () => ({ type: 'OK' });
    const next = client.put('q', 'next');
    await clock.advance(100);
    await next;
    expect(steps().slice(-2)).toEqual(['backoff>connecting', 'connecting>open']);
    expect(peer.asked).toEqual(['Put q m', 'Info', 'Put q next']);
  });

  it('lets a request outlive the restart of the server, if that takes no longer than it may', async () => {
    const { client, clock, peer } = await rig();
    const { network } = peer;
    await peer.stop();
    await drain();
    const put = client.put('q', 'm');
    const get = client.get('q');
    const waiting = client.get('q', { timeoutMs: 100 });
    await clock.advance(1_000);
    const reborn = peer.listen();
    expect(peer.network).toBe(network);
    await reborn;
    await clock.advance(2_000);
    await Promise.all([put, get, waiting]);
    expect(peer.asked.toSorted()).toEqual(['Get q', 'Get q 100', 'Put q m']);
  });

  it('fails what could not be sent in its time, saying that nothing was', async () => {
    const { client, clock, peer } = await rig();
    await peer.stop();
    await drain();
    const all = [client.put('q', 'm'), client.get('q'), client.get('q', { timeoutMs: 9 })].map(failure);
    await clock.advance(3_000);
    for (const cause of await Promise.all(all)) {
      expect(cause).toMatchObject({ code: 'connect-failed', mayBeDone: false });
    }
    expect(await failure(client.put('q', 'm', { signal: AbortSignal.abort('why') }))).toBe('why');
    await client.close();
    expect(clock.pending).toBe(0);
  });

  it('stops waiting for it as soon as the signal says so', async () => {
    const { client, peer } = await rig();
    await peer.stop();
    await drain();
    const reason = new Error('enough');
    const controller = new AbortController();
    const { signal } = controller;
    const all = [client.put('q', 'm', { signal }), client.get('q', { signal, timeoutMs: 9 })].map(failure);
    await drain();
    controller.abort(reason);
    expect(await Promise.all(all)).toEqual([reason, reason]);
  });

  it('is taken for dead when nothing comes for a whole request, and made again', async () => {
    const { client, clock, peer, steps } = await rig();
    peer.answer = never;
    const put = failure(client.put('q', 'm'));
    await clock.advance(3_000);
    expect(await put).toMatchObject({ code: 'request-timeout', mayBeDone: true });
    expect(steps().at(-1)).toBe('open>backoff');
    peer.answer = () => ({ type: 'OK' });
    const next = client.put('q', 'm');
    await clock.advance(100);
    await next;
  });

  it('closes politely when nobody uses it, and opens again for the next', async () => {
    const { client, clock, peer, steps } = await rig();
    await clock.advance(120_000);
    expect(peer.asked).toEqual(['Quit']);
    expect(peer.ends).toEqual(['end']);
    expect(steps().at(-1)).toBe('open>idle');
    await client.put('q', 'm');
    expect(peer.connections).toHaveLength(2);
    await client.close();
    expect(clock.pending).toBe(0);
  });

  it('that the server closes while nobody asks is no failure', async () => {
    const { client, peer, steps } = await rig();
    await peer.connections[0]?.end();
    await drain();
    expect(steps().at(-1)).toBe('open>idle');
    await client.put('q', 'm');
  });
});

describe('a request that is given up', () => {
  it('rejects with the reason, and its answer does not go to the next', async () => {
    const { client, events, peer } = await rig();
    peer.answer = never;
    const reason = new Error('enough');
    const controller = new AbortController();
    const info = failure(client.info({ signal: controller.signal }));
    const next = client.info();
    await drain();
    controller.abort(reason);
    expect(await info).toBe(reason);
    await peer.send({ type: 'OK', value: utf8('{"NumConnections":1,"NumQueues":0,"NumMessages":0}') });
    await peer.send({ type: 'OK', value: utf8('{"NumConnections":2,"NumQueues":0,"NumMessages":0}') });
    expect(await next).toMatchObject({ NumConnections: 2 });
    expect(events.filter(({ type }) => type === 'reply.late')).toHaveLength(1);
  });

  it('keeps its place also when thousands behind it come and go', async () => {
    const { client, clock, peer } = await rig();
    peer.answer = never;
    const first = client.put('q', 'first', { timeoutMs: 60_000 });
    const others = Array.from({ length: 3_000 }, () => failure(client.put('q', 'm', { timeoutMs: 2_000 })));
    await clock.advance(1_000);
    await peer.write(new Uint8Array([0, 0, 0])); // alive, but slow
    await clock.advance(1_000);
    for (const cause of await Promise.all(others)) expect(cause).toMatchObject({ code: 'request-timeout' });
    await peer.write(new Uint8Array([6, 0, 0, 0, 2, 0x4f, 0x4b]));
    await first;
    for (let each = 0; each < 3_000; each += 1)
      await peer.connections[0]?.write([new Uint8Array([0, 0, 0, 6, 0, 0, 0, 2, 0x4f, 0x4b])]);
    peer.answer = () => ({ type: 'OK' });
    await client.put('q', 'last');
    expect(client.connections[0]).toMatchObject({ outstanding: 0 });
  });

  it('brings its message all the same when it is a get that does not wait', async () => {
    const { client, peer } = await rig();
    peer.answer = never;
    const reason = new Error('enough');
    const controllers = [new AbortController(), new AbortController()];
    const [first, second] = controllers.map(({ signal }) => client.get('q', { signal }));
    const none = second === undefined ? undefined : failure(second);
    await drain();
    for (const controller of controllers) controller.abort(reason);
    await peer.send({ type: 'OK', value: utf8('kept') }, 1);
    await peer.send({ type: 'Timeout' }, 1);
    expect((await first)?.text()).toBe('kept');
    expect(await none).toBe(reason);
  });

  it('tells of a message that came too late for anybody', async () => {
    const { client, clock, events, peer } = await rig({ requestTimeoutMs: 100 });
    peer.answer = never;
    const get = failure(client.get('q'));
    await clock.advance(50);
    await peer.write(new Uint8Array([0, 0, 0]), 1);
    await clock.advance(50);
    expect(await get).toMatchObject({ code: 'request-timeout', mayBeDone: true });
    await peer.write(new Uint8Array([11, 0, 0, 0, 2, 0x4f, 0x4b, 0, 0, 0, 1, 0x6d]), 1);
    expect(events.at(-1)).toEqual({ type: 'message.lost', level: 'warn', address: '127.0.0.1:47774', queue: 'q' });
  });
});

describe('gets that wait', () => {
  it('hold up neither puts nor each other', async () => {
    const { client, peer } = await rig();
    peer.answer = ({ request }) => (typeof request === 'object' && request.type === 'Put' ? { type: 'OK' } : undefined);
    const gets = [client.get('a', { timeoutMs: 60_000 }), client.get('b', { timeoutMs: 60_000 })];
    await drain();
    await client.put('q', 'm');
    expect(peer.arrived.map(({ on }) => on)).toEqual([1, 2, 0]);
    expect(client.connections).toHaveLength(4);
    await peer.send({ type: 'OK', value: utf8('for b') }, 2);
    await peer.send({ type: 'OK', value: utf8('for a') }, 1);
    expect((await Promise.all(gets)).map((message) => message.text())).toEqual(['for a', 'for b']);
  });

  it('use a connection again, and close it when it is idle', async () => {
    const { client, clock, peer } = await rig({ idleTimeoutMs: 5_000 });
    await client.get('q', { timeoutMs: 9 });
    await client.get('q', { timeoutMs: 9 });
    expect(peer.connections).toHaveLength(2);
    await clock.advance(5_000);
    expect(peer.asked.slice(2)).toEqual(['Quit', 'Quit']);
  });

  it('wait for a connection when all are in use, in turn, and not for ever', async () => {
    const { client, clock, peer } = await rig({ maxWaitingGets: 1, requestTimeoutMs: 500 });
    peer.answer = never;
    const first = client.get('a', { timeoutMs: 60_000 });
    const second = client.get('b', { timeoutMs: 60_000 });
    await drain();
    expect(peer.asked).toEqual(['Get a 60000']);
    await peer.send({ type: 'OK', value: utf8('1') }, 1);
    await first;
    const third = failure(client.get('c', { timeoutMs: 60_000 }));
    await clock.advance(500);
    expect(await third).toMatchObject({ code: 'acquire-timeout', mayBeDone: false });
    await peer.send({ type: 'OK', value: utf8('2') }, 1);
    expect((await second).text()).toBe('2');
  });

  it('reset their connection when they are given up, so that the server keeps the message', async () => {
    const { client, clock, peer } = await rig();
    peer.answer = never;
    const reason = new Error('enough');
    const controller = new AbortController();
    const get = failure(client.get('q', { timeoutMs: 60_000, signal: controller.signal }));
    await drain();
    controller.abort(reason);
    expect(await get).toBe(reason);
    expect(peer.ends[1]).toMatchObject({ code: 'reset' });
    const late = failure(client.get('q', { timeoutMs: 1_000 }));
    await clock.advance(4_000);
    expect(await late).toMatchObject({ code: 'request-timeout', mayBeDone: true });
    expect(peer.ends[2]).toMatchObject({ code: 'reset' });
    peer.answer = () => ({ type: 'OK', value: utf8('m') });
    await client.get('q', { timeoutMs: 1_000 });
    await client.close();
    expect(clock.pending).toBe(0);
  });
});
