import { AMQPClient } from '@cloudamqp/amqp-client';
import { Measurement } from '../../peer/measurement.ts';
import { serve } from '../../peer/serve.ts';
import { type AmqpCommand, publishAll, urlOf } from '../command.ts';

serve<AmqpCommand>({
  client: '@cloudamqp/amqp-client 4.1.1',

  async send(command) {
    const connection = await new AMQPClient(urlOf(command)).connect();
    const channel = await connection.channel();
    await channel.confirmSelect();
    const body = Buffer.alloc(command.bodyBytes, 'x');
    const properties = { contentType: 'application/json', deliveryMode: 1 };
    const measurement = new Measurement(command);
    await publishAll(command, async () => {
      await channel.basicPublish('', command.queue, body, properties);
      measurement.add(1);
    });
    return await measurement.done;
  },

  async consume(command) {
    const connection = await new AMQPClient(urlOf(command)).connect();
    const channel = await connection.channel();
    await channel.prefetch(command.inFlight);
    const measurement = new Measurement(command);
    // Unless told, it consumes without acknowledgements.
    await channel.basicConsume(command.queue, { noAck: false }, (message) => {
      message.ack().catch(() => {
        measurement.fail();
      });
      measurement.add(message.body?.byteLength === command.bodyBytes ? 1 : 0);
    });
    return await measurement.done;
  },
});
