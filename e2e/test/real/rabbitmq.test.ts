import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { cacheFolder } from '../../src/paths.ts';
import { alive } from '../../src/process/alive.ts';
import { certificates } from '../../src/rabbitmq/certificates.ts';
import { byCertificate } from '../../src/rabbitmq/node-files.ts';
import { prepareRabbitmq, type RabbitmqNode } from '../../src/rabbitmq/rabbitmq-node.ts';
import { describeWith } from '../support/describe-with.ts';

await describeWith('a real RabbitMQ', { rabbitmq: prepareRabbitmq() }, ({ rabbitmq }) => {
  let node: RabbitmqNode;

  beforeAll(async () => {
    node = await rabbitmq.start({});
  });
  afterAll(() => node.stop());

  /** The first bytes it answers a client's greeting with. */
  async function greeted(): Promise<Buffer> {
    const socket = connect(node.port, node.host);
    socket.write('AMQP\0\0\x09\x01', 'latin1');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return chunk;
  }

  it('keeps what is durable and its port over kill -9 and restart', async () => {
    const { port } = node;
    await node.control('add_vhost', 'survivor');
    const before = node.pids();
    await node.kill9();
    expect(before.filter(alive)).toHaveLength(1);
    await node.restart();
    expect(node.port).toBe(port);
    expect(await node.control('list_vhosts')).toContain('survivor');
    expect((await greeted()).subarray(0, 1)).toEqual(Buffer.of(1)); // a method frame: connection.start
  });

  it('leaves no process and no port behind', async () => {
    const own = await rabbitmq.start({});
    const pids = own.pids();
    expect(pids).toHaveLength(2);
    await own.shutDown();
    await own.stop();
    expect(pids.filter(alive)).toEqual([]);
    await expect(once(connect(own.port, own.host), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('says why it cannot start, with what it printed, and leaves nothing behind', async () => {
    const folders = async (): Promise<string[]> =>
      (await readdir(join(cacheFolder, 'rabbitmq'))).filter((name) => name.startsWith(`${process.pid}-`));
    const before = await folders();
    await expect(rabbitmq.start({ settings: { heartbeat: 'often' } })).rejects.toMatchObject({
      name: 'PeerError',
      code: 'exited',
      message: expect.stringContaining('failed_to_prepare_configuration') as string,
    });
    expect(await folders()).toEqual(before);
  });

  it('speaks TLS, and knows clients by their certificates', async () => {
    const { ca, server, client } = await certificates('tls-user');
    await using own = await rabbitmq.start({ tls: { ca, ...server }, ...byCertificate });
    const socket = connectTls({ host: own.host, port: own.tlsPort, ca, ...client });
    socket.write('AMQP\0\0\x09\x01', 'latin1');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(socket.authorized).toBe(true);
    expect(chunk.toString('latin1')).toContain('EXTERNAL');
  });
});
