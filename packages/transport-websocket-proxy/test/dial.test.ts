import type { Transport } from '@rmq/transport';
import { websocketDialer } from '@rmq/transport-websocket-proxy';
import type { WebsocketDialOptions } from '@rmq/transport-websocket-proxy';
import { WebSocket as NodeWebSocket } from 'ws';
import { fakeWebSockets, FakeWebSocket, overAll } from './support/fake-websocket.ts';
import { fault, turns } from './support/promises.ts';

const url = 'wss://proxy.example/rmq?tenant=a';
const target = { host: 'broker.example', port: 10_911 };

const { jest } = import.meta;

afterEach(overAll);

interface Dialing {
  readonly result: Promise<Transport>;
  readonly socket: FakeWebSocket;
}

/** Dials over a fake, to where the WebSocket has been made. */
async function dialing(options: Partial<WebsocketDialOptions> = {}, to: object = {}): Promise<Dialing> {
  const { WebSocket, made } = fakeWebSockets();
  const result = websocketDialer({ url, WebSocket, ...options })({ ...target, ...to });
  result.catch(() => undefined);
  await turns();
  const [socket] = made;
  if (socket === undefined) throw new TypeError('no WebSocket was made');
  return { result, socket };
}

describe('what the proxy is asked', () => {
  test.each([
    [{}, 'tcp://broker.example:10911'],
    [{ tls: true }, 'tls://broker.example:10911'],
    [{ host: '2001:db8::7' }, 'tcp://[2001:db8::7]:10911'],
  ])('%j is %s', async (to, asked) => {
    const { socket } = await dialing({}, to);
    const address = new URL(socket.url);
    expect(address.searchParams.get('to')).toBe(asked);
    expect(address.searchParams.get('tenant')).toBe('a');
    expect(socket.subprotocols).toEqual(['rmq.tcp.v1']);
    expect(socket.binaryType).toBe('arraybuffer');
  });

  test('the dialer says whether TLS is used where the endpoint does not', async () => {
    const { socket } = await dialing({ tls: true });
    expect(new URL(socket.url).searchParams.get('to')).toBe('tls://broker.example:10911');
    const plain = await dialing({ tls: true }, { tls: false });
    expect(new URL(plain.socket.url).searchParams.get('to')).toBe('tcp://broker.example:10911');
  });

  test.each<[string, Partial<WebsocketDialOptions>, string]>([
    ['a token', { token: 'sesam' }, 'rmq.bearer.c2VzYW0'],
    ['a token made for the dial', { token: async () => 'sesam' }, 'rmq.bearer.c2VzYW0'],
    ['letters beyond Latin-1', { token: 'ключ>?' }, 'rmq.bearer.0LrQu9GO0Yc-Pw'],
    ['a user', { basic: { username: 'ada', password: 'a:b' } }, 'rmq.basic.YWRhOmE6Yg'],
  ])('%s is offered as a subprotocol', async (_what, options, offered) => {
    const { socket } = await dialing(options);
    expect(socket.subprotocols).toEqual(['rmq.tcp.v1', offered]);
  });

  test('it is a connection once the empty message has come, and not before', async () => {
    const { result, socket } = await dialing();
    socket.open();
    expect(await Promise.race([result, turns().then(() => 'pending')])).toBe('pending');
    socket.deliver(0);
    const transport = await result;
    expect(transport.label).toBe('tcp://broker.example:10911 via proxy.example');
    expect(transport.halfClose).toBe(false);
  });
});

