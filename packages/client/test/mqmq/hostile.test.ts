import { MAX_FRAME_BYTES } from '@rmq/protocol/mqmq';
import { drain, hostileChunkers } from '@rmq/testkit';
import { memoryNetwork } from '@rmq/transport';
import fc from 'fast-check';
import { connect } from '../../src/mqmq/index.ts';
import { bytesOf, failure, rig, utf8 } from './peer.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const never = (): undefined => undefined;
const ok = bytesOf(['OK']);

/** The codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return ['code' in error ? String(error.code) : error.name, ...codesOf(error.cause)];
}

/** What a server may send instead of an answer to a Put, and the error it becomes. */
const answers: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
  ['an empty frame', hex('00000000'), 'frame-malformed'],
  [
    'a value whose length wraps, which ends the original’s client',
    hex('00000008 fffffffc 00000000'),
    'frame-malformed',
  ],
  ['a value longer than its frame', hex('0000000c 00000003 4f4b4b fffffff8 71'), 'frame-malformed'],
  ['stray bytes behind the last value', hex('00000007 00000002 4f4b 00'), 'frame-malformed'],
  [
    'a frame over the limit, of which nothing is buffered',
    hex((MAX_FRAME_BYTES + 1).toString(16).padStart(8, '0')),
    'frame-too-large',
  ],
  ['an HTTP answer', utf8('HTTP/1.1 400 Bad Request\r\n\r\n'), 'frame-too-large'],
  ['an unknown status', bytesOf(['Ok']), 'frame-malformed'],
  ['an empty status', bytesOf(['']), 'frame-malformed'],
  ['an error without a name', bytesOf(['Error']), 'frame-malformed'],
  ['an error whose name is no text', bytesOf(['Error', hex('ff')]), 'utf8-invalid'],
  ['a timeout where nothing can time out', bytesOf(['Timeout']), 'frame-unexpected'],
];

describe('a hostile server', () => {
  it.each(answers)('that sends %s breaks its connection, not the client', async (_, bytes, code) => {
    const { client, clock, peer, steps } = await rig();
    peer.answer = never;
    const both = [failure(client.put('q', 'm')), failure(client.put('q', 'm'))];
    await drain();
    await peer.write(bytes);
    for (const cause of await Promise.all(both)) {
      expect(cause).toMatchObject({ code: 'connection-closed', mayBeDone: true });
      expect(codesOf(cause)).toContain(code);
    }
    expect(steps().at(-1)).toBe('open>backoff');
    expect(peer.ends[0]).toMatchObject({ code: 'reset' });
    peer.answer = () => ({ type: 'OK' });
    const next = client.put('q', 'm');
    await clock.advance(100);
    await next;
  });

  it('that sends OK without a message to a get, or without JSON to an info, is not believed', async () => {
    const { client, clock, peer } = await rig();
    peer.answer = () => ({ type: 'OK' });
    for (const ask of [client.get('q'), client.get('q', { timeoutMs: 9 }), client.info()]) {
      const failed = failure(ask);
      await clock.advance(1_000);
      expect(codesOf(await failed)).toContain('frame-unexpected');
    }
  });

  it.each(['', '[]', 'null', '{"NumConnections":-1}', '{"NumConnections":1e99}', '{"Queues":[]}', '{'])(
    'that describes itself with %j fails that info and nothing else',
    async (json) => {
      const { client, peer } = await rig();
      peer.answer = () => ({ type: 'OK', value: utf8(json) });
      expect(await failure(client.info())).toMatchObject({ code: 'body-malformed' });
      await client.put('q', 'm');
      expect(peer.connections).toHaveLength(1);
    },
  );

  it('that answers what nobody asked is left', async () => {
    const { client, clock, peer, steps } = await rig();
    await client.put('q', 'm');
    await peer.write(ok);
    expect(steps().at(-1)).toBe('open>backoff');
    await clock.advance(100);
    await client.put('q', 'm');
    expect(peer.connections).toHaveLength(2);
  });

  it('that answers one request twice gives the second answer to nobody', async () => {
    const { client, peer, events } = await rig();
    peer.answer = never;
    const put = client.put('q', 'm');
    await drain();
    await peer.write(new Uint8Array([...ok, ...ok]));
    await put;
    expect(events.at(-1)).toMatchObject({ to: 'backoff', cause: { cause: { code: 'frame-unexpected' } } });
  });

  it('that ends in the middle of an answer leaves nobody waiting', async () => {
    const { client, peer } = await rig();
    peer.answer = never;
    const put = failure(client.put('q', 'm'));
    await drain();
    await peer.write(ok.subarray(0, 5));
    await peer.connections[0]?.end();
    expect(codesOf(await put)).toEqual(['connection-closed', 'connection-closed', 'truncated']);
  });

  it('that takes connections and hangs up costs each request its time and no more', async () => {
    const { dial, listen } = memoryNetwork();
    const { incoming } = await listen({ host: '127.0.0.1', port: 47_774 });
    void (async () => {
      for await (const transport of incoming) transport.abort(new Error('go away'));
    })();
    const client = await connect({ dial, requestTimeoutMs: 50, connectTimeoutMs: 50 });
    const causes = await Promise.all([failure(client.put('q', 'm')), failure(client.get('q', { timeoutMs: 9 }))]);
    for (const cause of causes) expect(cause).toMatchObject({ name: 'ConnectionError' });
    await client.close();
  });

  it.each(hostileChunkers)('may cut its answers as it likes: $name', async ({ chunk }) => {
    const { client, peer } = await rig();
    peer.answer = never;
    const get = client.get('q');
    await drain();
    const answer = bytesOf(['OK', utf8('a message')]);
    for (const part of chunk(answer)) if (part.byteLength > 0) await peer.write(part, 1);
    expect((await get).text()).toBe('a message');
  });

  it('may send any bytes at all: requests settle, and nothing is left over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 24 }), { maxLength: 4 }), async (chunks) => {
        const { client, clock, peer } = await rig();
        peer.answer = never;
        const asked = Promise.allSettled([client.put('q', 'm'), client.get('q'), client.info()]);
        await drain();
        for (const bytes of chunks) for (const on of [0, 1]) await peer.write(bytes, on).catch(() => undefined);
        await clock.advance(10_000);
        await asked;
        await client.close({ timeoutMs: 0 });
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
