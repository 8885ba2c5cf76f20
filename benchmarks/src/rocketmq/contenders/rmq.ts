import { connect } from '@rmq/client/rocketmq';
import { dial } from '@rmq/transport-node';
import { Measurement } from '../../peer/measurement.ts';
import { serve } from '../../peer/serve.ts';

serve({
  client: '@rmq/client',

  async send({ nameServer, topic, group, bodyBytes, inFlight, ...run }) {
    await using client = await connect({ nameServers: [nameServer], dial });
    await using producer = await client.producer({ group });
    const body = new Uint8Array(bodyBytes).fill(0x78);
    const measurement = new Measurement(run);
    let left = run.warmUp + run.messages;
    const sendOn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const { status } = await producer.send({ topic, body });
        if (status !== 'stored') throw new Error(status);
        measurement.add(1);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, sendOn));
    return await measurement.done;
  },

  async consume({ nameServer, topic, group, inFlight, ...run }) {
    await using client = await connect({ nameServers: [nameServer], dial });
    await using consumer = await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first' });
    const measurement = new Measurement(run);
    const stop = new AbortController();
    const running = consumer.run(
      () => {
        measurement.add(1);
      },
      { concurrency: inFlight, signal: stop.signal },
    );
    const measured = await measurement.done;
    stop.abort();
    await running.catch(() => undefined); // it ends with the signal's reason
    return measured;
  },
});
