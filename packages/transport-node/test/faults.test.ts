import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { certificate } from '@rmq/testkit/certificates';
import type { Endpoint, Listen, Transport } from '@rmq/transport';
import { dial, listen, nodeDialer, nodeListener } from '@rmq/transport-node';

const authority = certificate({ name: 'authority' });
const stranger = certificate({ name: 'stranger' });
const made = (wish: object) =>
  certificate({ name: 'server', issuer: authority, hosts: ['localhost'], addresses: ['127.0.0.1'], ...wish });
const server = made({});
const client = certificate({ name: 'client', issuer: authority });
const identity = ({ cert, key }: { readonly cert: string; readonly key: string }) => ({ cert, key });
const ca = authority.cert;
const anywhere: Endpoint = { host: '127.0.0.1', port: 0 };

/** What a promise rejects with, as text: the code, and the message without its port. */
async function fault(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new TypeError('fulfilled'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) return 'not an error';
  return `${'code' in error ? String(error.code) : error.name}: ${error.message.replace(/:\d+ /, ' ')}`;
}

/** Runs `body` against a listener that echoes, and releases it. */
async function listening(accept: Listen, body: (to: Endpoint) => Promise<void>): Promise<void> {
  const listener = await accept(anywhere);
  const serving = serve(listener.incoming);
  try {
    await body(listener.endpoint);
  } finally {
    await listener[Symbol.asyncDispose]();
    await serving;
  }
}

async function serve(incoming: AsyncIterable<Transport>): Promise<void> {
  const open: Promise<unknown>[] = [];
  for await (const transport of incoming) open.push(echo(transport));
  await Promise.all(open);
}

async function echo(transport: Transport): Promise<void> {
  try {
    for await (const chunk of transport.incoming) await transport.write([chunk]);
    await transport.end();
  } catch {
    // The peer broke off, as these tests do.
  }
}

/** Reads to the end, where nothing but an end or a fault is expected. */
async function read({ incoming }: Transport): Promise<void> {
  for await (const chunk of incoming) throw new TypeError(`${chunk.byteLength.toString()} bytes came`);
}

/** A bare TCP server that does what `behave` says with each socket. */
async function bare(behave: (socket: Socket) => void, body: (to: Endpoint) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const plain: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const address = plain.address();
  try {
    await body({ host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 });
  } finally {
    for (const socket of sockets) socket.destroy();
    plain.close();
    await once(plain, 'close');
  }
}

describe('dialing: who cannot be reached', () => {
  it('says that a name does not exist, with the platform’s own error as the cause', async () => {
    const error: unknown = await dial({ host: 'no-such-host.invalid', port: 1 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'name-not-resolved', cause: { syscall: 'getaddrinfo' } });
    expect(Symbol.for('@rmq/error') in Object(error)).toBe(true);
  });

  it('refuses ports that are none before it dials', async () => {
    for (const port of [65_536, -1, 1.5])
      expect(await fault(dial({ ...anywhere, port }))).toMatch(/^endpoint-invalid: /);
    expect(await fault(dial({ ...anywhere, port: 65_536, tls: true }))).toMatch(/^endpoint-invalid: /);
  });

  it('gives up on a handshake that never comes, and says what may be wrong', async () => {
    await bare(
      (socket) => socket.resume(),
      async (to) => {
        const impatient = nodeDialer({ tls: { ca }, connectTimeoutMs: 50 });
        expect(await fault(impatient(to))).toBe(
          'connect-timeout: 127.0.0.1 did not finish the TLS handshake within 50 ms: it may not speak TLS',
        );
      },
    );
  });

  it('rejects with the reason of a signal aborted during the TLS handshake', async () => {
    const giveUp = new AbortController();
    const reason = new Error('enough');
    await bare(
      (socket) => {
        socket.once('data', () => {
          giveUp.abort(reason);
        });
      },
      async (to) => {
        await expect(nodeDialer({ tls: { ca } })(to, { signal: giveUp.signal })).rejects.toBe(reason);
      },
    );
  });

  it('refuses options out of range', () => {
    expect(() => nodeDialer({ connectTimeoutMs: 0 })).toThrow(RangeError);
    expect(() => nodeDialer({ keepAliveMs: Number.NaN })).toThrow(RangeError);
    expect(() => nodeListener({ maxPending: 0 })).toThrow(RangeError);
  });
});

