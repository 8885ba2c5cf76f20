import { Consumer, Message, Producer } from 'ali-ons';
import { Measurement } from '../../peer/measurement.ts';
import { serve } from '../../peer/serve.ts';

/** It asks for one even where the name server is given and nothing is fetched by HTTP. */
const httpclient = {};
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

serve({
  client: 'ali-ons 3.12.0',

  async send({ nameServer, topic, group, bodyBytes, inFlight, ...run }) {
    const producer = new Producer({ nameSrv: [nameServer], httpclient, producerGroup: group, logger: silent });
    await producer.ready();
    const body = Buffer.alloc(bodyBytes, 'x');
    const measurement = new Measurement(run);
    let left = run.warmUp + run.messages;
    const sendOn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const { sendStatus } = await producer.send(new Message(topic, '', body));
        if (sendStatus !== 'SEND_OK') throw new Error(sendStatus);
        measurement.add(1);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, sendOn));
    return await measurement.done;
  },

  async consume({ nameServer, topic, group, ...run }) {
    // The most it takes: as many at a time as one pull brings.
    const consumer = new Consumer({
      nameSrv: [nameServer],
      httpclient,
      consumerGroup: group,
      parallelConsumeLimit: 32,
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      logger: silent,
    });
    const measurement = new Measurement(run);
    consumer.on('error', (cause) => {
      process.stderr.write(`${cause.message}\n`);
    });
    // It takes async functions only.
    consumer.subscribe(topic, '*', async () => {
      measurement.add(1);
    });
    return await measurement.done;
  },
});
