import type { AmqpClient, ConnectOptions, Consumer, ReceivedMessage } from '@rmq/client/amqp';

/** What a scenario needs of its surroundings: any server that its users may do everything on. */
export interface Surroundings {
  /** Connects, over whatever the surroundings are about. */
  readonly connect: (options?: Omit<Partial<ConnectOptions>, 'dial' | 'url'>) => Promise<AmqpClient>;
  /** A name that no other scenario uses. */
  readonly unique: (name: string) => string;
}

/** One thing users do, run alike over every connection. Rejects when it does not work. */
export interface Scenario {
  readonly name: string;
  readonly run: (around: Surroundings) => Promise<void>;
}

/** A scenario with a client, and a queue of its own that is gone afterwards. */
export function scenario(
  name: string,
  body: (client: AmqpClient, queue: string, around: Surroundings) => Promise<void>,
): Scenario {
  return {
    name,
    async run(around) {
      const client = await around.connect();
      try {
        const { queue } = await client.queues.declare(around.unique('queue'), { durable: false, autoDelete: false });
        await body(client, queue, around);
        await client.queues.delete(queue);
      } finally {
        await client.close();
      }
    },
  };
}

/** Publishes texts to a queue, each confirmed. */
export async function publish(client: AmqpClient, queue: string, bodies: readonly string[]): Promise<void> {
  await using publisher = await client.publisher({ routingKey: queue, persistent: false });
  await Promise.all(bodies.map((body) => publisher.publish({ body })));
}

/** Takes so many messages, acknowledging each, and leaves the loop. */
export async function take(consumer: Consumer, count: number): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  for await (const message of consumer) {
    messages.push(message);
    await message.ack();
    if (messages.length === count) break;
  }
  return messages;
}

/** The texts of messages, as they came. */
export function texts(messages: readonly { text: () => string }[]): string[] {
  return messages.map((message) => message.text());
}

/** Resolves once `check` does not reject any more: for what a server does in its own time. Fails with its last reason. */
export async function eventually(check: () => Promise<void>, patienceMs = 10_000): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (cause) {
      if (Date.now() > until) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
