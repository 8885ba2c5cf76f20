import { randomUUID } from 'node:crypto';
import { connect, type RocketmqClient } from '@rmq/client/rocketmq';
import { lz4 } from '@rmq/compression-lz4';
import { zstd } from '@rmq/compression-zstd';
import { compressionOf, type StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { dial } from '@rmq/transport-node';
import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import type { ClientPeer } from '../../src/peers/client-peer.ts';
import { prepareJavaPeer } from '../../src/peers/java.ts';
import { describeWith } from '../support/describe-with.ts';

const wanted = { real: prepareRealCluster('5.3.3'), java: prepareJavaPeer() };
const body = 'compress me, I am long. '.repeat(1_000);

await describeWith('Bodies compressed with LZ4 and zstd', wanted, ({ real, java }) => {
  let cluster: RealCluster;
  let client: RocketmqClient;

  /** As it is stored, whoever sent it. */
  async function storedOf(topic: string): Promise<StoredMessage> {
    const [message] = await client.admin.queryByKey({ topic, key: 'one' });
    if (message === undefined) throw new Error('it is not found by its key');
    return message;
  }

  beforeAll(async () => {
    cluster = await real.start({});
    client = await connect({ nameServers: [cluster.nameServer], dial, compressions: [lz4, zstd] });
  });
  afterAll(async () => {
    await client.close();
    await cluster.stop();
  });

  it.each(['lz4', 'zstd'] as const)('by Java are read by us, and by us are read by Java: %s', async (type) => {
    const { nameServer } = cluster;
    const properties = { 'rocketmq.message.compressType': type.toUpperCase() };
    const peer: ClientPeer = await java.start({ properties });
    try {
      const [theirs, ours] = [`java-${type}-${randomUUID()}`, `rmq-${type}-${randomUUID()}`];
      for (const topic of [theirs, ours]) await client.admin.createTopic({ topic, queues: 1 });

      const javaProducer = await peer.producer({ nameServer, group: theirs });
      await javaProducer.send({ topic: theirs, body, keys: ['one'] });
      await using consumer = await client.consumer({ group: theirs, subscribe: { [theirs]: '*' }, startFrom: 'first' });
      for await (const message of consumer) {
        expect(message.text()).toBe(body);
        await message.ack();
        break;
      }
      expect(compressionOf((await storedOf(theirs)).sysFlag)).toBe(type);

      await using producer = await client.producer({ group: ours, compressType: type });
      await producer.send({ topic: ours, body, keys: ['one'] });
      const javaConsumer = await peer.consumer({ nameServer, group: ours, topic: ours });
      const [received] = await javaConsumer.until(1);
      expect(Buffer.from(received?.body ?? []).toString()).toBe(body);
      const stored = await storedOf(ours);
      expect(compressionOf(stored.sysFlag)).toBe(type);
      expect(stored.body.length).toBeLessThan(body.length / 10);
    } finally {
      await peer.stop();
    }
  });
});
