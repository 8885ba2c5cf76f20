import { checkGroup, type CompressionType } from '@rmq/protocol/rocketmq/messages';
import { MAX_TIMER_MS, type Resolved, within } from '../../core/options.ts';
import { type QueueSelector, roundRobin } from './selectors.ts';

/** How a producer behaves. */
export interface ProducerOptions {
  /** The group's name. 1 to 120 characters. */
  readonly group: string;
  /** Chooses the queue unless a send says which. @defaultValue roundRobin(), from a random queue on */
  readonly selector?: QueueSelector | undefined;
  /**
   * All attempts of one send together take no longer. If it is more than the client's `connectTimeoutMs`, a broker whose
   * machine vanished leaves time for another one. Milliseconds, 1 to 2^31-1. @defaultValue 3000
   */
  readonly sendTimeoutMs?: number | undefined;
  /**
   * Attempts beyond the first, after a connection broke or a broker said that another attempt can succeed. Another broker
   * is tried at once; when all have failed, there are pauses over the time that is left: 100 to 200 ms first, at most 1 s
   * later. An attempt that finds no connection sends nothing and does not count, so a send survives the restart of its
   * only broker if that takes less than `sendTimeoutMs`. With 0 a send fails at its first failure. A message may be
   * stored twice if a connection broke: both have the same `messageId`. 0 to 100. @defaultValue 2
   */
  readonly retries?: number | undefined;
  /** Pass over brokers for a while that were slow or failed. @defaultValue false */
  readonly latencyFaultTolerance?: boolean | undefined;
  /** Compress bodies from this size on. Bytes, 1 to 2^31-1. @defaultValue 4096 */
  readonly compressOverBytes?: number | undefined;
  /**
   * What to compress with; LZ4 and zstd need a codec in the client's `compressions`, and consumers that know them.
   * @defaultValue 'zlib'
   */
  readonly compressType?: CompressionType | undefined;
  /** As zlib counts, 1 fast to 9 small. @defaultValue 5 */
  readonly compressLevel?: number | undefined;
  /** Refuse larger bodies. Bytes, 1 to 2^31-1. @defaultValue 4194304 */
  readonly maxMessageBytes?: number | undefined;
  /** At most so many messages under way; others wait. 1 to 65535. @defaultValue 1024 */
  readonly maxOutstandingMessages?: number | undefined;
  /** At most so many bytes of bodies under way, as they were given; others wait. Bytes, 1 to 2^53-1. @defaultValue 104857600 */
  readonly maxOutstandingBytes?: number | undefined;
}

/** @throws UsageError `name-invalid` or `value-out-of-range` */
export function resolveProducerOptions(given: ProducerOptions, random: () => number): Resolved<ProducerOptions> {
  checkGroup(given.group);
  const bytes = { min: 1, max: MAX_TIMER_MS };
  const most = { min: 1, max: Number.MAX_SAFE_INTEGER };
  return Object.freeze({
    group: given.group,
    selector: given.selector ?? roundRobin(random),
    sendTimeoutMs: within('sendTimeoutMs', given.sendTimeoutMs ?? 3_000, bytes),
    retries: within('retries', given.retries ?? 2, { min: 0, max: 100 }),
    latencyFaultTolerance: given.latencyFaultTolerance ?? false,
    compressOverBytes: within('compressOverBytes', given.compressOverBytes ?? 4_096, bytes),
    compressType: given.compressType ?? 'zlib',
    compressLevel: within('compressLevel', given.compressLevel ?? 5, { min: 1, max: 9 }),
    maxMessageBytes: within('maxMessageBytes', given.maxMessageBytes ?? 4_194_304, bytes),
    maxOutstandingMessages: within('maxOutstandingMessages', given.maxOutstandingMessages ?? 1_024, {
      min: 1,
      max: 65_535,
    }),
    maxOutstandingBytes: within('maxOutstandingBytes', given.maxOutstandingBytes ?? 104_857_600, most),
  });
}
