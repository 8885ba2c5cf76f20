import { randomUUID } from 'node:crypto';
import { connect, type RocketmqClient, type RpcHook } from '@rmq/client/rocketmq';
import { dial } from '@rmq/transport-node';
import { ourClient } from '../../src/peers/our-client.ts';
import { alive } from '../../src/process/alive.ts';
import { foreignScenarios } from '../../src/scenarios/foreign.ts';
import { describeReady, describeWith } from '../support/describe-with.ts';
import { sharedClients } from '../support/foreign-processes.ts';
import { type Place, places } from '../support/places.ts';
import { sideBySide } from '../support/side-by-side.ts';

const clients = await sharedClients();

for (const [where, { prepare }] of Object.entries(places)) {
  await describeWith(`Our client and foreign ones through ${where}`, { at: prepare() }, ({ at }) => {
    let place: Place;

    beforeAll(async () => {
      place = await at.start({});
    });
    afterAll(async () => {
      const pids = place.pids();
      await place.stop();
      expect(pids.filter(alive)).toEqual([]);
    });

    describe('ours', () => {
      const sends: string[] = [];
      const record: RpcHook = {
        before: ({ request }) => {
          if (request.name.startsWith('send')) sends.push(request.name);
          return undefined;
        },
      };
      let client: RocketmqClient;

      beforeAll(async () => {
        client = await connect({ nameServers: [place.nameServer], dial, hooks: [record] });
      });
      afterAll(() => client.close());

      it.each([
        { name: 'an empty body', body: '', code: 'body-empty' },
        { name: 'a body of more than 4 MiB', body: Buffer.alloc(4 * 1024 * 1024 + 1, 'x'), code: 'body-too-large' },
      ])('refuses $name before anything is sent', async ({ body, code }) => {
        const topic = `refused-${randomUUID()}`;
        await client.admin.createTopic({ topic, queues: 1 });
        await using producer = await client.producer({ group: topic });
        sends.length = 0;
        const refusal = { name: 'UsageError', code };
        const [fine, refused] = [
          { topic, body: 'fine' },
          { topic, body },
        ];
        await expect(producer.send(refused)).rejects.toMatchObject(refusal);
        await expect(producer.sendOneway(refused)).rejects.toMatchObject(refusal);
        await expect(producer.sendBatch([fine, refused])).rejects.toMatchObject(refusal);
        expect(sends).toEqual([]);
        // What goes out is seen here, and it is the first message the broker stores.
        const { offset } = await producer.send(fine);
        expect([offset, sends]).toEqual([0n, ['sendMessageV2']]);
      });
    });

    const itTogether = sideBySide();
    for (const [language, client] of clients) {
      const directions = {
        [`ours to ${language}:`]: () => ({ from: ourClient, to: client.get() }),
        [`${language} to ours:`]: () => ({ from: client.get(), to: ourClient }),
      };
      for (const [direction, sides] of Object.entries(directions)) {
        describeReady(direction, { client: client.prepared }, () => {
          itTogether(foreignScenarios, ({ run }) => {
            const id = randomUUID().slice(0, 8);
            return run({ nameServer: place.nameServer, ...sides(), unique: (name) => `${name}-${id}` });
          });
        });
      }
    }
  });
}