describe('what cannot be dialed', () => {
  test.each([
    [{ connectTimeoutMs: 0 }, RangeError],
    [{ token: '' }, RangeError],
    [{ token: 'x'.repeat(9_000) }, RangeError],
    [{ basic: { username: 'a:b', password: '' } }, RangeError],
    [{ basic: { username: '', password: '' } }, RangeError],
    [{ token: 'x', basic: { username: 'a', password: 'b' } }, TypeError],
  ])('options %j are refused at once', (options, kind) => {
    expect(() => websocketDialer({ url, ...options })).toThrow(kind);
  });

  test('a refused token does not show in the message', () => {
    expect(() => websocketDialer({ url, basic: { username: 'a:secret', password: '' } })).toThrow(/^(?!.*secret)/);
  });

  test.each([
    ['/relative', 'a whole one'],
    ['http://proxy.example', 'has to begin with ws: or wss:'],
    ['ws://ada:secret@proxy.example', 'give them as basic'],
    ['ws://proxy.example/#here', 'has a fragment'],
  ])('the url %s is endpoint-invalid', async (bad, text) => {
    const { WebSocket, made } = fakeWebSockets();
    const message = await fault(websocketDialer({ url: bad, WebSocket })(target));
    expect(message).toMatch(/^endpoint-invalid: /);
    expect(message).toContain(text);
    expect(message).not.toContain('secret');
    expect(made).toHaveLength(0);
  });

  test.each([{ host: '' }, { host: 'bücher.example' }, { host: 'fe80::1%eth0' }, { host: 'a/b' }, { port: 0 }])(
    'the endpoint %j is endpoint-invalid',
    async (to) => {
      const { WebSocket } = fakeWebSockets();
      expect(await fault(websocketDialer({ url, WebSocket })({ ...target, ...to }))).toMatch(/^endpoint-invalid: /);
    },
  );

  test('a WebSocket that throws, as on an https page for ws:, is endpoint-invalid', async () => {
    const cause = new DOMException('insecure', 'SecurityError');
    class Refusing extends FakeWebSocket {
      constructor(address: string, subprotocols: readonly string[]) {
        super(address, subprotocols);
        throw cause;
      }
    }
    const dial = websocketDialer({ url: 'ws://proxy.example', WebSocket: Refusing });
    expect(await fault(dial(target))).toMatch(/^endpoint-invalid: .*wss:/);
    await expect(dial(target)).rejects.toMatchObject({ cause });
  });

  test('without a WebSocket the error says where to get one', async () => {
    const found: unknown = Reflect.get(globalThis, 'WebSocket');
    Reflect.deleteProperty(globalThis, 'WebSocket');
    try {
      expect(await fault(websocketDialer({ url })(target))).toMatch(/^connect-failed: .*install ws/);
    } finally {
      if (found !== undefined) Reflect.set(globalThis, 'WebSocket', found);
    }
  });

  test('the class of ws is one that fits', () => {
    expect(websocketDialer({ url, WebSocket: NodeWebSocket })).toBeInstanceOf(Function);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no login'))],
    ['gives nothing', () => ''],
  ])('a token function that %s is connect-failed, with the cause', async (_what, token) => {
    const { WebSocket, made } = fakeWebSockets();
    const result = websocketDialer({ url, WebSocket, token })(target);
    expect(await fault(result)).toMatch(/^connect-failed: .*no token/);
    await expect(result).rejects.toHaveProperty('cause', expect.any(Error));
    expect(made).toHaveLength(0);
  });
});

describe('a proxy that does not connect', () => {
  test('one that never accepts says what a browser does not', async () => {
    const { result, socket } = await dialing();
    socket.onerror?.({});
    socket.over(1006);
    expect(await fault(result)).toBe(
      'connect-failed: tcp://broker.example:10911 via proxy.example: the proxy did not accept the connection: check its ' +
        'URL, the token, and that it allows this page’s origin; its log says which, a browser does not',
    );
  });

  test('what another runtime says of it is passed on', async () => {
    const { result, socket } = await dialing();
    const error = new Error('Unexpected server response: 401');
    socket.onerror?.({ error });
    socket.over(1006);
    expect(await fault(result)).toMatch(/\(Unexpected server response: 401\)$/);
    await expect(result).rejects.toMatchObject({ cause: error });
  });

  test.each([
    [1001, 'connect-failed', 'is being stopped'],
    [1008, 'connect-failed', 'refused to go on'],
    [4403, 'connect-failed', 'does not allow this target'],
    [4404, 'name-not-resolved', 'cannot resolve the target'],
    [4408, 'connect-timeout', 'got no answer from the target'],
    [4495, 'tls-failed', 'could not agree on TLS'],
    [4499, 'connect-failed', 'lost the target'],
    [4500, 'connect-failed', 'could not dial the target'],
    [4502, 'connect-refused', 'was refused by the target'],
    [4503, 'unreachable', 'cannot reach the target'],
    [1000, 'connect-failed', 'ended the connection'],
    [1006, 'connect-failed', 'was cut'],
    [4999, 'connect-failed', 'for a reason of its own'],
  ])('code %d is %s', async (code, kind, text) => {
    const { result, socket } = await dialing();
    socket.open();
    socket.over(code, 'Because\nof that.');
    const message = await fault(result);
    expect(message.startsWith(`${kind}: tcp://broker.example:10911 via proxy.example: `)).toBe(true);
    expect(message).toContain(text);
    expect(message).toContain(`(${code.toString()}: Because of that.)`);
  });

  test('one that selects no subprotocol is none of ours', async () => {
    const { result, socket } = await dialing();
    socket.open('');
    expect(await fault(result)).toMatch(/^connect-failed: .*no RMQ proxy/);
    expect(socket.closedWith).toBe(4000);
  });

  test.each([
    ['data', 3, 'before "connected"'],
    ['text', 'hello', 'a text message'],
  ])('one that sends %s first breaks the protocol', async (_what, first, text) => {
    const { result, socket } = await dialing();
    socket.open();
    socket.deliver(first);
    const message = await fault(result);
    expect(message).toMatch(/^connect-failed: /);
    expect(message).toContain(text);
    expect(socket.closedWith).toBe(4400);
  });
});

