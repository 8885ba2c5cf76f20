import { type EmbeddedBroker, startBroker } from '@rmq/broker/rocketmq';
import { dial, listen } from '@rmq/transport-node';
import { startTcpProxy, type TcpProxy } from '../../src/faults/tcp-proxy.ts';
import { viaProxies } from '../../src/faults/via-proxies.ts';
import { Load } from '../../src/outages/load.ts';
import { networkOutages } from '../../src/outages/network.ts';

describe('A producer and a group on the embedded broker go on by themselves, and nothing confirmed is lost, when', () => {
  let broker: EmbeddedBroker;
  let proxy: TcpProxy;

  beforeAll(async () => {
    broker = await startBroker({ listen });
    proxy = await startTcpProxy({ target: broker.endpoint });
  });
  afterEach(() => {
    proxy.heal();
  });
  afterAll(async () => {
    await proxy.close();
    await broker.close();
  });

  it.each(networkOutages.map((outage, index) => ({ ...outage, topic: `outage-${index.toString()}` })))(
    '$name',
    async ({ happen, topic }) => {
      const nameServers = [`127.0.0.1:${broker.nameServer.port.toString()}`];
      const load = await Load.start({ nameServers, dial: viaProxies(dial, [proxy]), topic });
      await happen(proxy, load);
      proxy.heal();
      await load.progress(100);
      expect(await load.stop()).toMatchObject({ lost: [] });
    },
    60_000,
  );
});
