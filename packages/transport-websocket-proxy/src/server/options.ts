import { within } from '@rmq/transport/adapter';
import type { TlsDialOptions, TlsListenOptions } from '@rmq/transport/adapter';
import { messageBytes } from '../protocol.ts';
import { Allowlist } from './allowlist.ts';
import type { Authenticate } from './authenticate.ts';
import { trustedRanges } from './client-address.ts';
import type { Range } from './addresses.ts';
import { guarded } from './events.ts';
import type { ProxyEvent } from './events.ts';
import { Origins } from './origins.ts';
import { systemResolve } from './resolve.ts';
import type { Resolve } from './resolve.ts';

/** How a proxy is to run. */
export interface ProxyOptions {
  /** Where to listen. Port 0 is any free one. @defaultValue 127.0.0.1, port 0 */
  readonly at?: { readonly host?: string | undefined; readonly port?: number | undefined } | undefined;
  /** The path of the proxy's URL; `/healthz` and `/metrics` are taken. @defaultValue / */
  readonly path?: string | undefined;
  /** Serves `wss:` instead of `ws:`. `cert` and `key` are needed. */
  readonly tls?: TlsListenOptions | undefined;
  /**
   * The targets clients may connect to; nothing by default. `HOST:PORT`, where HOST is
   * - an address or a CIDR range, `10.0.0.0/8:10909-10911` or `[fd00::/8]:*`: whatever name leads there;
   * - a name, `mq.example.com:9876`, `*.example.com:9876` or `*:9876`: while it leads to public addresses, as inner ones
   *   (private, loopback, link-local …) have to be listed as addresses. `localhost` may lead to loopback addresses.
   *
   * What a name resolves to is checked, and the address that was checked is dialed.
   */
  readonly allow: readonly string[];
  /** The origins of pages that may connect, e.g. `https://app.example.com`, `http://localhost:*`, `*`. None by default. */
  readonly origins?: readonly string[] | undefined;
  /** Who may connect: `bearer(token)`, `basic(user, password)`, or a function. @defaultValue everyone */
  readonly authenticate?: Authenticate | undefined;
  /** Addresses or ranges of reverse proxies whose `X-Forwarded-For` tells who the client is. None by default. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Connections open at once. @defaultValue 1024 */
  readonly maxConnections?: number | undefined;
  /** Connections open at once per client: an IPv4 address, or a /64 of IPv6. @defaultValue 64 */
  readonly maxConnectionsPerClient?: number | undefined;
  /** Connections a client may open in a minute, all at once or one by one, refused ones included. @defaultValue 600 */
  readonly maxConnectionsPerMinute?: number | undefined;
  /** TCP connections that are no WebSockets (yet); a quarter of them from one address. @defaultValue 256 */
  readonly maxHandshakes?: number | undefined;
  /** From the TCP connection to the open WebSocket, TLS and authentication each. Milliseconds. @defaultValue 10000 */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Closes a connection over which nothing went for so long. Milliseconds; 0: never. @defaultValue 300000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Asks clients so often whether they are there, and drops those who did not answer. Milliseconds; 0: never. @defaultValue 30000 */
  readonly pingIntervalMs?: number | undefined;
  /** For a client to close its side, and for a target to take what is left. Milliseconds. @defaultValue 10000 */
  readonly closeTimeoutMs?: number | undefined;
  /** How long {@link Proxy.drain} waits for connections to finish. Milliseconds; 0: until its signal. @defaultValue 30000 */
  readonly drainTimeoutMs?: number | undefined;
  /** The largest WebSocket message a client may send. Bytes, at least 65536. @defaultValue 1048576 */
  readonly maxMessageBytes?: number | undefined;
  /** Bytes per second and direction of one connection, held back, never dropped; 0: no limit. @defaultValue 0 */
  readonly maxBytesPerSecond?: number | undefined;
  /** How targets are dialed. */
  readonly target?: TargetOptions | undefined;
  /** Who may read `/metrics`: everyone, who may connect, or nobody. @defaultValue open */
  readonly metrics?: 'open' | 'authenticated' | 'off' | undefined;
  /** Told of what happens, at once; must be quick. What it throws is ignored. */
  readonly onEvent?: ((event: ProxyEvent) => void) | undefined;
}

