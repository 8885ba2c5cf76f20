import { randomUUID } from 'node:crypto';
import { type AmqpClient, connect, type ConnectOptions } from '@rmq/client/amqp';
import { dial, nodeDialer } from '@rmq/transport-node';
import { type Certificates, certificates } from '../../src/rabbitmq/certificates.ts';
import { byCertificate } from '../../src/rabbitmq/node-files.ts';
import { prepareRabbitmq, type RabbitmqNode } from '../../src/rabbitmq/rabbitmq-node.ts';
import { scenarios } from '../../src/scenarios/amqp.ts';
import { eventually } from '../../src/scenarios/amqp/scenario.ts';
import { describeWith } from '../support/describe-with.ts';

await describeWith('Our AMQP client on RabbitMQ', { rabbitmq: prepareRabbitmq() }, ({ rabbitmq }) => {
  const user = 'tls-user';
  let node: RabbitmqNode;
  let made: Certificates;

  beforeAll(async () => {
    made = await certificates(user);
    node = await rabbitmq.start({ tls: { ca: made.ca, ...made.server }, ...byCertificate });
  });
  afterAll(() => node.stop());

  type Given = Omit<Partial<ConnectOptions>, 'dial' | 'url'>;
  const overTcp = (options: Given = {}): Promise<AmqpClient> =>
    connect({ url: `amqp://${node.host}:${node.port.toString()}`, dial, ...options });
  const overTls = (options: Given = {}): Promise<AmqpClient> => {
    const tls = { ca: made.ca, ...made.client };
    return connect({ url: `amqps://${node.host}:${node.tlsPort.toString()}`, dial: nodeDialer({ tls }), ...options });
  };

  describe.each([
    ['TCP', overTcp],
    ['TLS', overTls],
  ])('over %s', (_, connectTo) => {
    describe.each(Object.entries(scenarios))('%s', (__, each) => {
      it.each(each)('$name', async ({ run }) => {
        const id = randomUUID().slice(0, 8);
        await run({ connect: connectTo, unique: (name) => `${name}-${id}` });
      });
    });
  });

  describe('logging in', () => {
    it.each(['PLAIN', 'AMQPLAIN'] as const)('by %s', async (mechanism) => {
      await using client = await overTcp({ sasl: { mechanism, user: 'guest', password: 'guest' } });
      expect(client.connection.state).toBe('open');
      expect(client.connection.serverProperties).toMatchObject({ product: 'RabbitMQ', version: node.version });
    });

    it('by the certificate (EXTERNAL), as the user it names', async () => {
      const external = { mechanism: 'EXTERNAL' } as const;
      await expect(overTls({ sasl: external })).rejects.toMatchObject({ responseCode: 403 });
      await node.control('add_user', user, randomUUID());
      await node.control('set_permissions', user, '.*', '.*', '.*');
      await using client = await overTls({ sasl: external });
      await client.queues.declare('of the certificate', { exclusive: true });
      expect(await node.control('list_connections', 'user', 'auth_mechanism')).toMatch(/tls-user\s+EXTERNAL/);
    });

    it.each(['PLAIN', 'AMQPLAIN'] as const)('refused for a wrong password: %s', async (mechanism) => {
      const wrong = overTcp({ sasl: { mechanism, user: 'guest', password: 'top secret' } });
      const error: unknown = await wrong.catch((cause: unknown) => cause);
      expect(error).toMatchObject({
        name: 'AmqpReplyError',
        responseCode: 403,
        responseName: 'ACCESS_REFUSED',
        scope: 'connection',
        retryable: false,
      });
      expect(String((error as Error).stack)).not.toContain('top secret');
    });

    it('refused where it is not allowed', async () => {
      await expect(overTcp({ vhost: 'missing' })).rejects.toMatchObject({
        name: 'AmqpReplyError',
        responseCode: 530,
        responseName: 'NOT_ALLOWED',
        scope: 'connection',
        method: 'connection.open',
      });
    });

    it('with a vhost and permissions of its own', async () => {
      await node.control('add_vhost', 'team/a');
      await node.control('add_user', 'alice', 'ä secret');
      await node.control('set_permissions', '-p', 'team/a', 'alice', '^mine-.*', '^mine-.*|amq.default', '.*');
      const [host, port] = [node.host, node.port.toString()];
      const url = `amqp://alice:${encodeURIComponent('ä secret')}@${host}:${port}/team%2Fa?heartbeat=30&name=tests`;
      await using client = await connect({ url, dial });
      expect(client.connection.heartbeatSeconds).toBe(30);
      await client.queues.declare('mine-1', { exclusive: true });
      await expect(client.queues.declare('yours-1')).rejects.toMatchObject({ responseCode: 403, scope: 'channel' });
      await eventually(async () => {
        expect(await node.control('list_connections', 'client_properties')).toContain('tests');
      });
    });
  });

  describe('a connection', () => {
    it('agrees on the smaller of what both want', async () => {
      await using client = await overTcp({ frameMaxBytes: 8_192, channelMax: 2, heartbeatSeconds: 5 });
      const { frameMaxBytes, channelMax, heartbeatSeconds } = client.connection;
      expect({ frameMaxBytes, channelMax, heartbeatSeconds }).toEqual({
        frameMaxBytes: 8_192,
        channelMax: 2,
        heartbeatSeconds: 5,
      });
    });

    it('lives on heartbeats alone, and notices a server that is silent', async () => {
      await using client = await overTcp({ heartbeatSeconds: 1 });
      // Longer than the server waits for a sign of life, twice its second.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(client.connection.state).toBe('open');
      const [server] = node.pids();
      if (server === undefined) throw new Error('the node is not running');
      process.kill(server, 'SIGSTOP');
      try {
        const since = Date.now();
        await client.connection.reached('closed');
        expect(Date.now() - since).toBeLessThan(6_000);
      } finally {
        process.kill(server, 'SIGCONT');
      }
      await expect(client.queues.check('any')).rejects.toMatchObject({ code: 'connection-closed' });
    });

    it('says what closed it', async () => {
      const client = await overTcp();
      const waiting = client.consumer({ queue: (await client.queues.declare('', { exclusive: true })).queue });
      const running = (await waiting).run(() => undefined);
      const ended = expect(running).rejects.toMatchObject({ responseCode: 320, remark: expect.any(String) as string });
      await node.control('close_all_connections', 'maintenance');
      await ended;
      await expect(client.channel()).rejects.toMatchObject({ responseCode: 320, scope: 'connection' });
      await client.close();
    });

    it('is not made where nobody, or somebody else, listens', async () => {
      const refused = connect({ url: 'amqp://127.0.0.1:1', dial });
      await expect(refused).rejects.toMatchObject({ code: 'connect-failed' });
      const plainToTls = connect({ url: `amqp://${node.host}:${node.tlsPort.toString()}`, dial });
      await expect(plainToTls).rejects.toMatchObject({ name: expect.any(String) as string });
      const tlsToPlain = connect({
        url: `amqps://${node.host}:${node.port.toString()}`,
        dial: nodeDialer({ tls: { ca: made.ca } }),
      });
      await expect(tlsToPlain).rejects.toMatchObject({ code: 'connect-failed' });
      const stranger = connect({ url: `amqps://${node.host}:${node.tlsPort.toString()}`, dial });
      await expect(stranger).rejects.toMatchObject({ code: 'connect-failed' });
    });
  });
});
