import { dial } from '@rmq/transport-node';
import { setTimeout as pause } from 'node:timers/promises';
import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import { startTcpProxy, type TcpProxy } from '../../src/faults/tcp-proxy.ts';
import { viaProxies } from '../../src/faults/via-proxies.ts';
import { heapInUse } from '../../src/outages/heap.ts';
import { Load } from '../../src/outages/load.ts';
import { networkOutages } from '../../src/outages/network.ts';
import { firstSuccess } from '../../src/outages/probe.ts';
import { describeWith } from '../support/describe-with.ts';

const MIB = 1_024 * 1_024;
/** What may stay behind of some ten thousand messages and three outages: caches and compiled code, but no messages. */
const HEAP_GROWTH = 8 * MIB;

/** Figures that a reader of the report wants and that no test may depend on. */
function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

await describeWith(
  'A producer and a group on RocketMQ 5.3.3 go on by themselves, and nothing confirmed is lost, when',
  { real: prepareRealCluster('5.3.3') },
  ({ real }) => {
    let cluster: RealCluster;
    let proxy: TcpProxy;

    beforeAll(async () => {
      cluster = await real.start({});
      const [host = '', port = ''] = cluster.brokerAddress.split(':');
      proxy = await startTcpProxy({ target: { host, port: Number(port) } });
    });
    afterEach(() => {
      proxy.heal();
    });
    afterAll(async () => {
      await proxy.close();
      await cluster.stop();
    });

    it.each(networkOutages.map((outage, index) => ({ ...outage, topic: `outage-${index.toString()}` })))(
      '$name',
      async ({ happen, topic }) => {
        const dialer = viaProxies(dial, [proxy]);
        const load = await Load.start({ nameServers: [cluster.nameServer], dial: dialer, topic });
        await happen(proxy, load);
        proxy.heal();
        await load.progress(100);
        expect(await load.stop()).toMatchObject({ lost: [] });
      },
    );
  },
);

for (const version of ['5.3.3', '4.9.7'] as const) {
  await describeWith(
    `A producer and a group on RocketMQ ${version} go on by themselves, and nothing confirmed is lost, when`,
    { real: prepareRealCluster(version) },
    ({ real }) => {
      it('the broker is killed and started again, three times; memory stays flat', async () => {
        await using cluster = await real.start({});
        const options = { nameServers: [cluster.nameServer], dial };
        const load = await Load.start({ ...options, topic: 'killed' });
        let before = 0;
        for (const round of [1, 2, 3]) {
          await load.progress(1_000);
          if (round === 1) before = heapInUse();
          await cluster.kill9();
          const [next, probe] = [load.next(), firstSuccess(options, 'probe')];
          await cluster.restart();
          const [{ confirmedAt, receivedAt }, probedAt] = [await next, await probe];
          const after = (at: number): string => `${(at - probedAt).toString()} ms`;
          report(
            `${version}, kill -9 no. ${round.toString()}: after a probe's first success, the first send was confirmed in ` +
              `${after(confirmedAt)}, the first message came in ${after(receivedAt)}`,
          );
        }
        await load.progress(1_000);
        const growth = heapInUse() - before;
        const account = await load.stop();
        const { confirmed, failed, repeated } = account;
        report(
          `${version}: ${confirmed.toString()} confirmed, ${failed.toString()} failed, ${repeated.toString()} delivered ` +
            `again; heap ${(growth / MIB).toFixed(1)} MiB more than before the first outage`,
        );
        expect(account).toMatchObject({ lost: [] });
        expect(growth).toBeLessThan(HEAP_GROWTH);
      });

      it('the broker shuts down and comes back, and the name server is killed meanwhile', async () => {
        await using cluster = await real.start({});
        const load = await Load.start({ nameServers: [cluster.nameServer], dial, topic: 'restarted' });
        await cluster.kill9('name-server');
        await load.progress(500); // routes are known
        await cluster.shutDownBroker();
        await pause(1_000);
        await cluster.restart();
        await load.progress(500);
        expect(await load.stop()).toMatchObject({ lost: [] });
      });
    },
  );
}
