import type { Transport } from '@rmq/transport';
import { websocketDialer } from '@rmq/transport-websocket-proxy';
import { fakeWebSockets, overAll } from './support/fake-websocket.ts';
import type { FakeWebSocket } from './support/fake-websocket.ts';
import { fault, readAll, stateOf, turns, worded } from './support/promises.ts';

const kib = 1_024;
/** The largest message. */
const most = 64 * kib;
const unit = 128 * kib;
const window = 2_048 * kib;

const { jest } = import.meta;

afterEach(overAll);

interface Connected {
  readonly transport: Transport;
  readonly socket: FakeWebSocket;
}

async function connected(): Promise<Connected> {
  const { WebSocket, made } = fakeWebSockets();
  const dialing = websocketDialer({ url: 'ws://proxy.example', WebSocket })({ host: 'broker', port: 1 });
  await turns();
  const [socket] = made;
  socket?.open();
  socket?.deliver(0);
  const transport = await dialing;
  if (socket === undefined) throw new TypeError('no WebSocket was made');
  return { transport, socket };
}

const sizes = ({ data }: FakeWebSocket): number[] => data.map(({ byteLength }) => byteLength);

/** Whether one is a view of the other. */
function shares(view: Uint8Array | undefined, chunk: Uint8Array): boolean {
  chunk.fill((chunk[0] ?? 0) + 1);
  return view !== undefined && view.every((byte) => byte === chunk[0]);
}

/** The next chunk, where there has to be one. */
async function next(reader: AsyncIterator<Uint8Array, unknown>): Promise<Uint8Array> {
  const result = await reader.next();
  if (result.done === true) throw new TypeError('ended');
  return result.value;
}

describe('writing', () => {
  test('one chunk is one message, uncopied', async () => {
    const { transport, socket } = await connected();
    const chunk = Uint8Array.of(1, 2, 3);
    await transport.write([chunk]);
    expect(shares(socket.data[0], chunk)).toBe(true);
  });

  test('small chunks of a batch share a message, empty ones are left out', async () => {
    const { transport, socket } = await connected();
    await transport.write([Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3), Uint8Array.of(4)]);
    await transport.write([]);
    await transport.write([new Uint8Array(0)]);
    expect(socket.data).toEqual([Uint8Array.of(1, 2, 3, 4)]);
    expect(socket.acknowledgements).toBe(0);
  });

  test('a big chunk becomes views of at most 64 KiB', async () => {
    const { transport, socket } = await connected();
    const chunk = new Uint8Array(150 * kib);
    await transport.write([chunk]);
    expect(sizes(socket)).toEqual([most, most, 22 * kib]);
    expect(socket.data.every((view) => shares(view, chunk))).toBe(true);
  });

  test('memory shared with another thread is copied, as WebSockets refuse it', async () => {
    const { transport, socket } = await connected();
    const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(7);
    await transport.write([shared]);
    shared.fill(1);
    expect(socket.data).toEqual([Uint8Array.of(7, 7, 7)]);
  });

  test('waits while the window is full, and goes on with each acknowledgement', async () => {
    const { transport, socket } = await connected();
    const held = transport.write([new Uint8Array(window + 2 * unit)]);
    expect(socket.dataBytes).toBe(window);
    expect(await stateOf(held)).toBe('pending');
    socket.acknowledge();
    expect(socket.dataBytes).toBe(window + unit);
    expect(await stateOf(held)).toBe('pending');
    socket.acknowledge();
    await held;
    expect(socket.dataBytes).toBe(window + 2 * unit);
  });

  test('a million tiny messages wait for acknowledgements, too', async () => {
    const { transport, socket } = await connected();
    for (let count = 0; count < 200_000; count += 1) void transport.write([Uint8Array.of(1)]);
    expect(socket.data.length).toBe(unit);
    const held = transport.write([Uint8Array.of(1)]);
    expect(await stateOf(held)).toBe('pending');
    socket.acknowledge();
    await held;
    expect(socket.dataBytes).toBe(200_001);
    expect(socket.data.length).toBeLessThan(unit + 4);
  });

  test('end() sends what waits, then closes with 1000', async () => {
    const { transport, socket } = await connected();
    void transport.write([new Uint8Array(window)]);
    void transport.write([new Uint8Array(10)]);
    const ending = transport.end();
    expect(transport.end()).toBe(ending);
    expect(await stateOf(ending)).toBe('pending');
    socket.acknowledge();
    await ending;
    expect(socket.dataBytes).toBe(window + 10);
    expect(socket.closedWith).toBe(1000);
    expect(await fault(transport.write([Uint8Array.of(1)]))).toMatch(/^write-after-end: /);
    socket.over(1000);
    expect(await transport.closed).toBeUndefined();
    expect(await readAll(transport.incoming)).toEqual([]);
  });

  test('a WebSocket that throws at send is a fault', async () => {
    const { transport, socket } = await connected();
    const cause = new TypeError('closing');
    socket.send = () => {
      throw cause;
    };
    expect(await fault(transport.write([Uint8Array.of(1)]))).toMatch(/^reset: .*takes no more/);
    socket.over(1006);
    expect(await transport.closed).toMatchObject({ code: 'reset', cause });
    await expect(readAll(transport.incoming)).rejects.toBe(await transport.closed);
  });
});

