import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';

/**
 * What lies between being given a queue and reading it, and between losing it and forgetting it.
 *
 * Members that read concurrently need nothing: two may overlap for a moment. Members that keep the order of a queue will
 * lock it at the broker here, and give it back only when its running handler has ended.
 */
export interface Ownership {
  /** Before the start offset is read. False: not ours yet, try again in the next round. */
  readonly claim: (queue: MessageQueue) => Promise<boolean>;
  /** After the last commit. Must not reject. */
  readonly release: (queue: MessageQueue) => Promise<void>;
}

/** Nothing to lock: at-least-once, with repeats when queues change hands. */
export const sharedOwnership: Ownership = {
  claim: () => Promise.resolve(true),
  release: () => Promise.resolve(),
};