describe('giving up', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('a signal rejects with its reason and closes the WebSocket, at any stage', async () => {
    for (const open of [false, true]) {
      const { WebSocket, made } = fakeWebSockets();
      const giveUp = new AbortController();
      const result = websocketDialer({ url, WebSocket })(target, { signal: giveUp.signal });
      await turns();
      if (open) made[0]?.open();
      giveUp.abort(new Error('enough'));
      await expect(result).rejects.toBe(giveUp.signal.reason);
      expect(made[0]?.closedWith).toBe(4000);
      made[0]?.onerror?.({}); // as ws does when it is closed before it is open
    }
  });

  test('a signal that has aborted already opens nothing', async () => {
    const { WebSocket, made } = fakeWebSockets();
    const signal = AbortSignal.abort(new Error('before'));
    await expect(websocketDialer({ url, WebSocket })(target, { signal })).rejects.toBe(signal.reason);
    expect(made).toHaveLength(0);
  });

  test('a signal aborted afterwards changes nothing', async () => {
    const { WebSocket, made } = fakeWebSockets();
    const giveUp = new AbortController();
    const result = websocketDialer({ url, WebSocket })(target, { signal: giveUp.signal });
    await turns();
    made[0]?.open();
    made[0]?.deliver(0);
    const transport = await result;
    giveUp.abort();
    await transport.write([Uint8Array.of(1)]);
    expect(made[0]?.closedWith).toBeUndefined();
  });

  test.each([
    ['the token', 'the token function did not answer'],
    ['the proxy', 'the proxy did not answer, or the browser holds'],
    ['the target', 'the proxy did not reach the target'],
  ])('waiting too long for %s is connect-timeout', async (what, text) => {
    jest.useFakeTimers();
    const { WebSocket, made } = fakeWebSockets();
    const forever = new Promise<string>(() => undefined);
    const token = what === 'the token' ? () => forever : 'sesam';
    const result = websocketDialer({ url, WebSocket, token, connectTimeoutMs: 300 })(target);
    const message = fault(result);
    await turns();
    if (what === 'the target') made[0]?.open();
    jest.advanceTimersByTime(300);
    expect(await message).toMatch(/^connect-timeout: /);
    expect(await message).toContain(text);
    expect(await message).toContain('within 300 ms');
    expect(made[0]?.closedWith).toBe(what === 'the token' ? undefined : 4000);
  });

  test('a token that comes too late opens nothing', async () => {
    const { WebSocket, made } = fakeWebSockets();
    const giveUp = new AbortController();
    let answer: (token: string) => void = () => undefined;
    const token = (): Promise<string> => new Promise((resolve) => (answer = resolve));
    const result = websocketDialer({ url, WebSocket, token })(target, { signal: giveUp.signal });
    result.catch(() => undefined);
    giveUp.abort();
    answer('sesam');
    await turns();
    await expect(result).rejects.toBe(giveUp.signal.reason);
    expect(made).toHaveLength(0);
  });
});