describe('reading', () => {
  test('acknowledges what the reader has taken, unit by unit, and nothing before', async () => {
    const { transport, socket } = await connected();
    for (let count = 0; count < 16; count += 1) socket.deliver(unit);
    await turns();
    expect(socket.acknowledgements).toBe(0);
    const reader = transport.incoming[Symbol.asyncIterator]();
    expect((await next(reader)).byteLength).toBe(unit);
    expect(socket.acknowledgements).toBe(1);
    for (let count = 1; count < 16; count += 1) await reader.next();
    expect(socket.acknowledgements).toBe(16);
    const waiting = reader.next();
    socket.deliver(unit - 1);
    await waiting;
    expect(socket.acknowledgements).toBe(16);
    socket.deliver(1);
    await reader.next();
    expect(socket.acknowledgements).toBe(17);
  });

  test('puts small messages together that nobody reads, in order', async () => {
    const { transport, socket } = await connected();
    for (let count = 0; count < 100_000; count += 1) socket.deliver(Uint8Array.of(count % 251));
    socket.deliver(unit);
    socket.deliver(Uint8Array.of(7));
    socket.over(1000);
    const chunks = await readAll(transport.incoming);
    expect(chunks.length).toBeLessThan(300);
    const bytes = Buffer.concat(chunks);
    expect(bytes.byteLength).toBe(100_000 + unit + 1);
    for (let at = 0; at < 100_000; at += 1) if (bytes[at] !== at % 251) throw new RangeError(`byte ${at}`);
    expect(bytes.at(-1)).toBe(7);
  });

  test('a chunk that has been yielded never changes', async () => {
    const { transport, socket } = await connected();
    const reader = transport.incoming[Symbol.asyncIterator]();
    for (let count = 0; count < 1_000; count += 1) socket.deliver(Uint8Array.of(1));
    const kept: { readonly chunk: Uint8Array; readonly copy: Uint8Array }[] = [];
    for (let read = 0; read < 1_000;) {
      const value = await next(reader);
      kept.push({ chunk: value, copy: value.slice() });
      read += value.byteLength;
      socket.deliver(Uint8Array.of(2));
    }
    for (const { chunk, copy } of kept) expect(chunk).toEqual(copy);
  });

  test('a reader that left is not acknowledged for, and holds nothing', async () => {
    const { transport, socket } = await connected();
    socket.deliver(unit);
    for await (const chunk of transport.incoming) if (chunk.byteLength > 0) break;
    const before = socket.acknowledgements;
    for (let count = 0; count < 15; count += 1) socket.deliver(unit);
    expect(socket.acknowledgements).toBe(before);
    await transport.write([Uint8Array.of(1)]);
    expect(socket.dataBytes).toBe(1);
    transport.abort(new Error('enough'));
    socket.over(4000);
    expect(worded(await transport.closed)).toBe('Error: enough');
  });

  test('can be read once only', async () => {
    const { transport, socket } = await connected();
    socket.over(1000);
    await readAll(transport.incoming);
    expect(await fault(readAll(transport.incoming))).toMatch(/^already-read: /);
  });
});

describe('a proxy that breaks the protocol', () => {
  test.each<[string, (socket: FakeWebSocket) => void]>([
    ['a text message came', (socket) => socket.deliver('text')],
    ['a text message came', (socket) => socket.onmessage?.({ data: new Blob(['x']) })],
    [
      'more came than the window allows',
      (socket) => {
        for (let count = 0; count < 16; count += 1) socket.deliver(unit);
        socket.deliver(1);
      },
    ],
    ['more was acknowledged than had been sent', (socket) => socket.deliver(0)],
  ])('%s', async (what, misbehave) => {
    const { transport, socket } = await connected();
    await transport.write([new Uint8Array(unit - 1)]);
    misbehave(socket);
    expect(socket.closedWith).toBe(4400);
    expect(await fault(transport.write([Uint8Array.of(1)]))).toContain(what);
    expect(await fault(transport.end())).toMatch(/^reset: .*breaks the protocol/);
    socket.over(1006);
    const reason = await transport.closed;
    expect(worded(reason)).toContain(what);
    await expect(readAll(transport.incoming)).rejects.toBe(reason);
  });
});

