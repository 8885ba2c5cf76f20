import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { isRetryTopic } from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';
import { ask } from '../remoting.ts';
import type { OffsetStore } from './offset-store.ts';
import type { ResolvedConsumerOptions } from './options.ts';

/** Where to begin in a queue. */
export interface Start {
  readonly offset: number;
  /** False when the group has committed nothing yet: then this offset is to be committed, so that it stays chosen. */
  readonly stored: boolean;
}

/** What the choice depends on. */
export interface StartContext {
  readonly instance: Instance;
  readonly store: OffsetStore;
  readonly options: Pick<ResolvedConsumerOptions, 'startFrom' | 'controlTimeoutMs'>;
}

/**
 * Finds where the group goes on in a queue: at its committed offset, or, if it has none, where `startFrom` says.
 *
 * Retry queues begin at 0 whatever `startFrom` says: what lies in them belongs to the group, also if it never committed.
 * (Java starts them at the end for a timestamp, and loses retries after a crash of a young group.)
 *
 * @throws ReplyError, TimeoutError or ConnectionError when a broker does not answer: the caller tries again later and
 * never falls back to a default.
 */
export async function startOffset({ instance, store, options }: StartContext, queue: MessageQueue): Promise<Start> {
  const stored = await store.read(queue);
  if (stored !== undefined) return { offset: stored, stored: true };
  const { startFrom, controlTimeoutMs: timeoutMs } = options;
  // 0 is right for 'first' even if the oldest messages are gone: the broker then corrects it (PULL_OFFSET_MOVED).
  if (isRetryTopic(queue.topic) || startFrom === 'first') return { offset: 0, stored: false };

  const { topic, queueId, brokerName: bname } = queue;
  const address = await instance.routes.masterAddress(bname, topic, { timeoutMs });
  const { offset } =
    startFrom === 'last'
      ? await ask(
          instance.remoting,
          address,
          { name: 'getMaxOffset', fields: { topic, queueId, committed: true, bname } },
          { timeoutMs },
        )
      : await ask(
          instance.remoting,
          address,
          {
            name: 'searchOffsetByTimestamp',
            fields: { topic, queueId, timestamp: BigInt(startFrom.timestamp), bname },
          },
          { timeoutMs },
        );
  return { offset: Math.max(0, Number(offset)), stored: false };
}
