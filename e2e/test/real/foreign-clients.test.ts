import { createHash, randomBytes } from 'node:crypto';
import type { ClientPeer } from '../../src/peers/client-peer.ts';
import { prepareGoPeer } from '../../src/peers/go.ts';
import { prepareJavaPeer } from '../../src/peers/java.ts';
import type { PeerReceived } from '../../src/peers/messages.ts';
import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import { describeWith } from '../support/describe-with.ts';
import { alive } from '../../src/process/alive.ts';

const clients = { 'the Java client': prepareJavaPeer, 'the Go client': prepareGoPeer } as const;
const maxBody = 4 * 1024 * 1024;

const bodyOf = ({ body }: PeerReceived): string => Buffer.from(body ?? []).toString();

// The foreign clients must be known to work with a real broker before they say anything about ours.
for (const version of ['5.3.3', '4.9.7'] as const) {
  for (const [name, prepare] of Object.entries(clients)) {
    await describeWith(
      `${name} through RocketMQ ${version}`,
      { real: prepareRealCluster(version), client: prepare() },
      ({ real, client }) => {
        let cluster: RealCluster;
        let peer: ClientPeer;
        const topicOf = (what: string): string => `${what}-${name.replaceAll(' ', '-')}`;

        beforeAll(async () => {
          cluster = await real.start({});
          peer = await client.start({});
        });
        afterAll(async () => {
          const pids = [...cluster.pids(), peer.pid];
          await peer.stop();
          await cluster.stop();
          expect(pids.filter(alive)).toEqual([]);
        });

        it('exchanges tags, keys, properties and unicode, one by one and in a batch', async () => {
          const { nameServer } = cluster;
          const topic = topicOf('plain');
          const producer = await peer.producer({ nameServer, group: 'plain-producers' });
          const sent = await producer.send({
            topic,
            body: 'grüße 🚀',
            tags: 'a',
            keys: ['k1', 'k2'],
            properties: { stadt: 'Zürich' },
          });
          await producer.sendBatch(['b1', 'b2', 'b3'].map((body) => ({ topic, body, tags: 'b' })));
          await producer.sendOneway({ topic, body: 'c', tags: 'c' });
          const consumer = await peer.consumer({ nameServer, group: 'plain-consumers', topic, expression: 'a || b' });
          const received = await consumer.until(4);
          expect(received.map(bodyOf).sort()).toEqual(['b1', 'b2', 'b3', 'grüße 🚀']);
          expect(received.find(({ tags }) => tags === 'a')).toMatchObject({
            messageId: sent.messageId,
            keys: 'k1 k2',
            properties: { stadt: 'Zürich' },
            queueOffset: sent.queueOffset,
          });
          await consumer.stop();
          await producer.stop();
        });

        it('exchanges bodies of one byte, compressed ones and ones of 4 MiB', async () => {
          const { nameServer } = cluster;
          const topic = topicOf('bodies');
          const producer = await peer.producer({ nameServer, group: 'body-producers' });
          const bodies = [Buffer.of(0), Buffer.alloc(100_000, 'compress me'), Buffer.alloc(maxBody, randomBytes(64))];
          for (const body of bodies) await producer.send({ topic, body });
          const consumer = await peer.consumer({ nameServer, group: 'body-consumers', topic });
          const received = await consumer.until(bodies.length);
          const hashes = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
          expect(received.map(({ bodySha256 }) => bodySha256).sort()).toEqual(hashes.sort());
          await consumer.stop();
          await producer.stop();
        });

        it('gets a message again after asking for it, and a delayed one after its delay', async () => {
          const { nameServer } = cluster;
          const topic = topicOf('later');
          const producer = await peer.producer({ nameServer, group: 'later-producers' });
          await producer.send({ topic, body: 'again' });
          await producer.send({ topic, body: 'delayed', delayLevel: 2, tags: 'delayed' });
          const options = { nameServer, group: 'later-consumers', topic, retries: 1 };
          // The group's retry topic comes into being with its first heartbeat, and a consumer that is there already finds
          // it only 20 s later. So it is somebody else who joins first.
          await (await peer.consumer({ ...options, topic: 'TBW102' })).stop();
          const consumer = await peer.consumer(options);
          const received = await consumer.until(
            (all) => all.filter(({ reconsumeTimes }) => reconsumeTimes === 1).length === 2,
          );
          expect(received.map(bodyOf).sort()).toEqual(['again', 'again', 'delayed', 'delayed']);
          await consumer.stop();
          await producer.stop();
        });
      },
    );
  }
}
