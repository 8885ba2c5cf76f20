import { once } from 'node:events';
import { connect } from 'node:net';
import { heldByNode } from '@rmq/testkit/held';
import type { ProxyEvent } from '@rmq/transport-websocket-proxy/server';
import { startProxy } from '@rmq/transport-websocket-proxy/server';
import { Client, echo, get, open, proxying, refused, targetOf, targetSocket, urlFor } from './support.ts';

describe('the end of a connection', () => {
  it('is a FIN for the target, behind all that the client sent, when the client closes with 1000', async () => {
    const { proxy, log } = await proxying();
    const { port, socket } = await targetSocket();
    const client = await open(proxy, port);
    const target = await socket;
    let got = 0;
    client.socket.send(Buffer.alloc(900_000));
    client.socket.close(1_000);
    target.on('data', (chunk: Buffer) => (got += chunk.byteLength));
    await once(target, 'end');
    target.end('too late');
    expect(got).toBe(900_000);
    expect((await client.closed).code).toBe(1_000);
    expect(await log.find('connection.closed')).toMatchObject({
      by: 'client',
      code: 1_000,
      level: 'info',
      bytesToTarget: 900_000,
      bytesToClient: 0,
    });
  });

  it('is 1000 for the client, behind all that the target sent, when the target ends', async () => {
    const { proxy, log } = await proxying();
    const { port, socket, over } = await targetSocket();
    const client = await open(proxy, port);
    (await socket).end(Buffer.alloc(900_000));
    await client.until(({ bytes }) => bytes === 900_000);
    for (let count = 0; count < 6; count += 1) client.socket.send(Buffer.alloc(0));
    expect(await client.closed).toEqual({ code: 1_000, reason: 'The target ended the connection.' });
    expect(await log.find('connection.closed')).toMatchObject({ by: 'proxy', code: 1_000, level: 'info' });
    (await socket).resume();
    expect(await over).toBe('ended');
  });

  it('still brings the target what the client sent before it heard that the target has ended', async () => {
    const { proxy, log } = await proxying();
    const { port, socket } = await targetSocket();
    const client = await open(proxy, port);
    const target = await socket;
    target.end();
    client.socket.send(Buffer.from('goodbye'));
    const [last] = (await once(target, 'data')) as [Buffer];
    expect(last.toString()).toBe('goodbye');
    await once(target, 'end');
    expect(await log.find('connection.closed')).toMatchObject({ code: 1_000, bytesToTarget: 7 });
  });

  it.each([4_000, 1_001, 1_005])(
    'is a reset for the target when the client closes with %i or is gone',
    async (code) => {
      const { proxy, log } = await proxying();
      const { port, socket, over } = await targetSocket();
      const client = await open(proxy, port);
      (await socket).resume();
      if (code === 1_005) client.socket.terminate();
      else client.socket.close(code);
      expect(await over).toBe('reset');
      const logged = code === 1_005 ? 1_006 : code;
      expect(await log.find('connection.closed')).toMatchObject({ by: 'client', code: logged, level: 'info' });
    },
  );

  it('is 4499 for the client when the target resets', async () => {
    const { proxy, log } = await proxying();
    const { port, socket } = await targetSocket();
    const client = await open(proxy, port);
    (await socket).resetAndDestroy();
    const { code, reason } = await client.closed;
    expect(code).toBe(4_499);
    expect(reason).toContain('was cut by the other side or the network');
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(await log.find('connection.closed')).toMatchObject({ code: 4_499, by: 'proxy', level: 'warn' });
  });

  it('comes to targets that never end, and to clients that never answer, after closeTimeoutMs', async () => {
    const { proxy, log } = await proxying({ closeTimeoutMs: 40 });
    const { port, socket, over } = await targetSocket();
    const client = await open(proxy, port);
    client.socket.close(1_000);
    (await socket).resume();
    expect(await over).toBe('ended');
    await log.find('connection.closed');
    const second = await targetSocket();
    const silent = await open(proxy, second.port);
    silent.socket.pause();
    (await second.socket).end();
    await log.find('connection.closed', ({ id }) => id === 2);
    expect(proxy.connections).toBe(0);
  });
});

