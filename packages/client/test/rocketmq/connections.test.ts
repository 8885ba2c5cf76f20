import { isOneway, response, type RemotingCommand } from '@rmq/protocol/rocketmq';
import { FakeClock, drain } from '@rmq/testkit';
import { memoryPair, type Transport } from '@rmq/transport';
import type { ClientOptions } from '../../src/rocketmq/options.ts';
import { resolveClientOptions } from '../../src/rocketmq/options.ts';
import { Connections } from '../../src/rocketmq/connections.ts';
import type { RocketmqEvent } from '../../src/rocketmq/events.ts';
import { address, ask, failure, Peer } from './peer.ts';

const sendFields = {
  producerGroup: 'g',
  topic: 't',
  defaultTopic: 'TBW102',
  defaultTopicQueueNums: 4,
  queueId: 0,
  sysFlag: 0,
  bornTimestamp: 0n,
  flag: 0,
};

async function rig(options: Partial<ClientOptions> = {}) {
  const clock = new FakeClock();
  const peer = new Peer();
  await peer.listen();
  const events: RocketmqEvent[] = [];
  const { dial } = peer.network;
  const onRequest: { current: (command: RemotingCommand) => Promise<RemotingCommand | undefined> | undefined } = {
    current: () => undefined,
  };
  const resolved = resolveClientOptions({ nameServers: [address], dial, clock, random: () => 1, ...options });
  const connections = new Connections(resolved, {
    emit: (event) => events.push(event),
    onConnected: () => undefined,
    onRequest: (command) => onRequest.current(command),
  });
  const steps = (): string[] =>
    events.flatMap((event) => (event.type === 'connection.state' ? [`${event.from}>${event.to}`] : []));
  return { clock, peer, events, connections, onRequest, steps };
}

const request = (code: number, init: Partial<RemotingCommand> = {}): RemotingCommand => ({
  code,
  language: 'JAVA',
  version: 479,
  opaque: 99,
  flag: 0,
  remark: undefined,
  extFields: {},
  body: new Uint8Array(0),
  serializeType: 'json',
  ...init,
});

