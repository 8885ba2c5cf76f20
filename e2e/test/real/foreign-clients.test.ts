import { randomUUID } from 'node:crypto';
import { alive } from '../../src/process/alive.ts';
import { foreignScenarios } from '../../src/scenarios/foreign.ts';
import { mqadminScenarios } from '../../src/scenarios/foreign-mqadmin.ts';
import { describeReady, describeWith } from '../support/describe-with.ts';
import { sharedClients, sharedMqadmin } from '../support/foreign-processes.ts';
import { type Place, places } from '../support/places.ts';
import { sideBySide } from '../support/side-by-side.ts';

const clients = await sharedClients();
const mqadmin = await sharedMqadmin();

/** Names for one run of a scenario. */
function uniquely(): (name: string) => string {
  const id = randomUUID().slice(0, 8);
  return (name) => `${name}-${id}`;
}

// The foreign clients must be known to work with a real broker before they say anything about ours.
for (const [where, { prepare, isOpenToMqadmin }] of Object.entries(places)) {
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

    const itTogether = sideBySide();
    for (const [language, client] of clients) {
      describeReady(`${language} to ${language}:`, { client: client.prepared }, () => {
        itTogether(foreignScenarios, ({ run }) =>
          run({ nameServer: place.nameServer, from: client.get(), to: client.get(), unique: uniquely() }),
        );
      });
    }

    if (!isOpenToMqadmin) return;
    describeReady('mqadmin', { tool: mqadmin.prepared }, () => {
      itTogether(mqadminScenarios, ({ run }) => {
        const { nameServer, brokerAddress } = place;
        const member = clients.get('Java');
        if (member === undefined) throw new Error('mqadmin is there, but no Java client');
        return run({ nameServer, brokerAddress, mqadmin: mqadmin.get(), member: member.get(), unique: uniquely() });
      });
    });
  });
}
