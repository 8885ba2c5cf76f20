import type { TuningOptions } from './options.ts';

/**
 * Options for common places, to copy and change: `connect({ ...presets.production, requestTimeoutMs: 5_000, … })`.
 * `production` is what the defaults are.
 */
export const presets: Readonly<
  Record<'development' | 'production' | 'highPerformance' | 'testing', Readonly<TuningOptions>>
> = {
  /** On one's own machine: servers come and go, so retry often and do not wait long for anything. */
  development: Object.freeze({
    requestTimeoutMs: 3_000,
    connectTimeoutMs: 1_000,
    maxBackoffMs: 500,
    drainTimeoutMs: 3_000,
  }),
  /** A cluster that other people depend on. */
  production: Object.freeze({
    requestTimeoutMs: 3_000,
    connectTimeoutMs: 2_000,
    maxBackoffMs: 1_000,
    drainTimeoutMs: 10_000,
  }),
  /** Many requests at a time: more connections per server, smaller headers. */
  highPerformance: Object.freeze({
    requestTimeoutMs: 3_000,
    connectTimeoutMs: 2_000,
    connectionsPerServer: 2,
    serializeType: 'rocketmq',
    drainTimeoutMs: 10_000,
  }),
  /** Unit tests against an embedded broker: fail fast, close fast. */
  testing: Object.freeze({
    requestTimeoutMs: 1_000,
    connectTimeoutMs: 500,
    maxBackoffMs: 100,
    heartbeatMs: 1_000,
    routeRefreshMs: 1_000,
    drainTimeoutMs: 1_000,
  }),
};
