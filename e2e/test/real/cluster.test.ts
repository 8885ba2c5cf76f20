import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import { prepareJavaPeer } from '../../src/peers/java.ts';
import { prepareMqadmin } from '../../src/peers/mqadmin.ts';
import { describeWith } from '../support/describe-with.ts';
import { alive } from '../../src/process/alive.ts';

for (const version of ['5.3.3', '4.9.7'] as const) {
  const wanted = { real: prepareRealCluster(version), client: prepareJavaPeer(), tools: prepareMqadmin() };
  await describeWith(`a real RocketMQ ${version}`, wanted, ({ real, client, tools }) => {
    let cluster: RealCluster;

    beforeAll(async () => {
      cluster = await real.start({});
    });
    afterAll(async () => {
      await cluster.stop();
    });

    it('keeps its messages and its address over kill -9 and restart', async () => {
      await using peer = await client.start({});
      const { nameServer, brokerAddress } = cluster;
      const producer = await peer.producer({ nameServer, group: 'producers' });
      await producer.send({ topic: 'survivor', body: 'before' });
      const [before] = [cluster.pids()];
      await cluster.kill9();
      expect(before.filter(alive)).toHaveLength(1);
      await cluster.restart();
      expect(cluster.brokerAddress).toBe(brokerAddress);
      const consumer = await peer.consumer({ nameServer, group: 'consumers', topic: 'survivor' });
      const [message] = await consumer.until(1);
      expect(Buffer.from(message?.body ?? []).toString()).toBe('before');
    });

    it('shows itself to mqadmin', async () => {
      await using mqadmin = await tools.start({});
      expect(await mqadmin.run('clusterList', '-n', cluster.nameServer)).toContain(cluster.brokerAddress);
      expect(await mqadmin.run('topicList', '-n', cluster.nameServer)).toContain('survivor');
    });
  });
}

await describeWith('a RocketMQ that cannot start', { real: prepareRealCluster('5.3.3') }, ({ real }) => {
  it('says why, with what the server printed', async () => {
    const broken = real.start({ settings: { brokerRole: 'SLAVE', brokerId: 0 } });
    await expect(broken).rejects.toMatchObject({
      name: 'PeerError',
      message: expect.stringContaining('Slave') as string,
    });
  });
});
