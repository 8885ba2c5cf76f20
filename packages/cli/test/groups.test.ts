import { type EmbeddedBroker, startBroker } from '@rmq/broker/rocketmq';
import { connect, PartialError, type RocketmqClient } from '@rmq/client/rocketmq';
import { listen, nodeDialer } from '@rmq/transport-node';
import { Incomplete } from '../src/rocketmq/incomplete.ts';
import { rmq } from './rmq.ts';

describe('rmq rocketmq groups', () => {
  let broker: EmbeddedBroker;
  let client: RocketmqClient;
  let at: readonly string[];

  beforeAll(async () => {
    broker = await startBroker({ listen });
    const nameServer = `127.0.0.1:${broker.nameServer.port.toString()}`;
    at = ['--name-server', nameServer];
    client = await connect({ nameServers: [nameServer], dial: nodeDialer({}) });
  });

  afterAll(async () => {
    await client.close();
    await broker.close();
  });

  const groups = (...args: readonly string[]) => rmq(['rocketmq', 'groups', ...args, ...at]);
  /** The cells of the table row that begins with `name`. */
  const row = (out: string, name: string): readonly string[] => {
    const line = out.split('\n').find((each) => each.replace(/^│\s*/, '').startsWith(name)) ?? '';
    return line
      .split('│')
      .slice(1, -1)
      .map((cell) => cell.trim());
  };

  it('lists all groups with their members and what waits for them; shows one with its settings', async () => {
    await client.admin.createTopic({ topic: 'orders', queues: 2 });
    const producer = await client.producer({ group: 'shop' });
    const consumer = await client.consumer({ group: 'billing', subscribe: { orders: 'new' }, startFrom: 'first' });
    for (const body of ['1', '2', '3']) await producer.send({ topic: 'orders', body, tags: 'new' });
    const stop = new AbortController();
    await consumer.run(
      () => {
        stop.abort();
      },
      { signal: stop.signal },
    );
    const list = await groups();
    expect(list).toMatchObject({ code: 0, err: '' });
    const [name, members, topics] = row(list.out, 'billing');
    expect([name, members]).toEqual(['billing', '1']);
    expect(Number(topics)).toBeGreaterThan(0);
    const one = await groups('billing');
    expect(one).toMatchObject({ code: 0, err: '' });
    expect(row(one.out, 'yes')).toEqual(['yes', 'yes', '16', '1']);
    expect(one.out).toContain(client.clientId);
    expect(row(one.out, 'orders')).toEqual(['orders', 'new']);
    expect(one.out).toContain('behind');
    await consumer.close();
  }, 30_000);

  it('creates, changes and deletes groups', async () => {
    expect(await groups('create', 'made')).toMatchObject({ code: 0, err: 'group made created, 16 retries\n' });
    await groups('create', 'made', '--retries', '3');
    const { code, out, err } = await groups('made');
    expect([code, err]).toEqual([0, 'nobody is in group made now\n']);
    expect(row(out, 'yes')).toEqual(['yes', 'yes', '3', '1']);
    expect(row((await groups()).out, 'made')).toEqual(['made', '0', '0', '-']);
    const deleted = await groups('delete', 'made', '--offsets', '--topics');
    expect(deleted).toMatchObject({ code: 0, err: 'group made deleted\n' });
    expect(row((await groups()).out, 'made')).toEqual([]);
  });

  it('says that a group does not exist, exit code 1', async () => {
    expect(await groups('nobody')).toMatchObject({ code: 1, err: 'rmq: group nobody does not exist\n' });
  });

  it.each([
    { args: ['create', 'g', '--retries', '-1'], message: 'from 0 to 2147483647' },
    { args: ['create', 'no group!'], message: 'group name "no group!"' },
  ])('$args is a usage error, exit code 2', async ({ args, message }) => {
    const { code, err } = await groups(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('Incomplete', () => {
  const failed = (results: unknown): Promise<unknown> =>
    Promise.reject(
      new PartialError('reading', { succeeded: ['a:1'], failures: new Map([['b:1', new Error('gone')]]), results }),
    );

  it('gives what was obtained, and says in the end what is missing', async () => {
    const incomplete = new Incomplete();
    expect(await incomplete.take(Promise.resolve(1))).toBe(1);
    incomplete.check();
    expect(await incomplete.take(failed(2))).toBe(2);
    expect(() => {
      incomplete.check();
    }).toThrow('this is not all, some brokers failed: b:1 (gone)');
  });

  it('leaves other failures alone', async () => {
    await expect(new Incomplete().take(Promise.reject(new Error('all gone')))).rejects.toThrow('all gone');
  });
});
