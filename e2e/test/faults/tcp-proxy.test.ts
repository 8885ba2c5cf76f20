import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { startTcpProxy, type TcpProxy } from '../../src/faults/tcp-proxy.ts';
import { viaProxies } from '../../src/faults/via-proxies.ts';

/** Everything the socket receives until it holds `length` bytes. */
async function take(socket: Socket, length: number): Promise<{ readonly bytes: Buffer; readonly chunks: number }> {
  let bytes = Buffer.alloc(0);
  let chunks = 0;
  while (bytes.length < length) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
    chunks++;
  }
  return { bytes, chunks };
}

describe('TcpProxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  let far: Socket[];

  /** A connection through the proxy, both ends of it. */
  async function open(): Promise<{ readonly near: Socket; readonly behind: Socket }> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const near = connect({ ...proxy.endpoint, noDelay: true });
    await once(near, 'connect');
    const [behind] = await accepted;
    behind.on('error', () => undefined);
    near.on('error', () => undefined);
    far.push(behind, near);
    return { near, behind };
  }

  beforeEach(async () => {
    far = [];
    server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    proxy = await startTcpProxy({ target: { host: '127.0.0.1', port } });
  });
  afterEach(async () => {
    await proxy.close();
    for (const socket of far) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  it('passes bytes on unchanged, both ways, and ends in the same order', async () => {
    const { near, behind } = await open();
    const large = Buffer.alloc(5 * 1024 * 1024, 'abcdefg');
    near.write(large);
    expect((await take(behind, large.length)).bytes.equals(large)).toBe(true);
    near.end();
    await once(behind, 'end');
    behind.end('the last word');
    expect((await take(near, 13)).bytes.toString()).toBe('the last word');
    expect(proxy.accepted).toBe(1);
  });

  it('splits what it passes on', async () => {
    proxy.set({ chunkBytes: 1 }, 'to-server');
    const { near, behind } = await open();
    near.write('0123456789');
    const { bytes, chunks } = await take(behind, 10);
    expect(bytes.toString()).toBe('0123456789');
    expect(chunks).toBeGreaterThan(1);
  });

  it('holds bytes back while stalled and passes them on when healed', async () => {
    proxy.set({ stalled: true });
    const { near, behind } = await open();
    const arrived = take(behind, 5);
    near.write('hello');
    // The way back is another pipe: once a byte went there and back, the stalled one has had its chance.
    proxy.set({}, 'to-client');
    behind.write('x');
    await take(near, 1);
    expect(behind.bytesRead).toBe(0);
    proxy.heal();
    expect((await arrived).bytes.toString()).toBe('hello');
  });

  it('delays without reordering', async () => {
    proxy.set({ delayMs: 40 }, 'to-server');
    const { near, behind } = await open();
    const start = performance.now();
    for (const letter of 'abcdef') near.write(letter);
    expect((await take(behind, 6)).bytes.toString()).toBe('abcdef');
    expect(performance.now() - start).toBeGreaterThanOrEqual(38);
  });

  it('resets in the middle of what is being sent', async () => {
    proxy.set({ resetAfterBytes: 3 }, 'to-client');
    const { near, behind } = await open();
    const received: Buffer[] = [];
    near.on('data', (chunk: Buffer) => received.push(chunk));
    behind.write('abcdef');
    // On this side a RST right behind data may look like an end, and it may overtake the data: the far side is sure of it.
    const [error] = (await once(behind, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    if (!near.closed) await new Promise((resolve) => near.once('close', resolve));
    expect('abc'.startsWith(Buffer.concat(received).toString())).toBe(true);
  });

  it('resets both sides on command', async () => {
    const { near, behind } = await open();
    const failed = Promise.all([once(near, 'error'), once(behind, 'error')]);
    expect(proxy.reset()).toBe(1);
    expect(await failed).toMatchObject([[{ code: 'ECONNRESET' }], [{ code: 'ECONNRESET' }]]);
    expect(proxy.open).toBe(0);
  });

  it('cuts with a FIN on command', async () => {
    const { near } = await open();
    near.resume();
    proxy.cut();
    await once(near, 'end');
  });

  it('refuses connections and takes them again on the same port', async () => {
    const { endpoint } = proxy;
    await proxy.refuse();
    const [error] = (await once(connect({ ...endpoint }), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await proxy.accept();
    expect(proxy.endpoint).toEqual(endpoint);
    await open();
  });

  it('passes on that the server is gone', async () => {
    const { near, behind } = await open();
    behind.resetAndDestroy();
    const [error] = (await once(near, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});

describe('viaProxies', () => {
  it('leads only the addresses of proxies elsewhere', async () => {
    await using proxy = await startTcpProxy({ target: { host: '127.0.0.1', port: 1 } });
    const dialed: unknown[] = [];
    const dial = viaProxies(
      async (to: { readonly host: string; readonly port: number }, label: string) => dialed.push([label, to]),
      [proxy],
    );
    await dial({ host: '127.0.0.1', port: 1 }, 'broker');
    await dial({ host: '127.0.0.1', port: 2 }, 'name server');
    expect(dialed).toEqual([
      ['broker', proxy.endpoint],
      ['name server', { host: '127.0.0.1', port: 2 }],
    ]);
  });
});
