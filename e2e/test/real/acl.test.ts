import { connect, type Credentials, type RocketmqClient } from '@rmq/client/rocketmq';
import { dial } from '@rmq/transport-node';
import { prepareRealCluster, type RealCluster } from '../../src/cluster/real-cluster.ts';
import { describeWith } from '../support/describe-with.ts';

const root: Credentials = { accessKey: 'rocketmq', secretKey: '12345678' };
const auth = 'org.apache.rocketmq.auth';
/** ACL 2.0 with one user who may do everything. */
const settings = {
  authenticationEnabled: true,
  authenticationProvider: `${auth}.authentication.provider.DefaultAuthenticationProvider`,
  authenticationMetadataProvider: `${auth}.authentication.provider.LocalAuthenticationMetadataProvider`,
  initAuthenticationUser: JSON.stringify({ username: root.accessKey, password: root.secretKey }),
  innerClientAuthenticationCredentials: JSON.stringify(root),
  authorizationEnabled: true,
  authorizationProvider: `${auth}.authorization.provider.DefaultAuthorizationProvider`,
  authorizationMetadataProvider: `${auth}.authorization.provider.LocalAuthorizationMetadataProvider`,
};

await describeWith('RocketMQ 5.3.3 with access control', { real: prepareRealCluster('5.3.3') }, ({ real }) => {
  let cluster: RealCluster;

  beforeAll(async () => {
    cluster = await real.start({ settings });
  });
  afterAll(() => cluster.stop());

  const connectAs = (credentials: Credentials | undefined): Promise<RocketmqClient> =>
    connect({ nameServers: [cluster.nameServer], dial, credentials });

  it.each(['json', 'rocketmq'] as const)(
    'serves a user whose requests are signed: %s headers',
    async (serializeType) => {
      const topic = `signed-${serializeType}`;
      await using client = await connect({ nameServers: [cluster.nameServer], dial, credentials: root, serializeType });
      await client.admin.createTopic({ topic, queues: 1 });
      await using producer = await client.producer({ group: topic });
      await producer.send({ topic, body: 'grüße', tags: 'a', keys: ['k'], properties: { stadt: 'Zürich' } });
      await producer.sendBatch(['b', 'c'].map((body) => ({ topic, body })));
      await producer.send({ topic, body: 'x'.repeat(10_000) });
      await using consumer = await client.consumer({ group: topic, subscribe: { [topic]: '*' }, startFrom: 'first' });
      const bodies: string[] = [];
      for await (const message of consumer) {
        bodies.push(message.text());
        await message.ack();
        if (bodies.length === 4) break;
      }
      expect(bodies.map((body) => body.slice(0, 5)).sort()).toEqual(['b', 'c', 'grüße', 'xxxxx']);
    },
  );

  it.each([
    ['without credentials', undefined],
    ['with a wrong secret', { ...root, secretKey: 'wrong' }],
    ['as somebody nobody knows', { ...root, accessKey: 'mallory' }],
  ])('refuses a client %s, and says so', async (_, credentials) => {
    await using client = await connectAs(credentials);
    await expect(client.admin.createTopic({ topic: 'refused', queues: 1 })).rejects.toMatchObject({
      name: 'ReplyError',
      responseName: 'noPermission',
    });
  });
});
