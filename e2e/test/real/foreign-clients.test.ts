import { randomUUID } from 'node:crypto';
import type { ClientPeer } from '../../src/peers/client-peer.ts';
import { prepareGoPeer } from '../../src/peers/go.ts';
import { prepareJavaPeer } from '../../src/peers/java.ts';
import { alive } from '../../src/process/alive.ts';
import { foreignScenarios } from '../../src/scenarios/foreign.ts';
import { describeReady, describeWith } from '../support/describe-with.ts';
import { type Place, places } from '../support/places.ts';
import { itSideBySide } from '../support/side-by-side.ts';

const clients = { Java: await prepareJavaPeer(), Go: await prepareGoPeer() } as const;

// The foreign clients must be known to work with a real broker before they say anything about ours.
for (const [where, prepare] of Object.entries(places)) {
  await describeWith(`Foreign clients through ${where}`, { at: prepare() }, ({ at }) => {
    let place: Place;

    beforeAll(async () => {
      place = await at.start({});
    });
    afterAll(async () => {
      const pids = place.pids();
      await place.stop();
      expect(pids.filter(alive)).toEqual([]);
    });

    for (const [language, prepared] of Object.entries(clients)) {
      describeReady(`${language} to ${language}:`, { client: prepared }, ({ client }) => {
        let peer: ClientPeer;

        beforeAll(async () => {
          peer = await client.start({});
        });
        afterAll(async () => {
          await peer.stop();
          expect([peer.pid].filter(alive)).toEqual([]);
        });

        itSideBySide(foreignScenarios, ({ run }) => {
          const id = randomUUID().slice(0, 8);
          return run({ nameServer: place.nameServer, from: peer, to: peer, unique: (name) => `${name}-${id}` });
        });
      });
    }
  });
}
