import { bunDialer, bunListener, dial, listen } from '@rmq/transport-bun';

// Jest runs on Node, which is no Bun. What needs Bun is tested by the matrix.
const at = { host: '127.0.0.1', port: 0 };

it('can be imported elsewhere; dialing and listening say where they work', async () => {
  await expect(dial({ ...at, port: 1 })).rejects.toMatchObject({
    code: 'connect-failed',
    message: expect.stringContaining('on Bun only'),
  });
  await expect(listen(at)).rejects.toMatchObject({
    code: 'listen-failed',
    message: expect.stringContaining('on Bun only'),
  });
});

it('judges endpoints and options as every adapter does', async () => {
  for (const port of [65_536, -1, 1.5, 0])
    await expect(dial({ ...at, port })).rejects.toMatchObject({ code: 'endpoint-invalid' });
  await expect(listen({ ...at, port: 65_536 })).rejects.toMatchObject({ code: 'endpoint-invalid' });
  expect(() => bunDialer({ connectTimeoutMs: 0 })).toThrow(RangeError);
  expect(() => bunDialer({ keepAliveMs: Number.NaN })).toThrow(RangeError);
  expect(() => bunListener({ maxPending: 0 })).toThrow(RangeError);
  expect(() => bunListener({ handshakeTimeoutMs: 0.5 })).toThrow(RangeError);
});

it('gives up before it dials if the signal has aborted', async () => {
  const reason = new Error('enough');
  await expect(dial({ ...at, port: 1 }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
