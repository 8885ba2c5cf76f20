import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { isRmqError } from '@rmq/protocol';
import type { Instance } from '../instance.ts';
import type { Address } from '../remoting.ts';
import { ask } from '../remoting.ts';
import { FirstAlone } from './first-alone.ts';

/**
 * Where a group's progress is kept. Members that share queues keep it on the brokers; members that each read everything
 * would keep it locally, behind the same two methods.
 */
export interface OffsetStore {
  /**
   * The next offset to read, undefined when the group never committed one. Rejects when that cannot be told: nobody may
   * take "unknown" for "none", or a whole queue comes again.
   */
  readonly read: (queue: MessageQueue) => Promise<number | undefined>;
  /** Stores the next offset to read, 0 or more. Rejects when it is not certain that it was stored. */
  readonly write: (queue: MessageQueue, offset: number) => Promise<void>;
}

/** Whose offsets, and how long to wait for an answer. */
export interface OffsetStoreOptions {
  readonly group: string;
  readonly timeoutMs: number;
}

/** Whether an error is the answer "no such thing": of QUERY_CONSUMER_OFFSET, that nothing was committed. */
function isNone(error: unknown): boolean {
  return isRmqError(error) && 'responseCode' in error && error.responseCode === responseCodes.queryNotFound;
}

/** The master, or while there is none, any broker of that name. */
async function writableAddress({ routes }: Instance, queue: MessageQueue, timeoutMs: number): Promise<Address> {
  try {
    return await routes.masterAddress(queue.brokerName, queue.topic, { timeoutMs });
  } catch (error) {
    const other = routes.brokers().find(({ brokerName }) => brokerName === queue.brokerName);
    if (other === undefined) throw error;
    return other.address;
  }
}

/**
 * Progress on the broker that has the queue. Wire: QUERY_CONSUMER_OFFSET (14) and UPDATE_CONSUMER_OFFSET (15), both with
 * an answer.
 */
export function brokerOffsets(instance: Instance, { group, timeoutMs }: OffsetStoreOptions): OffsetStore {
  const base = ({ topic, queueId, brokerName: bname }: MessageQueue) => ({
    consumerGroup: group,
    topic,
    queueId,
    bname,
  });
  // A broker keeps one map for each group and topic. Two offsets at a time that are its first make two, and one map is lost
  // (apache/rocketmq issue 10700).
  const writes = new FirstAlone();
  const keyOf = ({ brokerName, topic }: MessageQueue): string => `${topic}@${brokerName}`;
  return {
    async read(queue) {
      const address = await instance.routes.masterAddress(queue.brokerName, queue.topic, { timeoutMs });
      try {
        // Without this field brokers answer 0 for young queues, whatever start the group wants.
        const fields = { ...base(queue), setZeroIfNotFound: false };
        const { offset } = await ask(
          instance.remoting,
          address,
          { name: 'queryConsumerOffset', fields },
          { timeoutMs },
        );
        if (offset < 0n) return undefined;
        writes.skip(keyOf(queue));
        return Number(offset);
      } catch (error) {
        if (isNone(error)) return undefined;
        throw error;
      }
    },
    async write(queue, offset) {
      const address = await writableAddress(instance, queue, timeoutMs);
      // A broker that is told a negative offset starts the queue from its beginning.
      const fields = { ...base(queue), commitOffset: BigInt(Math.max(0, offset)) };
      await writes.run(keyOf(queue), async () => {
        await ask(instance.remoting, address, { name: 'updateConsumerOffset', fields }, { timeoutMs });
      });
    },
  };
}
