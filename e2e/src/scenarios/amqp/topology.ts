import { deepEqual, equal, match, rejects } from '../assert.ts';
import { publish, scenario, type Scenario } from './scenario.ts';

/** Exchanges, queues and bindings. */
export const topology: readonly Scenario[] = [
  scenario('declares, binds, unbinds and deletes queues and exchanges', async (client, queue, { unique }) => {
    const { queues, exchanges } = client;
    const [topic, fanout] = [unique('topic'), unique('fanout')];
    await exchanges.declare(topic, { type: 'topic', durable: false });
    await exchanges.declare(fanout, { type: 'fanout', durable: false, arguments: { 'x-note': 'kept' } });
    await exchanges.bind({ destination: topic, source: fanout });
    await queues.bind({ queue, exchange: topic, routingKey: 'orders.#' });
    await using publisher = await client.publisher({ exchange: fanout, mandatory: true });
    await publisher.publish({ body: 'there', routingKey: 'orders.new' });
    await queues.unbind({ queue, exchange: topic, routingKey: 'orders.#' });
    await rejects(publisher.publish({ body: 'nowhere', routingKey: 'orders.new' }), { code: 'publish-returned' });
    await queues.bind({ queue, exchange: topic, routingKey: 'orders.#' });
    await exchanges.unbind({ destination: topic, source: fanout });
    await rejects(publisher.publish({ body: 'nowhere', routingKey: 'orders.new' }), { code: 'publish-returned' });
    equal((await client.get(queue))?.text(), 'there');
    equal(await client.get(queue), undefined);
    await exchanges.delete(topic);
    await exchanges.delete(fanout);
    deepEqual([await exchanges.check(topic), await exchanges.check(fanout)], [false, false]);
  }),

  scenario('lets the server name a queue', async (client) => {
    const { queue, messageCount, consumerCount } = await client.queues.declare('', { exclusive: true, durable: false });
    match(queue, /^amq\.gen-/);
    deepEqual([messageCount, consumerCount], [0, 0]);
  }),

  scenario('looks whether something is there without a trace', async (client, queue, { unique }) => {
    deepEqual(await client.queues.check(queue), { queue, messageCount: 0, consumerCount: 0 });
    equal(await client.queues.check(unique('missing')), undefined);
    deepEqual(
      [await client.exchanges.check('amq.topic'), await client.exchanges.check(unique('missing'))],
      [true, false],
    );
    // The refusals closed channels of their own: everything else goes on.
    await publish(client, queue, ['one']);
    equal((await client.queues.check(queue))?.messageCount, 1);
  }),

  scenario('a refusal concerns the call that it is for', async (client, queue) => {
    const refused = client.queues.declare(queue, { durable: true, arguments: { 'x-max-length': 1 } });
    await rejects(refused, {
      name: 'AmqpReplyError',
      responseCode: 406,
      responseName: 'PRECONDITION_FAILED',
      scope: 'channel',
      method: 'queue.declare',
      classId: 50,
      methodId: 10,
    });
    equal(client.connection.state, 'open');
    // At the same time, of which one fails.
    const [first, second, third] = await Promise.allSettled([
      client.queues.check(queue),
      client.queues.bind({ queue, exchange: 'no such exchange' }),
      client.queues.purge(queue),
    ]);
    deepEqual([first.status, second.status, third.status], ['fulfilled', 'rejected', 'fulfilled']);
    if (second.status === 'rejected') equal((second.reason as { responseCode?: unknown }).responseCode, 404);
  }),

  scenario('a channel of its own is lost alone', async (client, queue) => {
    const channel = await client.channel();
    await rejects(channel.queues.bind({ queue, exchange: 'no such exchange' }), {
      responseCode: 404,
      scope: 'channel',
    });
    await rejects(channel.queues.purge(queue));
    await channel.close();
    const another = await client.channel();
    deepEqual(await another.queues.purge(queue), { messageCount: 0 });
    await another.close();
  }),

  scenario('deletes only what is unused or empty, if told so', async (client, queue) => {
    await publish(client, queue, ['one', 'two']);
    await rejects(client.queues.delete(queue, { ifEmpty: true }), { responseCode: 406, method: 'queue.delete' });
    deepEqual(await client.queues.purge(queue), { messageCount: 2 });
    await using consumer = await client.consumer({ queue });
    await rejects(client.queues.delete(queue, { ifUnused: true }), { responseCode: 406 });
    await consumer.close();
    deepEqual(await client.queues.delete(queue, { ifUnused: true, ifEmpty: true }), { messageCount: 0 });
    // What is not there is deleted as well, to RabbitMQ.
    deepEqual(await client.queues.delete(queue), { messageCount: 0 });
  }),
];