describe('the end', () => {
  test('1000 ends reading after what has arrived; writing is over, too', async () => {
    const { transport, socket } = await connected();
    socket.deliver(Uint8Array.of(1));
    socket.over(1000);
    expect(await transport.closed).toBeUndefined();
    expect(await readAll(transport.incoming)).toEqual([Uint8Array.of(1)]);
    expect(await fault(transport.write([Uint8Array.of(1)]))).toMatch(/^reset: .*both directions/);
    await transport.end();
    transport.abort(new Error('too late'));
    await transport[Symbol.asyncDispose]();
    expect(await transport.closed).toBeUndefined();
  });

  test.each(['write', 'end'] as const)('1000 while a %s waits is a fault, as its bytes are lost', async (what) => {
    const { transport, socket } = await connected();
    const held = transport.write([new Uint8Array(window + 5)]);
    const waiting = what === 'end' ? transport.end() : held;
    socket.over(1000);
    expect(await fault(waiting)).toMatch(/^reset: .*with 5 bytes not sent/);
    await expect(held).rejects.toBe(await transport.closed);
    await expect(readAll(transport.incoming)).rejects.toBe(await transport.closed);
  });

  test.each([
    [1001, 'reset', 'is being stopped'],
    [1006, 'reset', 'was cut'],
    [1011, 'reset', 'internal error'],
    [4409, 'reset', 'idle'],
    [4495, 'tls-failed', 'TLS'],
    [4499, 'reset', 'lost the target'],
    [4502, 'reset', 'refused'],
    [1005, 'reset', 'for a reason of its own'],
  ])('code %d is the fault %s, after what has arrived', async (code, kind, text) => {
    const { transport, socket } = await connected();
    socket.deliver(Uint8Array.of(1));
    socket.over(code);
    const reason = await transport.closed;
    expect(worded(reason)).toContain(text);
    expect(reason).toMatchObject({ code: kind });
    const reader = transport.incoming[Symbol.asyncIterator]();
    expect(await next(reader)).toEqual(Uint8Array.of(1));
    await expect(reader.next()).rejects.toBe(reason);
    await expect(transport.write([Uint8Array.of(1)])).rejects.toBe(reason);
  });

  test('a fault after end() is one: the proxy has not got everything', async () => {
    const { transport, socket } = await connected();
    await transport.end();
    socket.over(1006);
    expect(await transport.closed).toMatchObject({ code: 'reset' });
  });

  test('abort drops what waits in both directions, and tells the proxy', async () => {
    const { transport, socket } = await connected();
    const held = transport.write([new Uint8Array(window + 5)]);
    socket.deliver(Uint8Array.of(1));
    const reason = new Error('abort under test');
    transport.abort(reason);
    transport.abort(new Error('second'));
    await expect(held).rejects.toBe(reason);
    await expect(readAll(transport.incoming)).rejects.toBe(reason);
    await expect(transport.write([])).rejects.toBe(reason);
    await expect(transport.end()).rejects.toBe(reason);
    expect(socket.closedWith).toBe(4000);
    expect(await stateOf(transport.closed)).toBe('pending');
    socket.deliver(5);
    socket.over(4000);
    expect(await transport.closed).toBe(reason);
  });
});

describe('a network that is gone', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('an abort does not wait for the closing handshake for long', async () => {
    const { transport, socket } = await connected();
    const terminate = jest.fn();
    Object.assign(socket, { terminate });
    const reason = new Error('abort under test');
    transport.abort(reason);
    jest.advanceTimersByTime(2_000);
    expect(await transport.closed).toBe(reason);
    expect(terminate).toHaveBeenCalledTimes(1);
  });

  test('neither does disposing', async () => {
    const { transport } = await connected();
    const disposing = transport[Symbol.asyncDispose]();
    jest.advanceTimersByTime(2_000);
    await disposing;
    expect(await transport.closed).toMatchObject({ code: 'aborted' });
  });

  test('an error event without a close event after it is a fault all the same', async () => {
    const { transport, socket } = await connected();
    socket.onerror?.({ message: 'broken pipe' });
    jest.advanceTimersByTime(2_000);
    expect(worded(await transport.closed)).toMatch(/^reset: .*was cut.*\(broken pipe\)$/);
  });

  test('no timer outlives the connection', async () => {
    const { transport, socket } = await connected();
    transport.abort(new Error('enough'));
    socket.over(4000);
    await transport.closed;
    expect(jest.getTimerCount()).toBe(0);
  });
});
