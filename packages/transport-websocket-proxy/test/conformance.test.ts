import { certificateSet } from '@rmq/testkit/certificates';
import { heldByNode } from '@rmq/testkit/held';
import { silentEndpoint } from '@rmq/testkit/silent-endpoint';
import type { SilentEndpoint } from '@rmq/testkit/silent-endpoint';
import type { Dial, Endpoint } from '@rmq/transport';
import type { TlsDialOptions } from '@rmq/transport/adapter';
import { cases, loopback, skipped } from '@rmq/transport/conformance';
import type { Harness } from '@rmq/transport/conformance';
import { listen, nodeListener } from '@rmq/transport-node';
import { websocketDialer } from '@rmq/transport-websocket-proxy';
import { startProxy } from '@rmq/transport-websocket-proxy/server';
import type { Proxy } from '@rmq/transport-websocket-proxy/server';
import { WebSocket } from 'ws';

/** For thousands of handshakes beside other tests on a loaded machine. Milliseconds. */
const limitMs = 120_000;
const at: Endpoint = { host: '127.0.0.1', port: 0 };
const running = new Map<string, Promise<Proxy>>();
let silent: SilentEndpoint;

/** The proxy with these certificates; one for each set, since it is the proxy that speaks TLS. */
function proxyWith(tls: TlsDialOptions): Promise<Proxy> {
  const key = JSON.stringify(tls);
  const limits = { maxConnections: 10_000, maxConnectionsPerClient: 10_000, maxConnectionsPerMinute: 1_000_000 };
  const proxy = running.get(key) ?? startProxy({ allow: ['127.0.0.1:*', 'localhost:*'], target: { tls }, ...limits });
  running.set(key, proxy);
  return proxy;
}

function through(tls: TlsDialOptions, connectTimeoutMs?: number): Dial {
  return async (to, options) => {
    const { url } = await proxyWith(tls);
    return websocketDialer({ url, WebSocket, connectTimeoutMs })(to, options);
  };
}

beforeAll(async () => {
  silent = await silentEndpoint();
});
afterAll(async () => {
  await silent[Symbol.asyncDispose]();
  for (const proxy of running.values()) await (await proxy)[Symbol.asyncDispose]();
});

const dial = through({});
const harness: Harness = {
  ...loopback(dial, listen),
  halfClose: false,
  network: {
    dial,
    listen,
    at,
    impatient: {
      dial: through({}, 300),
      get silent() {
        return { host: silent.host, port: silent.port };
      },
    },
    held: heldByNode,
  },
  tls: {
    dialer: (offer) => async (to, options) => through(offer)({ ...to, tls: true }, options),
    listener: (identity) => nodeListener({ tls: identity }),
    at,
    certificates: certificateSet(),
  },
};

describe('through the proxy', () => {
  const reasons = new Set(cases.map((one) => skipped(one, harness)));
  for (const one of cases) if (skipped(one, harness) === undefined) it(one.name, () => one.run(harness), limitMs);

  it('leaves out only what is about carriers that can half-close', () => {
    reasons.delete(undefined);
    expect([...reasons]).toEqual(['end() closes both directions']);
  });
});
