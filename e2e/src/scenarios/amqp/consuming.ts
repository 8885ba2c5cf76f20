import type { AmqpClient } from '@rmq/client/amqp';
import { deepEqual, equal, ok, rejects } from '../assert.ts';
import { eventually, publish, scenario, type Scenario, take, texts } from './scenario.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => index.toString());

async function left(client: AmqpClient, queue: string): Promise<number | undefined> {
  return (await client.queues.check(queue))?.messageCount;
}

/** Messages and what is said of them. */
export const consuming: readonly Scenario[] = [
  scenario('takes no more at a time than it asked for', async (client, queue) => {
    await publish(client, queue, numbers(10));
    await using consumer = await client.consumer({ queue, prefetch: 3 });
    // The others stay in the queue until some of the three are acknowledged.
    await eventually(async () => {
      equal(await left(client, queue), 7);
    });
    deepEqual(texts(await take(consumer, 10)), numbers(10));
    await consumer.close();
    equal(await left(client, queue), 0);
  }),

  scenario('acknowledges in any order', async (client, queue) => {
    await publish(client, queue, numbers(6));
    await using consumer = await client.consumer({ queue });
    const held = [];
    for await (const message of consumer) {
      held.push(message);
      // Inside the loop: leaving it gives the last one back.
      if (held.length === 6) {
        const [zero, one, two, three, four, five] = held;
        await two?.ack();
        await zero?.ack();
        await five?.reject();
        await three?.nack({ requeue: false });
        await one?.ack();
        await four?.ack();
        break;
      }
    }
    await consumer.close();
    equal(await left(client, queue), 0);
  }),

  scenario('gives back what it does not want, for another time', async (client, queue) => {
    await publish(client, queue, ['one']);
    await using consumer = await client.consumer({ queue });
    const seen: boolean[] = [];
    for await (const message of consumer) {
      seen.push(message.redelivered);
      if (seen.length === 1) await message.nack();
      else if (seen.length === 2) await message.reject({ requeue: true });
      else {
        await message.ack();
        break;
      }
    }
    deepEqual(seen, [false, true, true]);
    await consumer.close();
    equal(await left(client, queue), 0);
  }),

  scenario('gives back what nobody said a word about', async (client, queue) => {
    await publish(client, queue, ['one']);
    const consumer = await client.consumer({ queue });
    for await (const message of consumer) {
      equal(message.text(), 'one');
      break;
    }
    await consumer.close();
    const message = await client.get(queue);
    deepEqual([message?.text(), message?.redelivered], ['one', true]);
    await message?.ack();
  }),

  scenario('runs a handler for each, many at a time', async (client, queue) => {
    await publish(client, queue, numbers(200));
    await using consumer = await client.consumer({ queue, prefetch: 50 });
    const stop = new AbortController();
    const seen = new Map<string, number>();
    let [running, most] = [0, 0];
    await consumer.run(
      async (message) => {
        running += 1;
        most = Math.max(most, running);
        const times = (seen.get(message.text()) ?? 0) + 1;
        seen.set(message.text(), times);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running -= 1;
        if (message.text() === '7' && times === 1) throw new Error('not now');
        if (seen.size === 200 && (seen.get('7') ?? 0) > 1) stop.abort();
      },
      { concurrency: 10, signal: stop.signal },
    );
    deepEqual([seen.size, seen.get('7')], [200, 2]);
    ok(most > 1 && most <= 10, `${most} at a time`);
    await consumer.close();
    equal(await left(client, queue), 0);
  }),

  scenario('drops what a handler failed on, if told so', async (client, queue) => {
    await publish(client, queue, ['bad', 'good']);
    await using consumer = await client.consumer({ queue, prefetch: 1 });
    const stop = new AbortController();
    const seen: string[] = [];
    await consumer.run(
      (message) => {
        seen.push(message.text());
        if (message.text() === 'bad') throw new Error('never');
        stop.abort();
      },
      { onFailure: 'reject', signal: stop.signal },
    );
    deepEqual(seen, ['bad', 'good']);
    await consumer.close();
    equal(await left(client, queue), 0);
  }),

  scenario('gets one at a time', async (client, queue) => {
    equal(await client.get(queue), undefined);
    await publish(client, queue, ['one', 'two', 'three']);
    const first = await client.get(queue);
    deepEqual([first?.text(), first?.messageCount, first?.redelivered], ['one', 2, false]);
    await first?.ack();
    const second = await client.get(queue);
    await second?.nack();
    const again = await client.get(queue);
    deepEqual([again?.text(), again?.redelivered], ['two', true]);
    await again?.reject();
    deepEqual(await client.queues.purge(queue), { messageCount: 1 });
    equal(await client.get(queue), undefined);
  }),

  scenario('hears that its queue is gone', async (client, queue) => {
    const consumer = await client.consumer({ queue });
    const looping = take(consumer, 1);
    const running = client.consumer({ queue }).then((other) => other.run(() => undefined));
    await eventually(async () => {
      equal((await client.queues.check(queue))?.consumerCount, 2);
    });
    // Both are waited for from now on: whichever is told first is no rejection that nobody handles.
    const told = [
      rejects(looping, { name: 'ConsumerCancelledError', code: 'consumer-cancelled' }),
      rejects(running, { code: 'consumer-cancelled' }),
    ];
    await client.queues.delete(queue);
    await Promise.all(told);
    equal(client.connection.state, 'open');
  }),

  scenario('is told when there is nothing to consume from', async (client, queue, { unique }) => {
    const missing = client.consumer({ queue: unique('missing') });
    await rejects(missing, { responseCode: 404, responseName: 'NOT_FOUND', method: 'basic.consume' });
    await using alone = await client.consumer({ queue, exclusive: true });
    await rejects(client.consumer({ queue }), { responseCode: 403, responseName: 'ACCESS_REFUSED' });
    equal(alone.queue, queue);
  }),

  scenario('pauses', async (client, queue) => {
    await using consumer = await client.consumer({ queue, prefetch: 1 });
    consumer.pause();
    const taking = take(consumer, 1);
    await publish(client, queue, ['later']);
    const first = await Promise.race([taking, new Promise((resolve) => setTimeout(resolve, 200, 'paused'))]);
    equal(first, 'paused');
    consumer.resume();
    deepEqual(texts(await taking), ['later']);
  }),
];
