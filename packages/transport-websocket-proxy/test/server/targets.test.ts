import { once } from 'node:events';
import { get as getHttps } from 'node:https';
import { createServer as createTlsServer } from 'node:tls';
import { certificate } from '@rmq/testkit/certificates';
import type { Certificate } from '@rmq/testkit/certificates';
import { networkInterfaces } from 'node:os';
import { Client, echo, freePort, hold, open, proxying, raw, saidBy, targetOf, urlFor } from './support.ts';
import type { ProxyOptions } from '@rmq/transport-websocket-proxy/server';

/** Asks for a target that is refused. @returns close code and reason */
async function closed(options: Partial<ProxyOptions>, to: string | number) {
  const { proxy, log } = await proxying(options);
  const { code, reason } = await new Client(urlFor(proxy, to)).closed;
  const { reason: name, message, code: logged } = await log.find('connection.refused');
  expect(logged).toBe(code);
  return { code, reason, name, message };
}

describe('targets that are not allowed', () => {
  it('is every target, by default', async () => {
    const port = await targetOf(echo);
    expect(await closed({ allow: [] }, port)).toEqual({
      code: 4_403,
      reason: `This proxy does not allow 127.0.0.1:${port}.`,
      name: 'target-not-allowed',
      message: `127.0.0.1:${port} is not in allow`,
    });
  });

  it('is another port, and DNS is not asked about names that no rule can match', async () => {
    const port = await targetOf(echo);
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return ['127.0.0.1'];
    };
    const allow = [`127.0.0.1:${port}`, 'mq.example.com:1-65535'];
    expect((await closed({ allow, target: { resolve } }, port === 80 ? 81 : 80)).code).toBe(4_403);
    expect((await closed({ allow, target: { resolve } }, 'tcp://other.example.com:80')).code).toBe(4_403);
    expect(asked).toEqual([]);
  });

  it('is an inner address behind a name that is allowed', async () => {
    const port = await targetOf(echo);
    const resolve = async () => ['127.0.0.1'];
    const refused = await closed({ allow: ['*.example.com:*'], target: { resolve } }, `tcp://mq.example.com:${port}`);
    expect(refused).toEqual({
      code: 4_403,
      reason: `This proxy does not allow mq.example.com:${port}.`,
      name: 'target-is-inner',
      message: `mq.example.com resolves to 127.0.0.1, an inner address: allow 127.0.0.1:${port} or its range as well`,
    });
  });

  it('is what a name leads to the second time: DNS rebinding', async () => {
    const port = await targetOf(echo);
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['169.254.169.254']];
    const resolve = async () => answers.shift() ?? [];
    const { proxy, log } = await proxying({ allow: ['127.0.0.1:*', 'rebind.example:*'], target: { resolve } });
    const client = await open(proxy, `tcp://rebind.example:${port}`);
    client.socket.send('x'.repeat(3), { binary: true });
    await client.until(({ bytes }) => bytes === 3);
    // The first answer was dialed: had the name been resolved once more to dial it, the second would have been.
    expect(answers).toHaveLength(2);
    expect(await log.find('connection.opened')).toMatchObject({ address: '127.0.0.1' });
    for (const address of ['127.0.0.2', '169.254.169.254']) {
      const again = await new Client(urlFor(proxy, `tcp://rebind.example:${port}`)).closed;
      expect(again.code).toBe(4_403);
      expect(again.reason).not.toContain(address);
      await log.find('connection.refused', ({ message }) => message.includes(address));
    }
    expect(log.refusals()).toEqual(['target-is-inner', 'target-is-inner']);
  });

  it('dials of several addresses only those that are allowed', async () => {
    const port = await targetOf(echo);
    const resolve = async () => ['10.0.0.1', '::ffff:127.0.0.1', '0.0.0.0'];
    const { proxy, log } = await proxying({ allow: [`127.0.0.1:${port}`], target: { resolve } });
    await open(proxy, `tcp://several.example:${port}`);
    expect(await log.find('connection.opened')).toMatchObject({ address: '127.0.0.1' });
  });
});

