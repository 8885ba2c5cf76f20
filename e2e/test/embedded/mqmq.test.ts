import { randomUUID } from 'node:crypto';
import { type MqmqServer, startServer } from '@rmq/broker/mqmq';
import { dial, listen } from '@rmq/transport-node';
import { exchanges, replay } from '../../src/mqmq/exchanges.ts';
import { scenarios } from '../../src/mqmq/scenarios.ts';

describe('The mqmq server, over TCP,', () => {
  let server: MqmqServer;

  beforeAll(async () => {
    server = await startServer({ listen });
  });
  afterAll(() => server.close());

  it.each(scenarios)(
    '$name',
    async ({ run }) => {
      const id = randomUUID().slice(0, 8);
      await run({ dial, address: `127.0.0.1:${server.endpoint.port.toString()}`, unique: (name) => `${name}-${id}` });
    },
    60_000,
  );

  it.each(exchanges())('answers as the original did: $name', async (exchange) => {
    await using own = await startServer({ listen });
    expect(await replay(exchange, own.endpoint.port)).toBeUndefined();
  });
});
