import { connect } from '@rmq/client/amqp';
import { dial } from '@rmq/transport-node';
import { Measurement } from '../../peer/measurement.ts';
import { serve } from '../../peer/serve.ts';
import { type AmqpCommand, publishAll, urlOf } from '../command.ts';

serve<AmqpCommand>({
  client: '@rmq/client',

  async send(command) {
    await using client = await connect({ url: urlOf(command), dial });
    const properties = { contentType: 'application/json', deliveryMode: 1 };
    await using publisher = await client.publisher({ routingKey: command.queue, properties });
    const message = { body: new Uint8Array(command.bodyBytes).fill(0x78) };
    const measurement = new Measurement(command);
    await publishAll(command, async () => {
      await publisher.publish(message);
      measurement.add(1);
    });
    return await measurement.done;
  },

  async consume(command) {
    await using client = await connect({ url: urlOf(command), dial });
    await using consumer = await client.consumer({ queue: command.queue, prefetch: command.inFlight });
    const measurement = new Measurement(command);
    const stop = new AbortController();
    // It acknowledges what the handler returned from.
    const running = consumer.run(
      ({ body }) => {
        measurement.add(body.byteLength === command.bodyBytes ? 1 : 0);
      },
      { concurrency: command.inFlight, signal: stop.signal },
    );
    const measured = await measurement.done;
    stop.abort();
    await running.catch(() => undefined);
    return measured;
  },
});
