import { UsageError } from '@rmq/protocol';
import { javaHash, type MessageQueue } from '@rmq/protocol/rocketmq';
import type { OutgoingMessage } from './outgoing-message.ts';

/** Chooses the queue of a message. `queues` is never empty; the choice must be one of them. */
export type QueueSelector = (queues: readonly MessageQueue[], message: OutgoingMessage) => MessageQueue;

/** Takes the queues in turn. */
export function roundRobin(): QueueSelector {
  let turn = 0;
  return (queues) => at(queues, (turn = (turn + 1) % 0x4000_0000));
}

/** Takes any queue. */
export function random(chance: () => number = Math.random): QueueSelector {
  return (queues) => at(queues, Math.floor(chance() * queues.length));
}

/**
 * Takes the same queue for the same key as long as the number of queues stays: order within a key. Java clients with the
 * same keys choose the same queues (`SelectMessageQueueByHash.java`).
 * @param key - the key of a message. @defaultValue its `shardingKey`
 */
export function hashByKey(
  key: (message: OutgoingMessage) => string | undefined = (message) => message.shardingKey,
): QueueSelector {
  return (queues, message) => {
    const text = key(message);
    if (text === undefined)
      throw new UsageError('field-missing', 'hashByKey needs a key: give the message a shardingKey');
    return at(queues, Math.abs(javaHash(text) % queues.length));
  };
}

function at(queues: readonly MessageQueue[], index: number): MessageQueue {
  const queue = queues[index % queues.length];
  if (queue === undefined) throw new UsageError('queue-unknown', 'there is no queue to choose from');
  return queue;
}
