import { randomUUID } from 'node:crypto';
import { type EmbeddedBroker, startBroker } from '@rmq/broker/rocketmq';
import { dial, listen } from '@rmq/transport-node';
import { scenarios } from '../../src/scenarios/rocketmq.ts';

describe('The embedded broker, over TCP,', () => {
  let broker: EmbeddedBroker;

  beforeAll(async () => {
    broker = await startBroker({ listen, delayLevels: '1s 2s 3s 4s 5s' });
  });
  afterAll(() => broker.close());

  it.each(scenarios)(
    '$name',
    async ({ run }) => {
      const id = randomUUID().slice(0, 8);
      const nameServer = `127.0.0.1:${broker.nameServer.port.toString()}`;
      await run({ nameServer, dial, unique: (name) => `${name}-${id}` });
    },
    60_000,
  );
});
