import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { CacheBudget } from './cache-budget.ts';
import type { Deliveries } from './deliveries.ts';
import { ProcessQueue } from './process-queue.ts';
import type { Handler } from './run.ts';

const NO_LIMITS = { messages: 1, bytes: Number.MAX_SAFE_INTEGER, span: 1 } as const;

/**
 * Runs a handler for a message outside of all queues: whatever it does, nothing is committed or sent back.
 *
 * @throws whatever the handler throws, or opening the body does.
 */

export async function consumeOnce(deliveries: Deliveries, handler: Handler, message: StoredMessage): Promise<void> {
  const { topic, queueId } = message;
  // A queue of its own that is given up before the handler sees the message: settling it has no effect.
  const cache = new ProcessQueue(
    { topic, brokerName: '', queueId },
    { start: Number(message.queueOffset), limits: NO_LIMITS, budget: new CacheBudget(0) },
  );
  cache.put([message]);
  const slot = cache.take();
  cache.drop();
  if (slot !== undefined) await handler(await deliveries.open(slot));
}