describe('the proxy as its own target', () => {
  const own = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
  const everything = ['0.0.0.0/0:*', '[::/0]:*', 'localhost:*', '*:*'];
  const spellings = [
    '127.0.0.1',
    '127.1.2.3',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    'localhost',
    'me.example',
  ];

  it.each([...spellings, ...own.filter((one) => one.includes('.'))])('is refused as %s', async (host) => {
    const resolve = async (name: string) => (name === 'localhost' ? ['::1', '127.0.0.1'] : ['::ffff:127.0.0.1']);
    const { proxy, log } = await proxying({ allow: everything, at: { host: '0.0.0.0' }, target: { resolve } });
    const { code } = await new Client(urlFor(proxy, `tcp://${host}:${proxy.endpoint.port}`)).closed;
    expect(code).toBe(4_403);
    expect(await log.find('connection.refused')).toMatchObject({ reason: 'target-is-proxy' });
  });

  it.each(['0.0.0.0', '[::]', '[::ffff:0.0.0.0]', '0.1.2.3', '255.255.255.255', '224.0.0.1', '[ff02::1]'])(
    'cannot be reached as %s either: that is no target at all',
    async (host) => {
      const { proxy } = await proxying({ allow: everything });
      const { code } = await new Client(urlFor(proxy, `tcp://${host}:${proxy.endpoint.port}`)).closed;
      expect(code).toBe(4_403);
    },
  );

  it('is refused when bound to one address, which leaves others of this machine to others', async () => {
    const { proxy } = await proxying({ allow: everything });
    const { port } = proxy.endpoint;
    expect((await new Client(urlFor(proxy, `tcp://127.0.0.1:${port}`)).closed).code).toBe(4_403);
    expect((await new Client(urlFor(proxy, `tcp://127.0.0.2:${port}`)).closed).code).toBe(4_502);
  });
});