/** How targets are dialed. */
export interface TargetOptions {
  /** Certificates for targets that clients ask for with `tls://`; their own are verified against the name asked for. */
  readonly tls?: TlsDialOptions | undefined;
  /** Name resolution, TCP and TLS together, of all addresses of a name. Milliseconds. @defaultValue 5000 */
  readonly connectTimeoutMs?: number | undefined;
  /** The addresses of a name. @defaultValue as the operating system does it */
  readonly resolve?: Resolve | undefined;
}

type Numbers =
  | 'maxConnections'
  | 'maxConnectionsPerClient'
  | 'maxConnectionsPerMinute'
  | 'maxHandshakes'
  | 'handshakeTimeoutMs'
  | 'idleTimeoutMs'
  | 'pingIntervalMs'
  | 'closeTimeoutMs'
  | 'drainTimeoutMs'
  | 'maxMessageBytes'
  | 'maxBytesPerSecond';

/** Options, read and checked. */
export interface Settings extends Readonly<Record<Numbers, number>> {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly tls: TlsListenOptions | undefined;
  readonly allow: Allowlist;
  readonly origins: Origins;
  readonly authenticate: Authenticate | undefined;
  readonly trusted: readonly Range[];
  readonly target: { readonly tls: TlsDialOptions; readonly connectTimeoutMs: number; readonly resolve: Resolve };
  readonly metrics: 'open' | 'authenticated' | 'off';
  readonly emit: (event: ProxyEvent) => void;
}

/** @throws RangeError or TypeError for an option that cannot be used */
export function settingsOf(options: ProxyOptions): Settings {
  const { at, target, tls, authenticate } = options;
  return Object.freeze({
    ...numbersOf(options),
    host: at?.host ?? '127.0.0.1',
    port: at?.port ?? 0,
    path: checkedPath(options.path ?? '/'),
    tls,
    allow: new Allowlist(options.allow),
    origins: new Origins(options.origins ?? []),
    authenticate,
    trusted: trustedRanges(options.trustedProxies ?? []),
    target: {
      tls: target?.tls ?? {},
      connectTimeoutMs: within('target.connectTimeoutMs', target?.connectTimeoutMs ?? 5_000, 1),
      resolve: target?.resolve ?? systemResolve,
    },
    metrics: options.metrics ?? 'open',
    emit: guarded(options.onEvent),
  });
}

function numbersOf(options: ProxyOptions): Readonly<Record<Numbers, number>> {
  const number = (name: Numbers, byDefault: number, min: number): number =>
    within(name, options[name] ?? byDefault, min);
  return {
    maxConnections: number('maxConnections', 1_024, 1),
    maxConnectionsPerClient: number('maxConnectionsPerClient', 64, 1),
    maxConnectionsPerMinute: number('maxConnectionsPerMinute', 600, 1),
    maxHandshakes: number('maxHandshakes', 256, 4),
    handshakeTimeoutMs: number('handshakeTimeoutMs', 10_000, 1),
    idleTimeoutMs: number('idleTimeoutMs', 300_000, 0),
    pingIntervalMs: number('pingIntervalMs', 30_000, 0),
    closeTimeoutMs: number('closeTimeoutMs', 10_000, 1),
    drainTimeoutMs: number('drainTimeoutMs', 30_000, 0),
    maxMessageBytes: number('maxMessageBytes', 1_048_576, messageBytes),
    maxBytesPerSecond: number('maxBytesPerSecond', 0, 0),
  };
}

function checkedPath(path: string): string {
  if (/^\/[\w./~-]*$/.test(path) && path !== '/healthz' && path !== '/metrics') return path;
  throw new TypeError(`path: "${path}" cannot be used: give one like /mq, other than /healthz and /metrics`);
}
