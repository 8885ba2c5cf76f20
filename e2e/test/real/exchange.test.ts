import { randomUUID } from 'node:crypto';
import type { ClientPeer } from '../../src/peers/client-peer.ts';
import { prepareGoPeer } from '../../src/peers/go.ts';
import { prepareJavaPeer } from '../../src/peers/java.ts';
import { ourClient } from '../../src/peers/our-client.ts';
import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import { alive } from '../../src/process/alive.ts';
import { foreignScenarios } from '../../src/scenarios/foreign.ts';
import { describeReady, describeWith } from '../support/describe-with.ts';
import { itSideBySide } from '../support/side-by-side.ts';

const clients = { Java: await prepareJavaPeer(), Go: await prepareGoPeer() } as const;

await describeWith(
  'Our client and foreign ones through RocketMQ 5.3.3',
  { real: prepareRealCluster('5.3.3') },
  ({ real }) => {
    let cluster: RealCluster;

    beforeAll(async () => {
      cluster = await real.start({});
    });
    afterAll(async () => {
      const pids = cluster.pids();
      await cluster.stop();
      expect(pids.filter(alive)).toEqual([]);
    });

    for (const [language, prepared] of Object.entries(clients)) {
      describeReady(language, { client: prepared }, ({ client }) => {
        let peer: ClientPeer;

        beforeAll(async () => {
          peer = await client.start({});
        });
        afterAll(async () => {
          await peer.stop();
          expect([peer.pid].filter(alive)).toEqual([]);
        });

        describe.each([
          { direction: `ours to ${language}:`, sides: () => ({ from: ourClient, to: peer }) },
          { direction: `${language} to ours:`, sides: () => ({ from: peer, to: ourClient }) },
        ])('$direction', ({ sides }) => {
          itSideBySide(foreignScenarios, ({ run }) => {
            const id = randomUUID().slice(0, 8);
            return run({ nameServer: cluster.nameServer, ...sides(), unique: (name) => `${name}-${id}` });
          });
        });
      });
    }
  },
);
