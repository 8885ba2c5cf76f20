import { UsageError } from '@rmq/protocol';
import { javaHash, type MessageQueue } from '@rmq/protocol/rocketmq/messages';
import type { OutgoingMessage } from './outgoing-message.ts';

/** Chooses the queue of a message. `queues` is never empty; the choice must be one of them. */
export type QueueSelector = (queues: readonly MessageQueue[], message: OutgoingMessage) => MessageQueue;

/**
 * Takes the queues of each topic in turn, so that all get the same number of messages.
 * @param chance - 0 to 1, for where to start: all starting at the first, many short-lived producers would overload it.
 * @defaultValue Math.random
 */
export function roundRobin(chance: () => number = Math.random): QueueSelector {
  const turns = new Map<string, number>();
  return (queues, { topic }) => {
    const turn = turns.get(topic) ?? Math.floor(chance() * queues.length);
    const index = turn % queues.length;
    turns.set(topic, index + 1);
    return at(queues, index);
  };
}

/** Takes any queue. */
export function random(chance: () => number = Math.random): QueueSelector {
  return (queues) => at(queues, Math.floor(chance() * queues.length));
}

/**
 * Takes the same queue for the same key as long as the number of queues stays: order within a key. Java clients with the
 * same keys choose the same queues (`SelectMessageQueueByHash.java`).
 *
 * A message without a key is refused, as in Java: any queue would do for it, but that its order is lost should not go
 * unnoticed. The send then rejects with UsageError `sharding-key-missing`, and nothing is sent.
 * @param key - the key of a message. @defaultValue its `shardingKey`
 */
export function hashByKey(
  key: (message: OutgoingMessage) => string | undefined = (message) => message.shardingKey,
): QueueSelector {
  return (queues, message) => {
    const text = key(message);
    if (text === undefined) throw new UsageError('sharding-key-missing', missing);
    return at(queues, Math.abs(javaHash(text) % queues.length));
  };
}

const missing =
  'hashByKey needs a key in every message: give it a shardingKey, or choose its queue by another selector';

function at(queues: readonly MessageQueue[], index: number): MessageQueue {
  const queue = queues[index % queues.length];
  if (queue === undefined) throw new UsageError('queue-unknown', 'there is no queue to choose from');
  return queue;
}
