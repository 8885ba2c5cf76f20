import { type FieldTable, type Properties, Typed } from '@rmq/protocol/amqp';
import { deepEqual, equal, ok } from '../assert.ts';
import { scenario, type Scenario } from './scenario.ts';

/** A value of every type of RabbitMQ's dialect, and what it comes back as. */
const values: Readonly<Record<string, readonly [sent: FieldTable[string], received: FieldTable[string]]>> = {
  'a truth': [true, true],
  'a lie': [false, false],
  int8: [new Typed('int8', -128), -128],
  uint8: [new Typed('uint8', 255), 255],
  int16: [new Typed('int16', -32_768), -32_768],
  uint16: [new Typed('uint16', 65_535), 65_535],
  int32: [-2_147_483_648, -2_147_483_648],
  uint32: [new Typed('uint32', 4_294_967_295), 4_294_967_295],
  int64: [-9_223_372_036_854_775_808n, -9_223_372_036_854_775_808n],
  int64L: [new Typed('int64L', 9_223_372_036_854_775_807n), 9_223_372_036_854_775_807n],
  float: [new Typed('float', 0.5), 0.5],
  double: [3.141_592_653_589_793, 3.141_592_653_589_793],
  decimal: [new Typed('decimal', { scale: 2, value: 314 }), new Typed('decimal', { scale: 2, value: 314 })],
  text: ['grüße, 世界 🚀', 'grüße, 世界 🚀'],
  'no text': [new Typed('string', Uint8Array.of(0xff, 0xfe)), new Typed('string', Uint8Array.of(0xff, 0xfe))],
  bytes: [Uint8Array.of(0, 255, 128), Uint8Array.of(0, 255, 128)],
  timestamp: [new Date(1_700_000_000_000), new Date(1_700_000_000_000)],
  nothing: [null, null],
  array: [
    [1, 'two', [3n], { four: 4 }],
    [1, 'two', [3n], { four: 4 }],
  ],
  table: [{ deep: { deeper: { deepest: [] } } }, { deep: { deeper: { deepest: [] } } }],
};

const sent = Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value]));
const expected = Object.fromEntries(Object.entries(values).map(([name, [, value]]) => [name, value]));

/** What travels with a body. */
export const messageProperties: readonly Scenario[] = [
  scenario('carries every property', async (client, queue) => {
    const properties: Properties = {
      contentType: 'text/plain',
      contentEncoding: 'identity',
      headers: { stadt: 'Zürich' },
      deliveryMode: 1,
      priority: 7,
      correlationId: 'c-1',
      replyTo: 'r',
      expiration: '60000',
      messageId: 'm-1',
      timestamp: 1_700_000_000,
      type: 't',
      userId: 'guest',
      appId: 'a',
    };
    await using publisher = await client.publisher({ routingKey: queue, properties: { type: 'replaced', appId: 'a' } });
    await publisher.publish({ body: 'x', properties });
    const message = await client.get(queue);
    ok(message !== undefined);
    deepEqual(
      Object.entries(message.properties)
        .filter(([, value]) => value !== undefined)
        .sort(),
      Object.entries(properties)
        .filter(([, value]) => value !== undefined)
        .sort(),
    );
    deepEqual([message.exchange, message.routingKey, message.redelivered], ['', queue, false]);
    equal(message.messageCount, 0);
    await message.ack();
  }),

  scenario('carries field values of every type', async (client, queue) => {
    await using publisher = await client.publisher({ routingKey: queue, persistent: false });
    await publisher.publish({ body: 'x', properties: { headers: sent } });
    const message = await client.get(queue);
    deepEqual(message?.properties.headers, expected);
    await message?.ack();
  }),

  scenario('reads them as RabbitMQ writes them itself', async (client, queue, { unique }) => {
    // A message that dies is written anew, with what became of it among the headers.
    const arguments_ = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue };
    const dying = await client.queues.declare(unique('dying'), { durable: false, arguments: arguments_ });
    await using publisher = await client.publisher({ routingKey: dying.queue, persistent: false });
    await publisher.publish({ body: 'x', properties: { headers: sent } });
    await client.get(dying.queue).then((message) => message?.reject());
    await using consumer = await client.consumer({ queue });
    for await (const message of consumer) {
      const { 'x-death': deaths, ...headers } = message.properties.headers ?? {};
      const own = Object.entries(headers).filter(([name]) => !name.startsWith('x-first-death'));
      deepEqual(Object.fromEntries(own), expected);
      ok(Array.isArray(deaths));
      const [death] = deaths as readonly FieldTable[];
      deepEqual([death?.['reason'], death?.['count'], death?.['queue']], ['rejected', 1n, dying.queue]);
      ok(death?.['time'] instanceof Date);
      await message.ack();
      break;
    }
    await client.queues.delete(dying.queue);
  }),
];
