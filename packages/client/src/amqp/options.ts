import { UsageError } from '@rmq/protocol';
import type { FieldTable } from '@rmq/protocol/amqp';
import { type AmqpUri, parseAmqpUri } from '@rmq/protocol/amqp/uri';
import type { Dial, Endpoint } from '@rmq/transport';
import { type Clock, systemClock } from '../core/clock.ts';
import { MAX_TIMER_MS, within } from '../core/options.ts';
import type { Sasl } from './sasl.ts';

/** How to reach a server, and who this client is. What an option says counts more than what the URL does. */
export interface ClientOptions {
  /**
   * `amqp://user:password@host:port/vhost?heartbeat=10`, or `amqps:`. Certificates are the dialer's: a URL that names
   * files is refused. @defaultValue 'amqp://localhost'
   */
  readonly url?: string | undefined;
  /** Opens the connection: `dial` of `@rmq/transport-node`, for example. */
  readonly dial: Dial;
  /** How to log in. @defaultValue PLAIN, with user and password of the URL: guest and guest */
  readonly sasl?: Sasl | undefined;
  /** @defaultValue that of the URL: `/` */
  readonly vhost?: string | undefined;
  /** What the connection is called in the server's logs and management pages. */
  readonly connectionName?: string | undefined;
  /** More to tell the server about this client. */
  readonly clientProperties?: FieldTable | undefined;
  /**
   * A sign of life at least this often, both ways; a server that is silent for twice as long is given up. Seconds, 0 (none)
   * to 65535; the server may want it more often. @defaultValue 60
   */
  readonly heartbeatSeconds?: number | undefined;
  /** Largest frame to agree on; 0 leaves it to the server. Bytes, 4096 to 2^31-1. @defaultValue 131072 */
  readonly frameMaxBytes?: number | undefined;
  /** Most channels to agree on; 0 leaves it to the server. To 65535. @defaultValue 2047 */
  readonly channelMax?: number | undefined;
  /** Give up on connecting after this long, handshake included. Milliseconds, 1 to 2^31-1. @defaultValue 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Give up on one call after this long. Milliseconds, 1 to 2^31-1. @defaultValue 10000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Wait this long for work under way when closing. Milliseconds, 0 to 2^31-1. @defaultValue 10000 */
  readonly drainTimeoutMs?: number | undefined;
  /**
   * Largest frame the server may send. Not what is agreed on: methods and headers come in one frame, however large. Bytes,
   * 8192 to 2^31-1. @defaultValue 67108864
   */
  readonly maxFrameBytes?: number | undefined;
  /** Largest message the server may send. Bytes, 0 to 2^31-1. @defaultValue 134217728 */
  readonly maxBodyBytes?: number | undefined;
  /** Source of time, for tests. @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly dial: Dial;
  readonly clock: Clock;
  readonly endpoint: Endpoint;
  /** `host:port`, for messages and events. */
  readonly address: string;
  /** In order of preference. */
  readonly sasl: readonly Sasl[];
  readonly vhost: string;
  readonly locale: string;
  readonly connectionName: string | undefined;
  readonly clientProperties: FieldTable;
  readonly heartbeatSeconds: number;
  readonly frameMaxBytes: number;
  readonly channelMax: number;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly maxFrameBytes: number;
  readonly maxBodyBytes: number;
}

/** How long one call may take, and who may stop it. */
export interface CallOptions {
  /** Milliseconds, 1 to 2^31-1. @defaultValue the client's `requestTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Rejects with its `reason` when it aborts. What was sent may be carried out all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** What RabbitMQ up to 4.0 takes; later ones want 8192. */
const LEAST_FRAME_BYTES = 4_096;
const timer = { min: 1, max: MAX_TIMER_MS };

/** Checks options and fills in the defaults. @throws UsageError `value-out-of-range` or `uri-invalid` */
export function resolveClientOptions(given: ClientOptions): ResolvedOptions {
  const uri = parseAmqpUri(given.url ?? 'amqp://localhost');
  checkUri(uri);
  const { host, port, tls } = uri;
  return Object.freeze({
    dial: given.dial,
    clock: given.clock ?? systemClock,
    endpoint: { host, port, tls },
    address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    sasl: given.sasl === undefined ? saslOf(uri) : [given.sasl],
    vhost: given.vhost ?? uri.vhost,
    locale: uri.locale ?? 'en_US',
    connectionName: given.connectionName ?? uri.name,
    clientProperties: given.clientProperties ?? {},
    ...resolveTuning(given, uri),
    ...resolveLimits(given, uri),
  });
}

function resolveTuning(given: ClientOptions, uri: AmqpUri) {
  const frameMaxBytes = given.frameMaxBytes ?? uri.frameMax ?? 131_072;
  if (frameMaxBytes !== 0) within('frameMaxBytes', frameMaxBytes, { min: LEAST_FRAME_BYTES, max: MAX_TIMER_MS });
  const heartbeatSeconds = given.heartbeatSeconds ?? uri.heartbeat ?? 60;
  return {
    frameMaxBytes,
    channelMax: within('channelMax', given.channelMax ?? uri.channelMax ?? 2_047, { min: 0, max: 65_535 }),
    heartbeatSeconds: within('heartbeatSeconds', heartbeatSeconds, { min: 0, max: 65_535 }),
  };
}

function resolveLimits(given: ClientOptions, uri: AmqpUri) {
  const connectTimeoutMs = given.connectTimeoutMs ?? uri.connectionTimeout ?? 10_000;
  const bytes = { min: 0, max: MAX_TIMER_MS };
  return {
    connectTimeoutMs: within('connectTimeoutMs', connectTimeoutMs, timer),
    requestTimeoutMs: within('requestTimeoutMs', given.requestTimeoutMs ?? 10_000, timer),
    drainTimeoutMs: within('drainTimeoutMs', given.drainTimeoutMs ?? 10_000, { ...timer, min: 0 }),
    maxFrameBytes: within('maxFrameBytes', given.maxFrameBytes ?? 67_108_864, { ...bytes, min: 8_192 }),
    maxBodyBytes: within('maxBodyBytes', given.maxBodyBytes ?? 134_217_728, bytes),
  };
}

/** Checks one call's time. @throws UsageError `value-out-of-range` */
export function timeoutOf(given: number | undefined, otherwise: number): number {
  return given === undefined ? otherwise : within('timeoutMs', given, timer);
}

/** What the dialer would have to know is not ignored. */
function checkUri(uri: AmqpUri): void {
  const { caFile, certFile, keyFile, verify, serverName, others = [] } = uri;
  if ([caFile, certFile, keyFile, verify, serverName].some((each) => each !== undefined)) {
    throw new UsageError('uri-invalid', 'the AMQP URI says how to do TLS: tell the dialer instead');
  }
  const [unknown] = others;
  if (unknown !== undefined) throw new UsageError('uri-invalid', `the AMQP URI has a parameter ${unknown[0]}: unknown`);
}

function saslOf({ user, password, mechanisms = ['PLAIN'] }: AmqpUri): readonly Sasl[] {
  return mechanisms.map((name) => {
    const mechanism = name.toUpperCase();
    if (mechanism === 'EXTERNAL') return { mechanism };
    if (mechanism === 'PLAIN' || mechanism === 'AMQPLAIN') return { mechanism, user, password };
    throw new UsageError(
      'uri-invalid',
      `the AMQP URI wants to log in by ${name}: PLAIN, AMQPLAIN and EXTERNAL are known`,
    );
  });
}
