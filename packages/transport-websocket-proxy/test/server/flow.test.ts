import { once } from 'node:events';
import { Client, echo, open, proxying, targetOf, targetSocket, urlFor } from './support.ts';

/** The largest message. */
const most = 65_536;
const unit = 131_072;
const window = 2_097_152;

/** Empty messages behind the first, which says "connected". */
function acknowledgements({ messages }: Client): number {
  return messages.slice(1).filter(({ byteLength }) => byteLength === 0).length;
}

/** Settles when all turns of the event loop that are due have been taken: nothing more comes of what was sent. */
async function settled(rounds = 50): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('data', () => {
  it('is passed on both ways, whatever the size of messages', async () => {
    const { proxy } = await proxying();
    const client = await open(proxy, await targetOf(echo));
    for (const size of [1, 2, 16_383, 16_384, 65_536, 100_000]) client.socket.send(Buffer.alloc(size, size % 251));
    const all = 1 + 2 + 16_383 + 16_384 + 65_536 + 100_000;
    await client.until(({ bytes }) => bytes === all);
    const expected = [1, 2, 16_383, 16_384, 65_536, 100_000].map((size) => Buffer.alloc(size, size % 251));
    expect(Buffer.concat(client.messages).equals(Buffer.concat(expected))).toBe(true);
    expect(Math.max(...client.messages.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(most);
  });

  it('is acknowledged by one empty message for each 128 KiB the target has taken', async () => {
    const { proxy } = await proxying();
    const client = await open(proxy, await targetOf((socket) => socket.resume()));
    client.socket.send(Buffer.alloc(unit - 1));
    await settled();
    expect(acknowledgements(client)).toBe(0);
    client.socket.send(Buffer.alloc(1));
    await client.until((one) => acknowledgements(one) === 1);
    client.socket.send(Buffer.alloc(3 * unit + 5));
    await client.until((one) => acknowledgements(one) === 4);
  });

  it('goes on for many windows in both directions at once', async () => {
    const { proxy } = await proxying();
    const client = await open(proxy, await targetOf(echo));
    const all = 24 * window;
    let sent = 0;
    let owed = 0;
    const chunk = Buffer.alloc(unit, 7);
    const pump = (): void => {
      while (sent < all && sent - acknowledgements(client) * unit < window) {
        client.socket.send(chunk);
        sent += unit;
      }
    };
    pump();
    await client.until(({ bytes }) => {
      for (; bytes - owed >= unit; owed += unit) client.socket.send(Buffer.alloc(0));
      pump();
      return bytes === all;
    });
    expect(client.bytes).toBe(all);
  }, 60_000);
});

describe('memory: a slow reader makes the writer wait', () => {
  it('takes no more from the target than one window and what sockets hold, while the client acknowledges nothing', async () => {
    const { proxy } = await proxying();
    const { port, socket } = await targetSocket();
    const client = await open(proxy, port);
    const target = await socket;
    target.write(Buffer.alloc(64 * window));
    await client.until(({ bytes }) => bytes > window - most); // a chunk that does not fit as a whole waits
    await settled();
    expect(client.bytes).toBeLessThanOrEqual(window);
    // The rest waits in the target, but for the buffers of two sockets' kernels and the proxy's read-ahead.
    expect(target.writableLength).toBeGreaterThan(48 * window);
    client.socket.send(Buffer.alloc(0));
    await client.until(({ bytes }) => bytes > window);
    await settled();
    expect(client.bytes).toBeLessThanOrEqual(window + unit);
  });

  it('does the same while the client does not even read its socket', async () => {
    const { proxy } = await proxying();
    const { port, socket } = await targetSocket();
    const client = await open(proxy, port);
    client.socket.pause();
    const target = await socket;
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 200_000; count += 1) target.write('x'); // single bytes, whose objects weigh most
    await settled(200);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * window);
    client.socket.resume();
    await client.until(({ bytes }) => bytes === 200_000);
  });

  it('acknowledges no more than the target has taken', async () => {
    const { proxy, log } = await proxying();
    const { port, socket } = await targetSocket();
    const client = await open(proxy, port);
    (await socket).pause();
    // Kernels hold some megabytes: the client sends what it is allowed to until nothing more is acknowledged.
    let sent = 0;
    let acknowledged = -1;
    while (acknowledged < acknowledgements(client)) {
      acknowledged = acknowledgements(client);
      while (sent - acknowledged * unit < window) {
        client.socket.send(Buffer.alloc(unit));
        sent += unit;
      }
      await settled(400);
    }
    expect(sent - acknowledged * unit).toBe(window);
    (await socket).resume().once('end', () => void socket.then((one) => one.end()));
    await client.until((one) => acknowledgements(one) * unit === sent);
    client.socket.close(1_000);
    expect(await log.find('connection.closed')).toMatchObject({ bytesToTarget: sent, code: 1_000, by: 'client' });
  });

  it('keeps a window of single bytes together, in order', async () => {
    const { proxy } = await proxying();
    const { port, socket } = await targetSocket();
    const client = await open(proxy, port);
    const target = await socket;
    target.pause();
    const all = 200_000;
    for (let count = 0; count < all; count += 1) client.socket.send(Buffer.of(count % 256));
    await client.until((one) => acknowledgements(one) === 1);
    let at = 0;
    let isInOrder = true;
    target.on('data', (chunk: Buffer) => {
      for (const byte of chunk) isInOrder &&= byte === at++ % 256;
      if (at === all) target.end();
    });
    target.resume();
    await client.closed;
    expect({ at, isInOrder }).toEqual({ at: all, isInOrder: true });
  });

  it('holds back credit to keep to a rate: it never drops', async () => {
    const { proxy } = await proxying({ maxBytesPerSecond: 4 * window });
    const client = await open(proxy, await targetOf(echo));
    const start = performance.now();
    const all = 5 * window;
    let sent = 0;
    let owed = 0;
    const pump = (): void => {
      while (sent < all && sent - acknowledgements(client) * unit < window) {
        client.socket.send(Buffer.alloc(unit));
        sent += unit;
      }
    };
    pump();
    await client.until(({ bytes }) => {
      for (; bytes - owed >= unit; owed += unit) client.socket.send(Buffer.alloc(0));
      pump();
      return bytes === all;
    });
    // Four windows at once, the fifth in a quarter of a second: less what the last window's credit lets through.
    expect(performance.now() - start).toBeGreaterThan(150);
    expect(client.bytes).toBe(all);
  });
});

