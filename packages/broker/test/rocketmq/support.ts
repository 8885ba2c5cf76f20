import { FakeClock } from '@rmq/testkit';
import { memoryNetwork } from '@rmq/transport';
import type { MemoryNetwork } from '@rmq/transport';
import type { BrokerEvent, BrokerOptions, EmbeddedBroker } from '../../src/rocketmq/index.ts';
import { startBroker } from '../../src/rocketmq/index.ts';
import { RawClient } from './raw-client.ts';

/** A broker on a network of its own, with a clock that the test moves. */
export interface Setup extends AsyncDisposable {
  readonly broker: EmbeddedBroker;
  readonly clock: FakeClock;
  readonly network: MemoryNetwork;
  readonly events: BrokerEvent[];
  /** A connection to the broker. */
  readonly client: () => Promise<RawClient>;
  /** A connection to the name server. */
  readonly nameClient: () => Promise<RawClient>;
}

export async function setUp(options: Partial<BrokerOptions> = {}): Promise<Setup> {
  const clock = new FakeClock();
  const network = memoryNetwork();
  const events: BrokerEvent[] = [];
  const clients: RawClient[] = [];
  const broker = await startBroker({
    listen: network.listen,
    clock,
    random: () => 0,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const connect = async (to: EmbeddedBroker['endpoint']): Promise<RawClient> => {
    const client = new RawClient(await network.dial(to));
    clients.push(client);
    return client;
  };
  return {
    broker,
    clock,
    network,
    events,
    client: () => connect(broker.endpoint),
    nameClient: () => connect(broker.nameServer),
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.end();
      await broker.close();
      expect(clock.pending).toBe(0);
      expect(events.filter(({ type }) => type === 'request.failed')).toEqual([]);
    },
  };
}