describe('targets that cannot be reached', () => {
  it('is told by 4502 that nobody listens', async () => {
    const port = await freePort();
    const { code, reason, name } = await closed({}, port);
    expect({ code, name }).toEqual({ code: 4_502, name: 'target-refused' });
    expect(reason).toContain(`127.0.0.1:${port} refused the connection`);
  });

  it('does not tell what address stands behind a name', async () => {
    const port = await freePort();
    const resolve = async () => ['127.0.0.1'];
    const { code, reason, message } = await closed({ target: { resolve } }, `tcp://mq.example:${port}`);
    expect(code).toBe(4_502);
    expect(reason).toContain(`mq.example:${port} refused the connection`);
    expect(message).toContain(`127.0.0.1:${port} refused the connection`);
    const rude = await targetOf((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const { proxy } = await proxying({ target: { resolve } });
    const client = await open(proxy, `tcp://mq.example:${rude}`);
    client.socket.send(Buffer.of(1));
    const cut = await client.closed;
    expect(cut.reason).toContain(`tcp://mq.example:${rude} was cut`);
  });

  it('is told by 4404 that a name is unknown, or leads nowhere', async () => {
    const faults = [
      async () => {
        throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      },
      async () => [],
      async () => ['no address', 'fe80::1%eth0'],
    ];
    for (const resolve of faults) {
      const { code, name } = await closed({ target: { resolve } }, 'tcp://mq.example:1');
      expect({ code, name }).toEqual({ code: 4_404, name: 'name-not-resolved' });
    }
  });

  it('asks the system about names unless told otherwise', async () => {
    const { proxy } = await proxying({ allow: ['localhost:*'] });
    await open(proxy, `tcp://localhost:${await targetOf(echo)}`);
    expect((await closed({}, 'tcp://no-such-name.invalid:1')).code).toBe(4_404);
  });

  it('is told by 4408 that DNS or the target is silent', async () => {
    const silent = await targetOf((socket) => socket.resume());
    const connectTimeoutMs = 40;
    const never = () => new Promise<readonly string[]>(() => undefined);
    expect(await closed({ target: { connectTimeoutMs, resolve: never } }, 'tcp://mq.example:1')).toMatchObject({
      code: 4_408,
      reason: 'mq.example:1 was not connected within 40 ms',
    });
    expect((await closed({ target: { connectTimeoutMs } }, `tls://127.0.0.1:${silent}`)).code).toBe(4_408);
  });

  it('tries the next address when one is refused', async () => {
    const port = await targetOf(echo);
    const resolve = async () => ['127.0.0.9', '127.0.0.1'];
    const { proxy, log } = await proxying({ allow: ['127.0.0.0/8:*'], target: { resolve } });
    await open(proxy, `tcp://mq.example:${port}`);
    expect(await log.find('connection.opened')).toMatchObject({ address: '127.0.0.1' });
  });

  it('stops dialing when the client leaves', async () => {
    let asked: () => void = () => undefined;
    const dialing = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const resolve = () => {
      asked();
      return new Promise<readonly string[]>(() => undefined);
    };
    const { proxy, log } = await proxying({ target: { resolve, connectTimeoutMs: 60_000 } });
    const client = new Client(urlFor(proxy, 'tcp://mq.example:1'));
    await dialing;
    client.socket.terminate();
    expect(await log.find('connection.refused')).toMatchObject({ reason: 'client-left', code: 1_006 });
  });
});

describe('targets with TLS', () => {
  const authority = certificate({ name: 'authority' });
  const named = certificate({ name: 'mq', issuer: authority, hosts: ['mq.example'], addresses: ['127.0.0.1'] });
  const other = certificate({ name: 'other', issuer: authority, hosts: ['other.example'] });
  const expired = certificate({ name: 'mq', issuer: authority, hosts: ['mq.example'], expired: true });
  const stranger = certificate({ name: 'mq', hosts: ['mq.example'] });

  /** @returns the port, and the names that clients asked for */
  async function secured({ cert, key }: Certificate) {
    const names: (string | false | null)[] = [];
    const server = createTlsServer({ cert, key }, (socket) => {
      names.push(socket.servername);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    hold(server, (one) => one.close());
    const address = server.address();
    return { port: typeof address === 'object' && address !== null ? address.port : 0, names };
  }

  const target = { tls: { ca: authority.cert }, resolve: async () => ['127.0.0.1'] };

  it('are verified by the name the client asked for, though an address is dialed', async () => {
    const { port, names } = await secured(named);
    const { proxy } = await proxying({ target });
    for (const host of ['mq.example', 'MQ.example.', '127.0.0.1']) {
      const client = await open(proxy, `tls://${host}:${port}`);
      client.socket.send(Buffer.from('secret'));
      await client.until(({ bytes }) => bytes === 6);
    }
    expect(names).toEqual(['mq.example', 'mq.example', false]);
  });

  it.each([
    ['a certificate for another name', other, 'other names'],
    ['an expired certificate', expired, 'not valid today'],
    ['a certificate of an unknown authority', stranger, 'no known authority'],
  ])('are refused by 4495 for %s', async (_, shown, text) => {
    const { port } = await secured(shown);
    const { code, message } = await closed({ target }, `tls://mq.example:${port}`);
    expect(code).toBe(4_495);
    expect(message).toContain(text);
  });

  it('are refused by 4495 when they speak no TLS', async () => {
    const port = await targetOf((socket) => socket.once('data', () => socket.end('220 hello\r\n')));
    expect((await closed({ target }, `tls://127.0.0.1:${port}`)).code).toBe(4_495);
  });

  it('serves wss: itself', async () => {
    const { proxy, log } = await proxying({ tls: { cert: named.cert, key: named.key } });
    expect(proxy.url).toMatch(/^wss:/);
    const port = await targetOf(echo);
    const client = await open(proxy, port, { ca: authority.cert });
    client.socket.send(Buffer.from('secret'));
    await client.until(({ bytes }) => bytes === 6);
    client.socket.close(1_000);
    await log.find('connection.closed');
    const status = await new Promise<string>((resolve) => {
      getHttps(proxy.url.replace('wss:', 'https:') + 'metrics', { ca: authority.cert, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      });
    });
    expect(status).toContain('rmq_proxy_handshakes_open 1\n');
    const late = new Client(urlFor(proxy, port), { ca: stranger.cert });
    expect((await late.closed).code).toBe(1_006);
    expect(await log.find('connection.refused')).toMatchObject({ reason: 'tls-handshake-failed' });
    await expect(proxying({ tls: { cert: 'a', key: 'b' } })).rejects.toMatchObject({ code: 'tls-failed' });
    await expect(proxying({ tls: {} })).rejects.toThrow('needs a certificate');
  });

  it('asks clients for certificates if told to', async () => {
    const client = certificate({ name: 'client', issuer: authority });
    const tls = { cert: named.cert, key: named.key, ca: authority.cert, requireClientCertificate: true };
    const { proxy, log } = await proxying({ tls });
    const port = await targetOf(echo);
    await open(proxy, port, { ca: authority.cert, cert: client.cert, key: client.key });
    for (const offer of [{}, { cert: stranger.cert, key: stranger.key }]) {
      await new Client(urlFor(proxy, port), { ca: authority.cert, ...offer }).closed;
    }
    expect(log.refusals()).toEqual(['tls-handshake-failed', 'tls-handshake-failed']);
  });

  it('drops a TLS handshake that takes too long', async () => {
    const { proxy, log } = await proxying({ tls: { cert: named.cert, key: named.key }, handshakeTimeoutMs: 40 });
    expect(await saidBy(raw(proxy))).toBe('');
    expect(await log.find('connection.refused')).toMatchObject({ reason: 'tls-handshake-failed' });
  });
});
