import { randomUUID } from 'node:crypto';
import { dial } from '@rmq/transport-node';
import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import { scenarios } from '../../src/scenarios/rocketmq.ts';
import { describeWith } from '../support/describe-with.ts';

for (const version of ['5.3.3', '4.9.7'] as const) {
  await describeWith(`Our client on RocketMQ ${version}`, { real: prepareRealCluster(version) }, ({ real }) => {
    let cluster: RealCluster;

    beforeAll(async () => {
      cluster = await real.start({});
    });
    afterAll(() => cluster.stop());

    it.each(scenarios)('$name', async ({ run }) => {
      const id = randomUUID().slice(0, 8);
      await run({ nameServer: cluster.nameServer, dial, unique: (name) => `${name}-${id}` });
    });
  });
}
