import { UsageError } from '@rmq/protocol';
import type { Dial, Endpoint } from '@rmq/transport';
import { parseAddress } from '../core/address.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { MAX_TIMER_MS, type Resolved, within } from '../core/options.ts';

/** Where a server is unless it says otherwise (`DefaultAddr` in `mqmq.go`). */
export const DEFAULT_ADDRESS = '127.0.0.1:47774';

/** How to reach a server, and how the client behaves. */
export interface ClientOptions {
  /** Opens connections: `dial` of `@rmq/transport-node`, for example. */
  readonly dial: Dial;
  /** `host:port`, IPv6 in brackets; no host is this machine, no text the default. @defaultValue '127.0.0.1:47774' */
  readonly address?: string | undefined;
  /**
   * Give up on one request after this long, connecting included; a get has it on top of its own wait. Milliseconds, 1 to
   * 2^31-1. @defaultValue 3000
   */
  readonly requestTimeoutMs?: number | undefined;
  /** Give up on one attempt to connect after this long. Milliseconds, 1 to 2^31-1. @defaultValue 2000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Requests without an answer yet, per connection; more is an OverloadError, puts wait. 1 to 2^20. @defaultValue 65535 */
  readonly maxOutstanding?: number | undefined;
  /** At most so many bytes of puts under way; others wait. Bytes, 1 to 2^53-1. @defaultValue 104857600 */
  readonly maxOutstandingBytes?: number | undefined;
  /**
   * Gets that wait have a connection each: at most so many, up to `maxOutstanding` others wait for one. 1 to 1000.
   * @defaultValue 64
   */
  readonly maxWaitingGets?: number | undefined;
  /** Close a connection on which nothing moved for this long. Milliseconds, 1 to 2^31-1. @defaultValue 120000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Longest pause between attempts to reconnect. Milliseconds, 1 to 2^31-1. @defaultValue 1000 */
  readonly maxBackoffMs?: number | undefined;
  /** Wait this long for requests under way when closing. Milliseconds, 0 to 2^31-1. @defaultValue 10000 */
  readonly drainTimeoutMs?: number | undefined;
  /** Source of time, for tests. @defaultValue the platform's */
  readonly clock?: Clock | undefined;
  /** Source of chance, 0 to 1, for tests. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/** {@link ClientOptions} with every default filled in. */
export interface ResolvedClientOptions extends Resolved<ClientOptions> {
  readonly endpoint: Endpoint;
}

const timer = { min: 1, max: MAX_TIMER_MS };

/**
 * Checks options and fills in the defaults.
 * @throws UsageError `value-out-of-range` or `address-invalid`
 */
export function resolveClientOptions(given: ClientOptions): ResolvedClientOptions {
  const address = given.address === undefined || given.address === '' ? DEFAULT_ADDRESS : given.address;
  return Object.freeze({
    dial: given.dial,
    address,
    endpoint: endpointOf(address),
    requestTimeoutMs: within('requestTimeoutMs', given.requestTimeoutMs ?? 3_000, timer),
    connectTimeoutMs: within('connectTimeoutMs', given.connectTimeoutMs ?? 2_000, timer),
    maxOutstanding: within('maxOutstanding', given.maxOutstanding ?? 65_535, { min: 1, max: 2 ** 20 }),
    maxOutstandingBytes: within('maxOutstandingBytes', given.maxOutstandingBytes ?? 104_857_600, {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
    }),
    maxWaitingGets: within('maxWaitingGets', given.maxWaitingGets ?? 64, { min: 1, max: 1_000 }),
    idleTimeoutMs: within('idleTimeoutMs', given.idleTimeoutMs ?? 120_000, timer),
    maxBackoffMs: within('maxBackoffMs', given.maxBackoffMs ?? 1_000, timer),
    drainTimeoutMs: within('drainTimeoutMs', given.drainTimeoutMs ?? 10_000, { min: 0, max: MAX_TIMER_MS }),
    clock: given.clock ?? systemClock,
    random: given.random ?? Math.random,
  });
}

/** Without a host it is this machine, as in Go. @throws UsageError `address-invalid` */
function endpointOf(address: string): Endpoint {
  const endpoint = parseAddress(address);
  if (endpoint === undefined) {
    throw new UsageError('address-invalid', `"${address}" is no address: expected host:port, e.g. ${DEFAULT_ADDRESS}`);
  }
  return endpoint.host === '' ? { ...endpoint, host: '127.0.0.1' } : endpoint;
}