describe('clients that break the protocol', () => {
  /** A reset that comes together with data looks like an end to Node: only small breaches tell. */
  const breaches: readonly [string, number, (client: Client) => void][] = [
    ['a text message', 1_003, ({ socket }) => socket.send('hello')],
    ['an acknowledgement of what was never sent', 4_400, ({ socket }) => socket.send(Buffer.alloc(0))],
    [
      'more than the window',
      4_400,
      ({ socket }) => {
        for (let sent = 0; sent < 64 * window; sent += most) socket.send(Buffer.alloc(most));
      },
    ],
  ];
  it.each(breaches)('are cut off for %s', async (_, code, breach) => {
    const { proxy, log } = await proxying();
    const { port, socket, over } = await targetSocket();
    const client = await open(proxy, port);
    const target = await socket;
    target.pause();
    breach(client);
    const closed = await client.closed;
    expect(closed.code).toBe(code);
    expect(closed.reason).toMatch(/^[A-Z].*\.$/);
    expect(await log.find('connection.closed')).toMatchObject({ code, by: 'proxy', level: 'warn' });
    target.resume();
    expect(await over).toEqual(target.bytesRead > 0 ? expect.any(String) : 'reset');
  });

  it('are cut off when they send before the target is connected', async () => {
    const resolve = () => new Promise<readonly string[]>(() => undefined);
    const { proxy, log } = await proxying({ target: { resolve } });
    const client = new Client(urlFor(proxy, 'tcp://mq.example:1'));
    await once(client.socket, 'open');
    client.socket.send(Buffer.of(1));
    expect((await client.closed).code).toBe(4_400);
    expect(await log.find('connection.refused')).toMatchObject({ code: 4_400, reason: 'protocol-broken' });
  });

  it('do not make the proxy answer pings they do not read', async () => {
    const { proxy } = await proxying();
    const client = await open(proxy, await targetOf(echo));
    client.socket.pause();
    for (let count = 0; count < 20_000; count += 1) client.socket.ping();
    await settled(200);
    let pongs = 0;
    client.socket.on('pong', () => {
      pongs += 1;
    });
    client.socket.resume();
    client.socket.send(Buffer.of(1));
    await client.until(({ bytes }) => bytes === 1);
    expect(pongs).toBeLessThanOrEqual(20_000);
  });
});
