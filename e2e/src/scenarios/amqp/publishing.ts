import { AmqpReplyError, PublishError } from '@rmq/client/amqp';
import { deepEqual, equal, ok, rejects, sameBytes } from '../assert.ts';
import { publish, scenario, type Scenario, texts } from './scenario.ts';

const KIB = 1_024;

/** Bytes that tell a frame that is missing, or two that were swapped. */
function pattern(size: number): Uint8Array {
  return new Uint8Array(size).map((_, index) => Math.imul(index, 2_654_435_761) >>> 24);
}

/** What becomes of what is published. */
export const publishing: readonly Scenario[] = [
  scenario('confirms what it published, in the order of the calls', async (client, queue) => {
    const bodies = Array.from({ length: 500 }, (_, index) => index.toString());
    await publish(client, queue, bodies);
    equal((await client.queues.check(queue))?.messageCount, bodies.length);
    const got: string[] = [];
    await using consumer = await client.consumer({ queue });
    for await (const message of consumer) {
      got.push(message.text());
      await message.ack();
      if (got.length === bodies.length) break;
    }
    deepEqual(got, bodies);
  }),

  scenario('rejects what the server could not route, if that matters', async (client, queue, { unique }) => {
    await using publisher = await client.publisher({ exchange: 'amq.direct', mandatory: true, persistent: false });
    const routingKey = unique('nobody');
    await client.queues.bind({ queue, exchange: 'amq.direct', routingKey: queue });
    // Those around it are confirmed: it is told apart.
    const outcomes = await Promise.allSettled([
      publisher.publish({ body: 'a', routingKey: queue }),
      publisher.publish({ body: 'b', routingKey }),
      publisher.publish({ body: 'c', routingKey: queue }),
      publisher.publish({ body: 'b', routingKey }),
    ]);
    deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected'],
    );
    await rejects(publisher.publish({ body: 'd', routingKey }), {
      name: 'PublishError',
      code: 'publish-returned',
      returned: { replyCode: 312, replyText: 'NO_ROUTE', exchange: 'amq.direct', routingKey },
    });
    equal((await client.queues.check(queue))?.messageCount, 2);
    await using careless = await client.publisher({ exchange: 'amq.direct' });
    await careless.publish({ body: 'e', routingKey });
  }),

  scenario('rejects what the server refused', async (client, _, { unique }) => {
    const limits = { 'x-max-length': 1, 'x-overflow': 'reject-publish' };
    const { queue } = await client.queues.declare(unique('full'), { durable: false, arguments: limits });
    await using publisher = await client.publisher({ routingKey: queue, persistent: false });
    await publisher.publish({ body: 'fits' });
    await rejects(publisher.publish({ body: 'does not' }), { name: 'PublishError', code: 'publish-refused' });
    await client.get(queue).then((message) => message?.ack());
    await publisher.publish({ body: 'fits again' });
    await client.queues.delete(queue);
  }),

  scenario('says so of each publish when the exchange is not there', async (client, _, { unique }) => {
    await using publisher = await client.publisher({ exchange: unique('missing') });
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((body) => publisher.publish({ body })));
    for (const outcome of outcomes) {
      ok(outcome.status === 'rejected' && outcome.reason instanceof PublishError);
      equal(outcome.reason.code, 'publish-unknown');
      ok(outcome.reason.cause instanceof AmqpReplyError);
      equal(outcome.reason.cause.responseCode, 404);
    }
    equal(client.connection.state, 'open');
  }),

  {
    name: 'splits bodies into frames of the size that was agreed on, and puts them together',
    async run(around) {
      const client = await around.connect({ frameMaxBytes: 4 * KIB });
      try {
        equal(client.connection.frameMaxBytes, 4 * KIB);
        const { queue } = await client.queues.declare(around.unique('sizes'), { durable: false });
        await using publisher = await client.publisher({ routingKey: queue, persistent: false });
        const room = 4 * KIB - 8;
        const sizes = [0, 1, room - 1, room, room + 1, 2 * room, 1_024 * KIB + 1];
        // At the same time: the frames of one must stay together.
        await Promise.all(sizes.map((size) => publisher.publish({ body: pattern(size) })));
        for (const size of sizes) {
          const message = await client.get(queue);
          ok(message !== undefined);
          sameBytes(message.body, pattern(size), `a body of ${size} bytes`);
          await message.ack();
        }
        await client.queues.delete(queue);
      } finally {
        await client.close();
      }
    },
  },

  scenario('keeps waiting publishes within its limits', async (client, queue) => {
    await using publisher = await client.publisher({ routingKey: queue, persistent: false, maxUnconfirmed: 4 });
    const bodies = Array.from({ length: 100 }, (_, index) => index.toString());
    const publishes = bodies.map((body) => publisher.publish({ body }));
    ok(publisher.unconfirmed <= 4);
    await Promise.all(publishes);
    equal(publisher.unconfirmed, 0);
    const got = [];
    for (let message = await client.get(queue); message !== undefined; message = await client.get(queue)) {
      got.push(message);
      await message.ack();
    }
    deepEqual(texts(got), bodies);
  }),

  scenario('closes with nothing unsaid', async (client, queue) => {
    const publisher = await client.publisher({ routingKey: queue, persistent: false });
    const publishes = Array.from({ length: 200 }, () => publisher.publish({ body: 'x' }));
    await publisher.close();
    equal((await Promise.allSettled(publishes)).filter(({ status }) => status === 'rejected').length, 0);
    equal((await client.queues.check(queue))?.messageCount, publishes.length);
    await rejects(publisher.publish({ body: 'late' }));
  }),
];
