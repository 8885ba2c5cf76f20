import { Connection } from 'rabbitmq-client';
import { Measurement } from '../../peer/measurement.ts';
import { serve } from '../../peer/serve.ts';
import { type AmqpCommand, publishAll, urlOf } from '../command.ts';

serve<AmqpCommand>({
  client: 'rabbitmq-client 5.0.8',

  async send(command) {
    const connection = new Connection(urlOf(command));
    const publisher = connection.createPublisher({ confirm: true });
    const body = Buffer.alloc(command.bodyBytes, 'x');
    const envelope = { routingKey: command.queue, contentType: 'application/json', durable: false };
    const measurement = new Measurement(command);
    await publishAll(command, async () => {
      await publisher.send(envelope, body);
      measurement.add(1);
    });
    return await measurement.done;
  },

  async consume(command) {
    const connection = new Connection(urlOf(command));
    const measurement = new Measurement(command);
    const consumer = connection.createConsumer(
      { queue: command.queue, qos: { prefetchCount: command.inFlight } },
      // It acknowledges what the handler returned from.
      ({ body }: { readonly body: Buffer }) => {
        measurement.add(body.byteLength === command.bodyBytes ? 1 : 0);
      },
    );
    consumer.on('error', (cause) => {
      process.stderr.write(`${String(cause)}\n`);
    });
    return await measurement.done;
  },
});
