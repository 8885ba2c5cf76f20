import { randomUUID } from 'node:crypto';
import { ourClient } from '../../src/peers/our-client.ts';
import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import { alive } from '../../src/process/alive.ts';
import { foreignScenarios } from '../../src/scenarios/foreign.ts';
import { describeReady, describeWith } from '../support/describe-with.ts';
import { sharedClients } from '../support/foreign-processes.ts';
import { itSideBySide } from '../support/side-by-side.ts';

const clients = await sharedClients();
const wanted = { real: prepareRealCluster('5.3.3') };

await describeWith('Our client and foreign ones through RocketMQ 5.3.3', wanted, ({ real }) => {
  let cluster: RealCluster;

  beforeAll(async () => {
    cluster = await real.start({});
  });
  afterAll(async () => {
    const pids = cluster.pids();
    await cluster.stop();
    expect(pids.filter(alive)).toEqual([]);
  });

  for (const [language, client] of clients) {
    const directions = {
      [`ours to ${language}:`]: () => ({ from: ourClient, to: client.get() }),
      [`${language} to ours:`]: () => ({ from: client.get(), to: ourClient }),
    };
    for (const [direction, sides] of Object.entries(directions)) {
      describeReady(direction, { client: client.prepared }, () => {
        itSideBySide(foreignScenarios, ({ run }) => {
          const id = randomUUID().slice(0, 8);
          return run({ nameServer: cluster.nameServer, ...sides(), unique: (name) => `${name}-${id}` });
        });
      });
    }
  }
});
