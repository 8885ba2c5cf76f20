import type { Certificates } from '@rmq/transport/conformance';
import { bearer, type Proxy, startProxy } from '@rmq/transport-websocket-proxy/server';

interface Wanted {
  readonly token: string;
  readonly certificates: Certificates;
  /** Of the page. */
  readonly origin: string;
}

/**
 * The proxy as a user would set it up, for everything on this machine. It has a client certificate, should one be asked
 * for, and no limit that the cases would run into: those have tests of their own.
 */
export function startTheProxy({ token, certificates, origin }: Wanted): Promise<Proxy> {
  const { ca, client } = certificates;
  return startProxy({
    allow: ['127.0.0.1:*'],
    origins: [origin],
    authenticate: bearer(token),
    target: { tls: { ca, ...client } },
    maxConnectionsPerClient: 1_024,
    maxConnectionsPerMinute: 1_000_000,
  });
}