describe('connections nobody uses', () => {
  it('are closed with 4409 when nothing is sent either way', async () => {
    const { proxy, log } = await proxying({ idleTimeoutMs: 60 });
    const { port, over } = await targetSocket();
    const client = await open(proxy, port);
    expect(await client.closed).toEqual({ code: 4_409, reason: 'Nothing was sent either way for 60 ms.' });
    expect(await log.find('connection.closed')).toMatchObject({ code: 4_409, level: 'warn' });
    expect(await over).toBe('reset');
  });

  it('are cut when the client does not answer a ping', async () => {
    const { proxy, log } = await proxying({ pingIntervalMs: 250 });
    const target = await targetOf(echo);
    const dead = await open(proxy, target, { autoPong: false });
    const alive = await open(proxy, target);
    expect(await log.find('connection.closed')).toMatchObject({
      id: 1,
      code: 1_006,
      by: 'proxy',
      message: 'the client did not answer a ping within 250 ms',
    });
    await dead.closed;
    alive.socket.send(Buffer.of(1));
    await alive.until(({ bytes }) => bytes === 1);
    expect(proxy.connections).toBe(1);
  });
});

describe('draining', () => {
  it('lets open connections finish and nobody in, then frees the port', async () => {
    const { proxy, log } = await proxying();
    const target = await targetOf(echo);
    const client = await open(proxy, target);
    expect(await get(proxy, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    const drained = proxy.drain();
    expect(await get(proxy, '/healthz')).toMatchObject({ status: 503, body: 'draining\n' });
    expect(await refused(urlFor(proxy, target))).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
    client.socket.send(Buffer.from('still here'));
    await client.until(({ bytes }) => bytes === 10);
    client.socket.close(1_000);
    await drained;
    expect(log.events.map(({ type }) => type).slice(-3)).toEqual([
      'connection.refused',
      'connection.closed',
      'proxy.stopped',
    ]);
    expect(await log.find('proxy.draining')).toMatchObject({ connections: 1 });
    await expect(get(proxy, '/healthz')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('closes the rest with 1001 when its time is over, or its signal says so', async () => {
    const enough = new AbortController();
    for (const options of [{ drainTimeoutMs: 30 }, { drainTimeoutMs: 0 }]) {
      const { proxy } = await proxying(options);
      const { port, over } = await targetSocket();
      const client = await open(proxy, port);
      const drained = proxy.drain({ signal: enough.signal });
      if (options.drainTimeoutMs === 0) enough.abort();
      expect(await client.closed).toEqual({ code: 1_001, reason: 'This proxy is being stopped.' });
      await drained;
      expect(await over).toBe('reset');
    }
  });

  it('is done at once by disposal, which may be repeated', async () => {
    const { proxy, log } = await proxying();
    const client = await open(proxy, await targetOf(echo));
    const waiting = proxy.drain();
    await Promise.all([proxy[Symbol.asyncDispose](), proxy[Symbol.asyncDispose](), waiting]);
    expect((await client.closed).code).toBe(1_001);
    await proxy.drain();
    expect(log.events.filter(({ type }) => type === 'proxy.stopped')).toHaveLength(1);
  });

  it('ends dials that are under way', async () => {
    const resolve = () => new Promise<readonly string[]>(() => undefined);
    const { proxy, log } = await proxying({ target: { resolve, connectTimeoutMs: 60_000 } });
    const client = new Client(urlFor(proxy, 'tcp://mq.example:1'));
    await once(client.socket, 'open');
    await proxy[Symbol.asyncDispose]();
    expect((await client.closed).code).toBe(1_001);
    expect(log.refusals()).toEqual(['draining']);
  });
});

describe('metrics', () => {
  /** A line of the exposition format 0.0.4: comment or sample. */
  const line = /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="[^"\\\n]*"\})? [\d.e+-]+)$/;

  it('count what happens, in Prometheus’s format', async () => {
    const { proxy, log } = await proxying();
    const target = await targetOf(echo);
    const client = await open(proxy, target);
    client.socket.send(Buffer.alloc(5));
    await client.until(({ bytes }) => bytes === 5);
    const second = await open(proxy, target);
    second.socket.close(3_999);
    await log.find('connection.closed');
    await refused(`${proxy.url}?to=`);
    const { status, headers, body } = await get(proxy, '/metrics');
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
    });
    expect(body.endsWith('\n')).toBe(true);
    const lines = body.trimEnd().split('\n');
    expect(lines.filter((one) => !line.test(one))).toEqual([]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'rmq_proxy_connections_open 1',
        'rmq_proxy_connections_total 2',
        'rmq_proxy_refused_total{reason="target-malformed"} 1',
        'rmq_proxy_closed_total{code="other"} 1',
        'rmq_proxy_bytes_total{direction="to_target"} 5',
        'rmq_proxy_bytes_total{direction="to_client"} 5',
        'rmq_proxy_dial_seconds_bucket{le="+Inf"} 2',
        'rmq_proxy_dial_seconds_count 2',
        'rmq_proxy_draining 0',
        '# TYPE rmq_proxy_dial_seconds histogram',
      ]),
    );
    const families = lines.flatMap((one) => /^# TYPE (\S+)/.exec(one)?.[1] ?? []);
    expect(new Set(families).size).toBe(families.length);
  });

  it('can be kept for those who may connect, or for nobody', async () => {
    const closed = await proxying({ metrics: 'authenticated', authenticate: ({ headers }) => headers.cookie === 'a' });
    expect((await get(closed.proxy, '/metrics')).status).toBe(401);
    expect((await get(closed.proxy, '/metrics', { headers: { cookie: 'a' } })).status).toBe(200);
    const off = await proxying({ metrics: 'off' });
    expect((await get(off.proxy, '/metrics')).status).toBe(404);
  });
});

describe('the proxy itself', () => {
  it('does not mind a listener that throws or rejects', async () => {
    const faulty: ((event: ProxyEvent) => void)[] = [
      () => {
        throw new Error('listener');
      },
      () => Promise.reject(new Error('listener')),
    ];
    for (const onEvent of faulty) {
      const { proxy } = await proxying({ onEvent });
      const client = await open(proxy, await targetOf(echo));
      client.socket.close(1_000);
      await client.closed;
    }
  });

  it('says what cannot be listened on, and what options cannot be', async () => {
    const { proxy } = await proxying();
    await expect(proxying({ at: proxy.endpoint })).rejects.toMatchObject({ code: 'address-in-use' });
    await expect(proxying({ at: { host: '192.0.2.1' } })).rejects.toMatchObject({ code: 'listen-failed' });
    await expect(startProxy({ allow: ['10.0.0.0/33:1'] })).rejects.toThrow('allow: "10.0.0.0/33:1" cannot be read');
    await expect(proxying({ path: '/healthz' })).rejects.toThrow('path');
    await expect(proxying({ maxMessageBytes: 10 })).rejects.toThrow('maxMessageBytes is 10');
    await expect(proxying({ trustedProxies: ['nginx'] })).rejects.toThrow('trustedProxies: "nginx"');
  });

  it('leaves nothing behind after hundreds of connections', async () => {
    const { proxy, log } = await proxying();
    const target = await targetOf(echo);
    for (let round = 0; round < 10; round += 1) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => open(proxy, target)));
      for (const [index, { socket }] of clients.entries()) {
        if (index % 2 === 0) socket.close(1_000);
        else socket.terminate();
      }
      await Promise.all(clients.map(({ closed }) => closed));
    }
    await log.find(
      'connection.closed',
      () => log.events.filter(({ type }) => type === 'connection.closed').length === 200,
    );
    const { body } = await get(proxy, '/metrics');
    expect(body).toContain('rmq_proxy_connections_open 0\n');
    expect(body).toContain('rmq_proxy_handshakes_open 1\n');
    expect(body).toContain('rmq_proxy_connections_total 200\n');
  });

  it('keeps memory and handles flat under floods that are refused', async () => {
    const { proxy } = await proxying({ maxConnectionsPerMinute: 1, onEvent: undefined });
    const asked = `GET /?to=tcp://127.0.0.1:1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`;
    const flood = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += 20) {
        const sockets = Array.from({ length: 20 }, () => connect(proxy.endpoint));
        await Promise.all(
          sockets.map(async (socket) => {
            socket.on('error', () => undefined).resume();
            socket.write(asked);
            await new Promise((resolve) => socket.once('close', resolve));
          }),
        );
      }
    };
    await flood(400);
    const before = await heldByNode();
    await flood(1_600);
    const after = await heldByNode();
    expect(after.handles).toBe(before.handles);
    expect(after.bytes - before.bytes).toBeLessThan(2 * 1_048_576);
  });
});