describe('Connections', () => {
  it('open with the first request and match answers by number, whatever their order', async () => {
    const { connections, peer, steps } = await rig();
    const held: RemotingCommand[] = [];
    peer.answer = (command) => void held.push(command);
    const both = [connections.call(address, ask), connections.call(address, ask)];
    await drain();
    for (const command of held.reverse())
      await peer.send(response(command, { code: 0, remark: command.opaque.toString() }));
    expect((await Promise.all(both)).map(({ remark }) => remark)).toEqual(['0', '1']);
    expect(steps()).toEqual(['idle>connecting', 'connecting>open']);
    expect(peer.connections).toHaveLength(1);
  });

  it('show where each connection is, and let people wait for what comes', async () => {
    const { connections, peer, clock } = await rig();
    peer.answer = () => undefined;
    const failed = failure(connections.call(address, ask));
    const [connection] = connections.all;
    expect(await connection?.reached('open')).toBe('open');
    await drain();
    expect(connection).toMatchObject({ address, state: 'open', outstanding: 1 });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const state of connection?.states() ?? []) seen.push(state);
    })();
    await peer.stop();
    await failed;
    await clock.advance(100);
    expect(connection).toMatchObject({ state: 'idle', outstanding: 0 });
    await connections.close({ timeoutMs: 0 });
    await watching;
    expect(seen).toEqual(['open', 'backoff', 'idle', 'closed']);
  });

  it('give any code to the caller: what it means is not theirs to judge', async () => {
    const { connections, peer } = await rig();
    peer.answer = (command) => response(command, { code: 17, remark: 'no such topic' });
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 17, remark: 'no such topic' });
  });

  it('give a request up when its time is up, and drop its late answer with an event', async () => {
    const { connections, peer, clock, events } = await rig();
    let late: RemotingCommand | undefined;
    peer.answer = (command) => void (late = command);
    const failed = failure(connections.call(address, ask, { timeoutMs: 500 }));
    await clock.advance(500);
    expect(await failed).toMatchObject({ code: 'request-timeout', message: expect.stringContaining('within 500 ms') });
    if (late !== undefined) await peer.send(response(late, { code: 0 }));
    await drain();
    expect(events.filter(({ type }) => type === 'reply.late')).toHaveLength(1);
  });

  it('take a connection for dead on which nothing came for a whole request, and reopen it', async () => {
    const { connections, peer, clock, steps } = await rig();
    peer.answer = () => undefined;
    const failed = failure(connections.call(address, ask));
    await clock.advance(3_000);
    expect(await failed).toMatchObject({ code: 'request-timeout' });
    expect(steps().at(-1)).toBe('open>backoff');
    peer.answer = (command) => response(command, { code: 0 });
    await clock.advance(100);
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 0 });
  });

  it('reject with the reason of the signal: before, while connecting, and while waiting', async () => {
    const { connections, peer } = await rig();
    peer.answer = () => undefined;
    const reason = new Error('enough');
    expect(await failure(connections.call(address, ask, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    for (const wait of [() => Promise.resolve(), drain]) {
      const controller = new AbortController();
      const failed = failure(connections.call(address, ask, { signal: controller.signal }));
      await wait();
      controller.abort(reason);
      expect(await failed).toBe(reason);
    }
  });

  it('refuse a request beyond the cap with a typed error, and take the next when one is done', async () => {
    const { connections, peer } = await rig({ maxOutstanding: 1 });
    const held: RemotingCommand[] = [];
    peer.answer = (command) => void held.push(command);
    const first = connections.call(address, ask);
    await drain();
    expect(await failure(connections.call(address, ask))).toMatchObject({ code: 'too-many-requests' });
    for (const command of held) await peer.send(response(command, { code: 0 }));
    await first;
    peer.answer = (command) => response(command, { code: 0 });
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 0 });
  });

  it('fail what waits when the connection breaks, pause, and connect again by themselves once asked', async () => {
    const { connections, peer, clock, steps } = await rig();
    peer.answer = () => undefined;
    const failed = failure(connections.call(address, ask));
    await drain();
    await peer.stop();
    expect(await failed).toMatchObject({ code: 'connection-closed' });
    expect(await failure(connections.call(address, ask))).toMatchObject({ code: 'connection-closed' });
    await clock.advance(100);
    expect(steps().slice(-3)).toEqual(['open>backoff', 'backoff>connecting', 'connecting>backoff']);
    expect(await failure(connections.call(address, ask))).toMatchObject({ code: 'connect-failed' });
    await peer.listen();
    peer.answer = (command) => response(command, { code: 0 });
    await clock.advance(200);
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 0 });
  });

  it('give connecting its own budget', async () => {
    const never = (): Promise<Transport> => new Promise(() => undefined);
    const dial: ClientOptions['dial'] = (_, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
        void never();
      });
    const { connections, clock } = await rig({ dial, connectTimeoutMs: 1_000 });
    const failed = failure(connections.call(address, ask, { timeoutMs: 60_000 }));
    await clock.advance(1_000);
    expect(await failed).toMatchObject({ code: 'connect-failed', cause: { code: 'connect-timeout' } });
  });

  it('send a request back by GO_AWAY once more on a fresh connection, with a new number', async () => {
    const { connections, peer, events } = await rig();
    peer.answer = (command, on) => response(command, { code: on === 0 ? 1_500 : 0 });
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 0 });
    expect(peer.connections).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'server.goAway')).toHaveLength(1);
  });

  it('do not connect for a GO_AWAY that comes while they close', async () => {
    const { connections, peer } = await rig();
    const held: RemotingCommand[] = [];
    peer.answer = (command) => void held.push(command);
    const failed = failure(connections.call(address, ask));
    await drain();
    const closed = connections.close({ timeoutMs: 1_000 });
    for (const command of held) await peer.send(response(command, { code: 1_500 }));
    expect(await failed).toMatchObject({ code: 'client-closed' });
    await closed;
    expect(peer.connections).toHaveLength(1);
  });

  it('ask again as the retry policy says: after a broken connection, silence, and "try again"', async () => {
    const { connections, peer, clock, events } = await rig();
    const answers: (number | 'break' | undefined)[] = ['break', undefined, 2, 0];
    peer.answer = (command, on) => {
      const code = answers.shift();
      if (code === 'break') peer.connections[on]?.abort(new Error('reset'));
      return typeof code === 'number' ? response(command, { code }) : undefined;
    };
    const retry = { attempts: 4, baseMs: 200, maxMs: 200, attemptTimeoutMs: 500 };
    const call = connections.call(address, ask, { retry });
    await clock.advance(1_100);
    await expect(call).resolves.toMatchObject({ code: 0 });
    const retried = events.flatMap((event) => (event.type === 'rpc.retried' ? [event] : []));
    expect(retried.map(({ attempt, command }) => [attempt, command])).toEqual([
      [1, ask.name],
      [2, ask.name],
      [3, ask.name],
    ]);
    expect(retried.map(({ cause }) => cause)).toMatchObject([
      { code: 'connection-closed' },
      { code: 'request-timeout' },
      { responseName: 'systemBusy' },
    ]);
  });

  it('keep a retried request within its time, and say how often it was tried', async () => {
    const { connections, peer, clock } = await rig();
    peer.answer = (command) => response(command, { code: 2, remark: 'busy' });
    const options = { timeoutMs: 1_000, retry: { attempts: 3, baseMs: 5_000, maxMs: 5_000 } };
    const failed = failure(connections.call(address, ask, options));
    await clock.advance(1_000);
    expect(await failed).toMatchObject({ code: 'refused', responseName: 'systemBusy', attempts: 3 });
    expect(peer.frames).toHaveLength(3);
  });

  it('hand a oneway over again when there was no connection', async () => {
    const { connections, peer, clock } = await rig();
    await peer.stop();
    const sent = connections.oneway(address, ask, { retry: { attempts: 5, baseMs: 400 } });
    await drain();
    await peer.listen();
    await clock.advance(3_000);
    await sent;
    expect(peer.frames).toHaveLength(1);
  });

  it('fail a request that GO_AWAY sends back twice', async () => {
    const { connections, peer } = await rig();
    peer.answer = (command) => response(command, { code: 1_500 });
    expect(await failure(connections.call(address, ask))).toMatchObject({ code: 'connection-closed' });
    expect(peer.connections).toHaveLength(2);
  });

  it('answer what the server asks, with code 3 for what nobody knows and code 1 for what fails', async () => {
    const { connections, peer, onRequest } = await rig();
    await connections.call(address, ask);
    await peer.send(request(4_711));
    onRequest.current = () => Promise.reject(new Error('handler'));
    await drain();
    await peer.send(request(307));
    await drain();
    onRequest.current = (command) => Promise.resolve(response(command, { code: 0, remark: 'here' }));
    await peer.send(request(307));
    await drain();
    expect(peer.frames.slice(1).map(({ code, opaque, remark }) => [code, opaque, remark])).toEqual([
      [3, 99, ' request type 4711 not supported'],
      [1, 99, 'handler'],
      [0, 99, 'here'],
    ]);
  });

  it('do not answer a oneway, nor take it for an answer of the same number', async () => {
    const { connections, peer } = await rig();
    await connections.call(address, ask);
    const waiting = connections.call(address, ask);
    await peer.send(request(40, { flag: 2, opaque: 1 }));
    await expect(waiting).resolves.toMatchObject({ code: 0 });
    expect(peer.frames).toHaveLength(2);
  });

  it('mark a oneway as such and wait for nothing', async () => {
    const { connections, peer } = await rig();
    peer.answer = () => undefined;
    await connections.oneway(address, ask);
    await drain();
    expect(peer.frames.map(isOneway)).toEqual([true]);
  });

  it('break with bytes that are no frame, and name what is wrong', async () => {
    const { connections, peer } = await rig();
    peer.answer = () => undefined;
    const failed = failure(connections.call(address, ask));
    await drain();
    await peer.connections[0]?.write([new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')]);
    expect(await failed).toMatchObject({ code: 'connection-closed', cause: { code: expect.any(String) } });
  });

  it('wait for answers under way when closing, then take nothing more', async () => {
    const { connections, peer, clock, steps } = await rig();
    const held: RemotingCommand[] = [];
    peer.answer = (command) => void held.push(command);
    const waiting = connections.call(address, ask);
    await drain();
    const closed = connections.close({ timeoutMs: 1_000 });
    expect(await failure(connections.call(address, ask))).toMatchObject({ code: 'client-closed' });
    for (const command of held) await peer.send(response(command, { code: 0 }));
    await expect(waiting).resolves.toMatchObject({ code: 0 });
    await clock.advance(20);
    await closed;
    expect(steps().slice(-2)).toEqual(['open>draining', 'draining>closed']);
    expect(clock.pending).toBe(0);
  });

  it('close what does not answer when the drain time is over', async () => {
    const { connections, peer, clock } = await rig();
    peer.answer = () => undefined;
    const failed = failure(connections.call(address, ask, { timeoutMs: 60_000 }));
    await drain();
    const closed = connections.close({ timeoutMs: 1_000 });
    await clock.advance(1_000);
    await closed;
    expect(await failed).toMatchObject({ code: 'client-closed' });
    expect(clock.pending).toBe(0);
  });

  it('close a connection on which nothing moves, and open it again when needed', async () => {
    const { connections, clock, steps, peer } = await rig({ idleTimeoutMs: 60_000 });
    await connections.call(address, ask);
    await clock.advance(60_000);
    expect(steps().at(-1)).toBe('open>idle');
    await connections.call(address, ask);
    expect(peer.connections).toHaveLength(2);
  });

  it('connect at once after the server closed what nobody used', async () => {
    const { connections, peer, steps } = await rig();
    await connections.call(address, ask);
    await peer.connections[0]?.end();
    await drain();
    expect(steps().at(-1)).toBe('open>idle');
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 0 });
  });

  it('leave a dialer behind that goes on after its time, and abort what it brings', async () => {
    const late = memoryPair().near;
    let bring: (transport: Transport) => void = () => undefined;
    const dial = (): Promise<Transport> => new Promise((resolve) => (bring = resolve));
    const { connections, clock } = await rig({ dial, connectTimeoutMs: 1_000 });
    const failed = failure(connections.call(address, ask, { timeoutMs: 60_000 }));
    await clock.advance(1_000);
    expect(await failed).toMatchObject({ code: 'connect-failed', cause: { code: 'connect-timeout' } });
    bring(late);
    expect(await late.closed).toMatchObject({ code: 'connect-timeout' });
  });

  it('bound the requests that wait for a connection as those that wait for an answer', async () => {
    const dial = (): Promise<Transport> => new Promise(() => undefined);
    const { connections, clock } = await rig({ dial, maxOutstanding: 2 });
    const waiting = [1, 2].map(() => failure(connections.call(address, ask)));
    expect(await failure(connections.call(address, ask))).toMatchObject({ code: 'too-many-requests' });
    await clock.advance(3_000);
    for (const failed of waiting) expect(await failed).toHaveProperty('code');
  });

  it('stop connecting when closed, and leave no timer behind', async () => {
    const dial = (): Promise<Transport> => new Promise(() => undefined);
    const { connections, clock } = await rig({ dial });
    const failed = failure(connections.call(address, ask));
    await drain();
    await connections.close({ timeoutMs: 1_000 });
    expect(await failed).toMatchObject({ code: 'client-closed' });
    expect(clock.pending).toBe(0);
  });

  it('close in time although the server reads nothing', async () => {
    const near = memoryPair({ highWaterMarkBytes: 1 }).near;
    const { connections, clock } = await rig({ dial: () => Promise.resolve(near) });
    await connections.oneway(address, { name: 'sendMessageV2', fields: sendFields, body: new Uint8Array(100_000) });
    const closed = connections.close({ timeoutMs: 500 });
    await clock.advance(500);
    await closed;
    expect(await near.closed).toMatchObject({ code: 'client-closed' });
    expect(clock.pending).toBe(0);
  });

  it('hold oneways back that the server does not read, within their time', async () => {
    const near = memoryPair({ highWaterMarkBytes: 1 }).near;
    const { connections, clock } = await rig({ dial: () => Promise.resolve(near) });
    const oneway = { name: 'sendMessageV2', fields: sendFields, body: new Uint8Array(1_100_000) } as const;
    await connections.oneway(address, oneway);
    const failed = failure(connections.oneway(address, oneway, { timeoutMs: 500 }));
    await clock.advance(500);
    expect(await failed).toMatchObject({ code: 'request-timeout' });
  });

  it('close sooner when closed again with less time', async () => {
    const { connections, peer, clock } = await rig();
    peer.answer = () => undefined;
    const failed = failure(connections.call(address, ask, { timeoutMs: 60_000 }));
    await drain();
    const closed = connections.close({ timeoutMs: 30_000 });
    const sooner = connections.close({ timeoutMs: 100 });
    await clock.advance(100);
    await Promise.all([closed, sooner]);
    expect(await failed).toMatchObject({ code: 'client-closed' });
    expect(clock.pending).toBe(0);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])(
    'refuse a time of %s instead of waiting for ever',
    async (timeoutMs) => {
      const { connections } = await rig();
      expect(await failure(connections.call(address, ask, { timeoutMs }))).toMatchObject({
        code: 'value-out-of-range',
      });
      expect(await failure(connections.oneway(address, ask, { timeoutMs }))).toMatchObject({
        code: 'value-out-of-range',
      });
    },
  );

  it('answer SYSTEM_BUSY to a server that asks more than a thousand things at a time', async () => {
    const { connections, peer, onRequest } = await rig();
    await connections.call(address, ask);
    onRequest.current = () => new Promise(() => undefined);
    for (let opaque = 0; opaque < 1_026; opaque += 1) await peer.send(request(307, { opaque }));
    await drain();
    expect(peer.frames.slice(1).map(({ code, opaque }) => [code, opaque])).toEqual([
      [2, 1_024],
      [2, 1_025],
    ]);
  });

  it('survive an answer that cannot be written, and say so', async () => {
    const { connections, peer, onRequest, events } = await rig();
    await connections.call(address, ask);
    const remark = 'x'.repeat(20_000_000); // a header's length has 24 bits
    onRequest.current = (command) => Promise.resolve(response(command, { code: 0, remark }));
    await peer.send(request(307));
    await drain();
    expect(events.at(-1)).toMatchObject({
      type: 'server.request',
      answer: undefined,
      cause: { code: expect.any(String) },
    });
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 0 });
  });

  it('spread requests over as many connections as asked for', async () => {
    const { connections, peer } = await rig({ connectionsPerServer: 3 });
    await Promise.all(Array.from({ length: 6 }, () => connections.call(address, ask)));
    expect(peer.connections).toHaveLength(3);
  });

  it('send all heartbeats on one connection, or brokers would count one client as several', async () => {
    const { connections, peer } = await rig({ connectionsPerServer: 3 });
    const on: number[] = [];
    peer.answer = (command, index) => {
      if (command.code === 34) on.push(index);
      return response(command, { code: 0 });
    };
    for (let turn = 0; turn < 4; turn += 1) {
      await connections.call(address, ask);
      await connections.call(address, { name: 'heartBeat', fields: {} });
    }
    expect(new Set(on).size).toBe(1);
    expect(peer.connections).toHaveLength(3);
  });

  it('run hooks around each request; one that throws fails that request alone', async () => {
    const seen: string[] = [];
    let isBroken = false;
    const hook = {
      before: () => {
        if (isBroken) throw new Error('hook');
        seen.push('before');
        return { traceId: 't1' };
      },
      after: (_: unknown, { reply, durationMs }: { reply: RemotingCommand | undefined; durationMs: number }) =>
        void seen.push(`after ${String(reply?.code)} ${durationMs.toString()}`),
    };
    const { connections, peer } = await rig({ hooks: [hook] });
    await connections.call(address, ask);
    expect(seen).toEqual(['before', 'after 0 0']);
    expect(peer.frames[0]?.extFields).toMatchObject({ traceId: 't1' });
    isBroken = true;
    expect(await failure(connections.call(address, ask))).toMatchObject({ code: 'hook-failed' });
    isBroken = false;
    await expect(connections.call(address, ask)).resolves.toMatchObject({ code: 0 });
  });
});
