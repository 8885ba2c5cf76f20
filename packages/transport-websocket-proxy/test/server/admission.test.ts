import { createHash, randomBytes } from 'node:crypto';
import { bearer, basic } from '@rmq/transport-websocket-proxy/server';
import type { AuthenticationRequest } from '@rmq/transport-websocket-proxy/server';
import { Client, echo, get, hold, open, proxying, raw, refused, saidBy, targetOf, urlFor } from './support.ts';

const base64url = (text: string) => Buffer.from(text).toString('base64url');
const basicHeader = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

describe('what is asked for', () => {
  it('answers 404 for another path, 426 without an upgrade, 405 for another method', async () => {
    const { proxy, log } = await proxying();
    expect((await refused(`${proxy.url}elsewhere?to=tcp://127.0.0.1:1`)).status).toBe(404);
    expect((await get(proxy, '/elsewhere')).status).toBe(404);
    const plain = await get(proxy, '/?to=tcp://127.0.0.1:1');
    expect(plain).toMatchObject({ status: 426, headers: { upgrade: 'websocket', connection: 'close' } });
    expect(await get(proxy, '/', { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(log.refusals()).toEqual(['path-unknown', 'path-unknown', 'upgrade-missing', 'method-not-allowed']);
  });

  it('serves under a path of its own', async () => {
    const { proxy } = await proxying({ path: '/mq/ws' });
    expect(proxy.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/mq\/ws$/);
    const client = await open(proxy, await targetOf(echo));
    expect(client.socket.protocol).toBe('rmq.tcp.v1');
    expect((await get(proxy, '/')).status).toBe(404);
    expect((await get(proxy, '/healthz')).status).toBe(200);
  });

  it('answers 400 without the subprotocol', async () => {
    const { proxy, log } = await proxying();
    expect((await refused(urlFor(proxy, 1), { subprotocols: [] })).status).toBe(400);
    expect((await refused(urlFor(proxy, 1), { subprotocols: ['mqtt'] })).status).toBe(400);
    expect(log.refusals()).toEqual(['subprotocol-missing', 'subprotocol-missing']);
  });

  it.each([
    '',
    '?to=',
    '?to=127.0.0.1:80',
    '?to=tcp://127.0.0.1',
    '?to=udp://127.0.0.1:80',
    '?to=tcp://127.0.0.1:65536',
    '?to=tcp://127.0.0.1:0',
    '?to=tcp://user@127.0.0.1:80',
    '?to=tcp://127.0.0.1:80/path',
    '?to=tcp://%5Bfe80::1%25eth0%5D:80',
    '?to=tcp://127.0.0.1:80&to=tcp://10.0.0.1:80',
    `?to=tcp://${'a'.repeat(300)}:80`,
  ])('answers 400 for the target of "%s"', async (query) => {
    const { proxy, log } = await proxying();
    expect((await refused(proxy.url + query)).status).toBe(400);
    expect(log.refusals()).toEqual(['target-malformed']);
  });

  it('answers a malformed handshake with 400, and gives the place back', async () => {
    const { proxy, log } = await proxying({ maxConnections: 1 });
    const socket = raw(proxy);
    const lines = ['Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const more = ['Sec-WebSocket-Protocol: rmq.tcp.v1', 'Sec-WebSocket-Key: short'];
    socket.write(`GET /?to=tcp://127.0.0.1:1 HTTP/1.1\r\n${[...lines, ...more].join('\r\n')}\r\n\r\n`);
    expect(await saidBy(socket)).toMatch(/^HTTP\/1\.1 400 /);
    await open(proxy, await targetOf(echo));
    expect(log.refusals()).toEqual(['request-malformed']);
  });

  it('answers what is no HTTP with 400, and headers too large with 431', async () => {
    const { proxy, log } = await proxying();
    const first = raw(proxy);
    first.write('hello\r\n\r\n');
    expect(await saidBy(first)).toMatch(/^HTTP\/1\.1 400 /);
    const second = raw(proxy);
    second.write(`GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(await saidBy(second)).toMatch(/^HTTP\/1\.1 431 /);
    expect(log.refusals()).toEqual(['request-malformed', 'headers-too-large']);
  });
});

describe('origins', () => {
  it('answers 403 to pages by default, and lets programs in', async () => {
    const { proxy, log } = await proxying();
    const target = await targetOf(echo);
    expect((await refused(urlFor(proxy, target), { origin: 'https://evil.example' })).status).toBe(403);
    await open(proxy, target);
    expect(await log.find('connection.refused')).toMatchObject({
      reason: 'origin-not-allowed',
      status: 403,
      origin: 'https://evil.example',
      client: '127.0.0.1',
    });
  });

  it.each([
    ['https://app.example', true],
    ['https://app.example:8443', false],
    ['http://app.example', false],
    ['https://app.example.evil', false],
    ['http://localhost:5173', true],
    ['http://localhost', true],
    ['http://localhost.evil:5173', false],
    ['null', false],
  ])('with a list, %s: %s', async (origin, isAllowed) => {
    const { proxy } = await proxying({ origins: ['https://APP.example:443/', 'http://localhost:*'] });
    const target = await targetOf(echo);
    if (isAllowed) await open(proxy, target, { origin });
    else expect((await refused(urlFor(proxy, target), { origin })).status).toBe(403);
  });

  it('refuses patterns that are no origins', async () => {
    for (const origin of ['app.example', 'https://app.example/path', 'https://*.example', 'https://', 'mailto:x'])
      await expect(proxying({ origins: [origin] })).rejects.toThrow('is no origin');
  });
});

describe('authentication', () => {
  const token = 'täglich-neu';

  it('wants a bearer token, by subprotocol or header', async () => {
    const { proxy, log } = await proxying({ authenticate: bearer(['guessable', token]) });
    const target = await targetOf(echo);
    const good = await open(proxy, target, { subprotocols: ['rmq.tcp.v1', `rmq.bearer.${base64url(token)}`] });
    expect(good.socket.protocol).toBe('rmq.tcp.v1');
    await open(proxy, target, { headers: { authorization: 'Bearer guessable' } });
    const bad = [
      {},
      { headers: { authorization: 'Bearer new' } },
      { headers: { authorization: 'Bearer' } },
      { headers: { authorization: 'Digest x' } },
      { headers: basicHeader(`user:${token}`) },
      { subprotocols: ['rmq.tcp.v1', `rmq.bearer.${base64url('guess')}`] },
      { subprotocols: ['rmq.tcp.v1', 'rmq.bearer.'] },
      { subprotocols: ['rmq.tcp.v1', `rmq.bearer.${base64url('guessable')}`, `rmq.bearer.${base64url('guess')}`] },
      {
        subprotocols: ['rmq.tcp.v1', `rmq.bearer.${base64url('guessable')}`],
        headers: { authorization: 'Bearer guess' },
      },
    ];
    for (const options of bad) {
      const { status, headers } = await refused(urlFor(proxy, target), options);
      expect({ status, challenge: headers['www-authenticate'] }).toEqual({
        status: 401,
        challenge: 'Bearer realm="rmq", Basic realm="rmq", charset="UTF-8"',
      });
    }
    expect(new Set(log.refusals())).toEqual(new Set(['unauthenticated']));
    expect(JSON.stringify(log.events)).not.toMatch(/täglich|guess/);
  });

  it('takes a name and a password, and events say who it is', async () => {
    const { proxy, log } = await proxying({ authenticate: basic('alice', 'pass:word') });
    const target = await targetOf(echo);
    await open(proxy, target, { headers: basicHeader('alice:pass:word') });
    await open(proxy, target, { subprotocols: ['rmq.tcp.v1', `rmq.basic.${base64url('alice:pass:word')}`] });
    for (const text of ['alice:', 'alice:word', 'bob:pass:word', 'alice', ':pass:word']) {
      expect((await refused(urlFor(proxy, target), { headers: basicHeader(text) })).status).toBe(401);
    }
    expect(await log.find('connection.opened')).toMatchObject({ user: 'alice' });
    expect(JSON.stringify(log.events)).not.toContain('word');
  });

  it('takes a function, which sees who asks', async () => {
    const seen: AuthenticationRequest[] = [];
    const { proxy } = await proxying({
      origins: ['*'],
      authenticate: async (asked) => {
        seen.push(asked);
        return asked.headers.cookie === 'session=1' && { user: 'carol' };
      },
    });
    const target = await targetOf(echo);
    await open(proxy, target, { headers: { cookie: 'session=1' }, origin: 'https://app.example' });
    expect((await refused(urlFor(proxy, target))).status).toBe(401);
    expect(seen[0]).toMatchObject({ client: '127.0.0.1', origin: 'https://app.example', credentials: undefined });
  });

  it('lets nobody in when the function throws, or takes too long', async () => {
    const behaviours = [
      () => {
        throw new Error('no database');
      },
      () => new Promise<boolean>(() => undefined),
    ];
    const statuses: number[] = [];
    for (const authenticate of behaviours) {
      const { proxy } = await proxying({ authenticate, handshakeTimeoutMs: 250 });
      statuses.push((await refused(urlFor(proxy, 1))).status);
    }
    expect(statuses).toEqual([500, 500]);
  });

  it('does not ask about clients beyond their rate: passwords cannot be guessed faster', async () => {
    const { proxy } = await proxying({ authenticate: bearer('a'), maxConnectionsPerMinute: 2 });
    const statuses: number[] = [];
    for (const guess of ['b', 'c', 'a']) {
      statuses.push((await refused(urlFor(proxy, 1), { headers: { authorization: `Bearer ${guess}` } })).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });

  it('refuses empty secrets when it is made', () => {
    expect(() => bearer('')).toThrow('empty');
    expect(() => bearer([])).toThrow('empty');
    expect(() => basic('alice', '')).toThrow('password');
    expect(() => basic('a:b', 'c')).toThrow('colon');
  });
});

describe('limits on connections', () => {
  it('answers 429 beyond the connections of one client, until one is over', async () => {
    const { proxy, log } = await proxying({ maxConnectionsPerClient: 2 });
    const target = await targetOf(echo);
    const first = await open(proxy, target);
    await open(proxy, target);
    const { status, headers } = await refused(urlFor(proxy, target));
    expect({ status, retry: headers['retry-after'] }).toEqual({ status: 429, retry: '10' });
    first.socket.close(1_000);
    await log.find('connection.closed');
    await open(proxy, target);
    expect(log.refusals()).toEqual(['client-connections']);
  });

  it('answers 503 beyond all connections', async () => {
    const { proxy, log } = await proxying({ maxConnections: 2 });
    const target = await targetOf(echo);
    await Promise.all([open(proxy, target), open(proxy, target)]);
    expect(await refused(urlFor(proxy, target))).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
    expect(log.refusals()).toEqual(['total-connections']);
    expect(proxy.connections).toBe(2);
  });

  it('answers 429 to a flood of one client, however short its connections', async () => {
    const { proxy, log } = await proxying({ maxConnectionsPerMinute: 5 });
    const target = await targetOf(echo);
    for (let count = 0; count < 5; count += 1) (await open(proxy, target)).socket.terminate();
    const { status, headers } = await refused(urlFor(proxy, target));
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(log.refusals()).toEqual(['client-rate']);
  });

  it('tells clients behind a trusted proxy apart, and believes nobody else', async () => {
    const target = await targetOf(echo);
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const behind = await proxying({ maxConnectionsPerClient: 1, trustedProxies: ['127.0.0.0/8'] });
    await open(behind.proxy, target, from('192.0.2.1'));
    await open(behind.proxy, target, from('192.0.2.1, 192.0.2.2'));
    expect((await refused(urlFor(behind.proxy, target), from('8.8.8.8, 192.0.2.2, 127.0.0.9'))).status).toBe(429);
    await open(behind.proxy, target, from('2001:db8:1:2::3'));
    expect((await refused(urlFor(behind.proxy, target), from('2001:db8:1:2:ffff::'))).status).toBe(429);
    expect(await behind.log.find('connection.opened')).toMatchObject({ client: '192.0.2.1' });
    const bare = await proxying({ maxConnectionsPerClient: 1 });
    await open(bare.proxy, target, from('192.0.2.1'));
    expect((await refused(urlFor(bare.proxy, target), from('192.0.2.2'))).status).toBe(429);
  });
});

describe('slow and silent clients', () => {
  it('answers 408 to headers that come byte by byte, and to none at all', async () => {
    const { proxy, log } = await proxying({ handshakeTimeoutMs: 60 });
    const slow = raw(proxy);
    slow.write('GET /?to=tcp://127.0.0.1:1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n');
    const dribble = setInterval(() => slow.write('X'), 10);
    hold(dribble, clearInterval);
    expect(await saidBy(slow)).toMatch(/^HTTP\/1\.1 408 /);
    await saidBy(raw(proxy));
    expect(log.refusals()[0]).toBe('handshake-timeout');
  });

  it('cuts TCP connections beyond those that may be silent, and lives on', async () => {
    const { proxy, log } = await proxying({ maxHandshakes: 8 });
    const silent = Array.from({ length: 3 }, () => raw(proxy));
    await log.find('connection.refused', ({ reason }) => reason === 'too-many-handshakes');
    const [gone] = await Promise.race(silent.map(async (socket, index) => [index, await saidBy(socket)] as const));
    expect(gone).toBe(2);
    for (const socket of silent) socket.destroy();
    await Promise.all(silent.map(saidBy));
    // The sockets are gone here; the proxy learns of it a little later.
    for (;;) {
      const { status } = await get(proxy, '/healthz').catch(() => ({ status: 0 }));
      if (status === 200) break;
    }
  });

  it('does not count open WebSockets as silent', async () => {
    const { proxy } = await proxying({ maxHandshakes: 4 });
    const target = await targetOf(echo);
    for (let count = 0; count < 6; count += 1) await open(proxy, target);
    expect(proxy.connections).toBe(6);
    expect((await get(proxy, '/metrics')).body).toContain('rmq_proxy_handshakes_open 1\n');
  });
});

describe('WebSocket’s own rules', () => {
  it('closes with 1002 for a frame that is not masked (RFC 6455, 5.1)', async () => {
    const { proxy, log } = await proxying();
    const target = await targetOf(echo);
    const socket = raw(proxy);
    const key = randomBytes(16).toString('base64');
    const lines = ['Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const more = ['Sec-WebSocket-Protocol: rmq.tcp.v1', `Sec-WebSocket-Key: ${key}`];
    socket.write(`GET /?to=tcp://127.0.0.1:${target} HTTP/1.1\r\n${[...lines, ...more].join('\r\n')}\r\n\r\n`);
    await log.find('connection.opened');
    socket.write(Buffer.from([0x82, 0x01, 0x00]));
    const said = await saidBy(socket);
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    expect(said).toContain(`Sec-WebSocket-Accept: ${accept}`);
    expect(said).toContain('\x88\x02\x03\xea');
    expect(await log.find('connection.closed')).toMatchObject({ code: 1_002, by: 'proxy', level: 'warn' });
  });

  it('closes with 1009 for a message beyond maxMessageBytes', async () => {
    const { proxy, log } = await proxying({ maxMessageBytes: 65_536 });
    const client = await open(proxy, await targetOf(echo));
    client.socket.send(Buffer.alloc(65_537));
    expect((await client.closed).code).toBe(1_009);
    expect(await log.find('connection.closed')).toMatchObject({ code: 1_009, bytesToTarget: 0 });
  });

  it('offers no compression', async () => {
    const { proxy } = await proxying();
    const client = new Client(urlFor(proxy, await targetOf(echo)), { perMessageDeflate: true });
    await client.connected();
    expect(client.socket.extensions).toBe('');
  });
});
