import { connect } from 'amqplib';
import { Measurement } from '../../peer/measurement.ts';
import { serve } from '../../peer/serve.ts';
import { type AmqpCommand, urlOf } from '../command.ts';

serve<AmqpCommand>({
  client: 'amqplib 2.3.1',

  async send(command) {
    const connection = await connect(urlOf(command));
    const channel = await connection.createConfirmChannel();
    const body = Buffer.alloc(command.bodyBytes, 'x');
    const options = { contentType: 'application/json', persistent: false };
    const measurement = new Measurement(command);
    let left = command.messages + command.warmUp;
    // Its own way to learn of each confirm, and the cheapest: a callback.
    const publish = (): void => {
      if (left === 0) return;
      left -= 1;
      channel.publish('', command.queue, body, options, confirmed);
    };
    const confirmed = (error: unknown): void => {
      if (error === null) measurement.add(1);
      else measurement.fail();
      publish();
    };
    for (let count = 0; count < command.inFlight; count += 1) publish();
    return await measurement.done;
  },

  async consume(command) {
    const connection = await connect(urlOf(command));
    const channel = await connection.createChannel();
    await channel.prefetch(command.inFlight);
    const measurement = new Measurement(command);
    await channel.consume(command.queue, (message) => {
      if (message === null) throw new Error('cancelled by the server');
      channel.ack(message);
      measurement.add(message.content.byteLength === command.bodyBytes ? 1 : 0);
    });
    return await measurement.done;
  },
});
