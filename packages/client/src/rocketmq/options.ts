import { UsageError } from '@rmq/protocol';
import type { SerializeType } from '@rmq/protocol/rocketmq';
import type { Compression } from '@rmq/protocol/rocketmq/messages';
import type { Dial, Endpoint } from '@rmq/transport';
import { parseAddress } from '../core/address.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { MAX_TIMER_MS, type Resolved, within } from '../core/options.ts';
import { checkCredentials, type Credentials } from './credentials.ts';
import type { RpcHook } from './hooks.ts';
import type { Address } from './remoting.ts';

/** The options that presets choose: all have a default. */
export interface TuningOptions {
  /** Give up on one request after this long, connecting included. Milliseconds, 1 to 2^31-1. @defaultValue 3000 */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Give up on one attempt to connect after this long. Less than the time of a request or send leaves some for another
   * server when a machine has vanished. Milliseconds, 1 to 2^31-1. @defaultValue 2000
   */
  readonly connectTimeoutMs?: number | undefined;
  /** Requests without an answer yet, per connection; more is an OverloadError. 1 to 2^20. @defaultValue 65535 */
  readonly maxOutstanding?: number | undefined;
  /** Connections per server that requests are spread over. 1 to 64. @defaultValue 1 */
  readonly connectionsPerServer?: number | undefined;
  /** Close a connection on which nothing moved for this long. Milliseconds, 1 to 2^31-1. @defaultValue 120000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Longest pause between attempts to reconnect. Milliseconds, 1 to 2^31-1. @defaultValue 1000 */
  readonly maxBackoffMs?: number | undefined;
  /** Heartbeats to all brokers, this often. Milliseconds, 1000 to 60000. @defaultValue 30000 */
  readonly heartbeatMs?: number | undefined;
  /** Fresh routes, this often. Milliseconds, 1000 to 2^31-1. @defaultValue 30000 */
  readonly routeRefreshMs?: number | undefined;
  /** Wait this long for work under way when closing. Milliseconds, 0 to 2^31-1. @defaultValue 10000 */
  readonly drainTimeoutMs?: number | undefined;
  /** Largest frame a server may send. Bytes, 64 KiB to 2^31-1. @defaultValue 33554432 */
  readonly maxFrameBytes?: number | undefined;
  /** Headers as JSON or binary. Binary cannot carry codes above 32767. @defaultValue 'json' */
  readonly serializeType?: SerializeType | undefined;
}

/** How to reach a cluster, and who this client is. */
export interface ClientOptions extends TuningOptions {
  /** `host:port` of each name server; one is used, the others take over when it fails. */
  readonly nameServers: readonly Address[];
  /** Opens connections: `dial` of `@rmq/transport-node`, for example. */
  readonly dial: Dial;
  /** First part of the client id. The address other clients would see. @defaultValue '127.0.0.1' */
  readonly clientIp?: string | undefined;
  /** Second part of the client id; must differ between the clients of a group. @defaultValue random */
  readonly instanceName?: string | undefined;
  /** Own codecs by compression type, e.g. LZ4. zlib comes from the platform's streams unless given here. */
  readonly compressions?: readonly Compression[] | undefined;
  /** Signs every request, as clusters with access control want it. @defaultValue none */
  readonly credentials?: Credentials | undefined;
  /** Called around every request, in this order; see {@link RpcHook}. @defaultValue none */
  readonly hooks?: readonly RpcHook[] | undefined;
  /** Source of time, for tests. @defaultValue the platform's */
  readonly clock?: Clock | undefined;
  /** Source of chance, 0 to 1, for tests. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/** {@link ClientOptions} with every default filled in. */
export type ResolvedClientOptions = Resolved<Omit<ClientOptions, 'credentials'>> & Pick<ClientOptions, 'credentials'>;

const timer = { min: 1, max: MAX_TIMER_MS };

/**
 * Checks options and fills in the defaults.
 * @throws UsageError `value-out-of-range` or `name-server-invalid`
 */
export function resolveClientOptions(given: ClientOptions): ResolvedClientOptions {
  const random = given.random ?? Math.random;
  return Object.freeze({
    nameServers: checkNameServers(given.nameServers),
    dial: given.dial,
    clientIp: given.clientIp ?? '127.0.0.1',
    instanceName: given.instanceName ?? randomName(random),
    compressions: given.compressions ?? [],
    credentials: given.credentials === undefined ? undefined : checkCredentials(given.credentials),
    hooks: given.hooks ?? [],
    clock: given.clock ?? systemClock,
    random,
    ...resolveTuning(given),
  });
}

function resolveTuning(given: TuningOptions): Resolved<TuningOptions> {
  return {
    requestTimeoutMs: within('requestTimeoutMs', given.requestTimeoutMs ?? 3_000, timer),
    connectTimeoutMs: within('connectTimeoutMs', given.connectTimeoutMs ?? 2_000, timer),
    maxOutstanding: within('maxOutstanding', given.maxOutstanding ?? 65_535, { min: 1, max: 2 ** 20 }),
    connectionsPerServer: within('connectionsPerServer', given.connectionsPerServer ?? 1, { min: 1, max: 64 }),
    idleTimeoutMs: within('idleTimeoutMs', given.idleTimeoutMs ?? 120_000, timer),
    maxBackoffMs: within('maxBackoffMs', given.maxBackoffMs ?? 1_000, timer),
    heartbeatMs: within('heartbeatMs', given.heartbeatMs ?? 30_000, { min: 1_000, max: 60_000 }),
    routeRefreshMs: within('routeRefreshMs', given.routeRefreshMs ?? 30_000, { min: 1_000, max: MAX_TIMER_MS }),
    drainTimeoutMs: within('drainTimeoutMs', given.drainTimeoutMs ?? 10_000, { min: 0, max: MAX_TIMER_MS }),
    maxFrameBytes: within('maxFrameBytes', given.maxFrameBytes ?? 33_554_432, { min: 65_536, max: MAX_TIMER_MS }),
    serializeType: given.serializeType ?? 'json',
  };
}

function checkNameServers(addresses: readonly Address[]): readonly Address[] {
  if (addresses.length === 0) {
    throw new UsageError('name-server-invalid', 'option nameServers is empty: name at least one, e.g. 127.0.0.1:9876');
  }
  for (const address of addresses) endpointOf(address);
  return addresses;
}

/** Takes `host:port` (IPv6 in brackets) apart. @throws UsageError `name-server-invalid` */
export function endpointOf(address: Address): Endpoint {
  const endpoint = parseAddress(address);
  if (endpoint !== undefined && endpoint.host !== '') return endpoint;
  throw new UsageError('name-server-invalid', `"${address}" is no address: expected host:port, e.g. 127.0.0.1:9876`);
}

/** Enough chance that no two clients of a group share an id, as those would share queues unnoticed. */
function randomName(random: () => number): string {
  const word = (): string => Math.floor(random() * 2 ** 32).toString(36);
  return `${word()}${word()}`;
}
