import { cases, loopback, skipped } from '@rmq/transport/conformance';
import { listen } from '@rmq/transport-node';
import { websocketDialer } from '@rmq/transport-websocket-proxy';
import { WebSocket } from 'ws';
import { plainProxy } from './support/plain-proxy.ts';
import type { PlainProxy } from './support/plain-proxy.ts';

let proxy: PlainProxy;
beforeAll(async () => {
  proxy = await plainProxy();
});
afterAll(() => proxy[Symbol.asyncDispose]());

describe('through the plainest proxy there could be', () => {
  const { network, ...rest } = loopback(
    (to, options) => websocketDialer({ url: proxy.url, WebSocket })(to, options),
    listen,
  );
  const harness = { ...rest, network, halfClose: false };
  for (const one of cases) if (skipped(one, harness) === undefined) test(one.name, () => one.run(harness));
});