describe('TLS: verification is on, and says what to change', () => {
  const elsewhere = made({ hosts: ['other'], addresses: [] });
  const refusals = [
    { what: 'an authority nobody told it of', offer: {}, shown: server, says: /authority signed: pass it in tls\.ca/ },
    { what: 'a certificate that signs itself', offer: { ca }, shown: stranger, says: /no known authority signed/ },
    { what: 'a certificate for other names', offer: { ca }, shown: elsewhere, says: /other names.*tls\.servername/ },
    { what: 'an expired certificate', offer: { ca }, shown: made({ expired: true }), says: /not valid today/ },
  ];
  for (const { what, offer, shown, says } of refusals) {
    it(`refuses ${what}`, async () => {
      await listening(nodeListener({ tls: identity(shown) }), async (to) => {
        expect(await fault(nodeDialer({ tls: offer })(to))).toMatch(says);
      });
    });
  }

  it('accepts anything if told to, and a name given instead of the host', async () => {
    await listening(nodeListener({ tls: identity(elsewhere) }), async (to) => {
      for (const tls of [{ rejectUnauthorized: false }, { ca, servername: 'other' }]) {
        const transport = await nodeDialer({ tls })(to);
        expect(transport.label).toBe(`tls://127.0.0.1:${to.port.toString()}`);
        await transport[Symbol.asyncDispose]();
      }
    });
  });

  it('reports a server that does not speak TLS, or hangs up during the handshake', async () => {
    await bare(
      (socket) => socket.once('data', () => socket.end('who are you?\n')),
      async (to) => {
        expect(await fault(nodeDialer({ tls: { ca } })(to))).toMatch(/^tls-failed: .*does not speak TLS/);
      },
    );
    await bare(
      (socket) => socket.once('data', () => socket.destroy()),
      async (to) => {
        expect(await fault(nodeDialer({ tls: { ca } })(to))).toMatch(/^tls-failed: .*hung up during the TLS handshake/);
      },
    );
  });

  it('follows the endpoint when it insists on TLS or on none', async () => {
    await listening(listen, async (to) => {
      const transport = await nodeDialer({ tls: { ca } })({ ...to, tls: false });
      expect(transport.label).toMatch(/^tcp:/);
      await transport[Symbol.asyncDispose]();
    });
    await listening(nodeListener({ tls: identity(stranger) }), async (to) => {
      expect(await fault(dial({ ...to, tls: true }))).toMatch(/^tls-failed: /);
    });
  });

  it('reports key material that cannot be used', async () => {
    expect(await fault(nodeDialer({ tls: { ca, cert: 'nonsense' } })({ ...anywhere, port: 1 }))).toMatch(
      /^tls-failed: tls\.ca, cert/,
    );
    expect(await fault(nodeListener({ tls: { cert: 'a', key: 'b' } })(anywhere))).toMatch(/^tls-failed: tls\.ca, cert/);
    expect(await fault(nodeListener()({ ...anywhere, tls: true }))).toMatch(/^tls-failed: .*needs a certificate/);
  });
});

describe('mutual TLS', () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`tells a client without a certificate so, ${maxVersion}`, async () => {
      const refused: string[] = [];
      const tls = { ...identity(server), ca, requireClientCertificate: true, maxVersion };
      await listening(nodeListener({ tls, onRefused: ({ message }) => refused.push(message) }), async (to) => {
        // In TLS 1.3 the client's handshake is over before the server has judged its certificate.
        const attempt = nodeDialer({ tls: { ca } })(to).then((transport) => read(transport));
        expect(await fault(attempt)).toMatch(/^tls-failed: .*client certificate/);
      });
      expect(refused).toEqual([expect.stringContaining('gave no client certificate')]);
    });
  }

  it('tells the listener that a client’s certificate is not trusted', async () => {
    const refused: string[] = [];
    const tls = { ...identity(server), ca, requireClientCertificate: true };
    await listening(nodeListener({ tls, onRefused: ({ message }) => refused.push(message) }), async (to) => {
      const attempt = nodeDialer({ tls: { ca, ...identity(stranger) } })(to).then((transport) => read(transport));
      expect(await fault(attempt)).toMatch(/^(reset|tls-failed): /);
    });
    expect(refused).toEqual([expect.stringContaining('no known authority signed')]);
  });

  it('opens an encrypted key', async () => {
    const encrypted = client.privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'open',
    });
    const locked = { cert: new TextEncoder().encode(client.cert), key: encrypted.toString(), passphrase: 'open' };
    await listening(nodeListener({ tls: { ...identity(server), ca, requireClientCertificate: true } }), async (to) => {
      const transport = await nodeDialer({ tls: { ca: [ca], ...locked } })(to);
      await transport.write([Uint8Array.of(7)]);
      await transport.end();
      for await (const chunk of transport.incoming) expect([...chunk]).toEqual([7]);
      expect(await transport.closed).toBeUndefined();
    });
  });
});

describe('open connections', () => {
  /** Someone who speaks no TLS comes, then someone who does. */
  async function rudeThenPolite(onRefused: (error: { readonly code: string }) => void): Promise<void> {
    await listening(nodeListener({ tls: identity(server), onRefused }), async (to) => {
      const rude = await dial({ ...to, tls: false });
      await rude.write([new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')]);
      for await (const chunk of rude.incoming) expect(chunk.byteLength).toBeGreaterThan(0); // a TLS alert, then the end
      await rude[Symbol.asyncDispose]();
      const polite = await nodeDialer({ tls: { ca } })(to);
      await polite[Symbol.asyncDispose]();
    });
  }

  it('survives clients that break off in the TLS handshake, and tells onRefused', async () => {
    const refused: string[] = [];
    await rudeThenPolite(({ code }) => refused.push(code));
    expect(refused[0]).toBe('tls-failed');
  });

  it('goes on when onRefused throws', async () => {
    let calls = 0;
    await rudeThenPolite(() => {
      calls += 1;
      throw new Error('from the callback');
    });
    expect(calls).toBe(1);
  });

  it('resets connections beyond maxPending', async () => {
    const refused: string[] = [];
    const listener = await nodeListener({ maxPending: 1, onRefused: ({ message }) => refused.push(message) })(anywhere);
    const first = await dial(listener.endpoint);
    // The reset may even overtake the news that the connection is open.
    expect(await fault(dial(listener.endpoint).then((transport) => read(transport)))).toMatch(/ECONNRESET/);
    expect(refused).toEqual([expect.stringContaining('raise maxPending')]);
    await Promise.all([first, listener].map((one) => one[Symbol.asyncDispose]()));
  });
});
