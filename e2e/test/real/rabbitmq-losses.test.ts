import { type AmqpClient, connect, type Publisher } from '@rmq/client/amqp';
import { dial } from '@rmq/transport-node';
import { prepareRabbitmq, type RabbitmqNode } from '../../src/rabbitmq/rabbitmq-node.ts';
import { describeWith } from '../support/describe-with.ts';

await describeWith('Our AMQP client when RabbitMQ goes away', { rabbitmq: prepareRabbitmq() }, ({ rabbitmq }) => {
  let node: RabbitmqNode;

  beforeAll(async () => {
    node = await rabbitmq.start({});
  });
  afterAll(() => node.stop());

  const client = (): Promise<AmqpClient> => connect({ url: `amqp://${node.host}:${node.port.toString()}`, dial });

  /** Publishes numbers, `inFlight` at a time, until `more` says no; tells how each ended. */
  async function load(publisher: Publisher, more: () => boolean): Promise<Map<number, unknown>> {
    const outcomes = new Map<number, unknown>();
    let next = 0;
    const publishOn = async (): Promise<void> => {
      while (more()) {
        const number = next;
        next += 1;
        try {
          await publisher.publish({ body: number.toString() });
          outcomes.set(number, 'confirmed');
        } catch (cause) {
          outcomes.set(number, cause);
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: 50 }, publishOn));
    return outcomes;
  }

  /** Everything in a queue, with how often it was there. */
  async function contents(of: AmqpClient, queue: string): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    for (let message = await of.get(queue); message !== undefined; message = await of.get(queue)) {
      const number = Number(message.text());
      found.set(number, (found.get(number) ?? 0) + 1);
      await message.ack();
    }
    return found;
  }

  it.each([
    ['is killed', () => node.kill9(), 'publish-unknown'],
    ['is shut down', () => node.shutDown(), 'publish-unknown'],
  ] as const)('settles every publish when it %s, and what was confirmed is there', async (title, end, code) => {
    const before = await client();
    const queue = `durable ${title}`;
    await before.queues.declare(queue);
    const consumer = await before.consumer({ queue: (await before.queues.declare('', { exclusive: true })).queue });
    const consuming = consumer
      .run(() => undefined)
      .then(
        () => 'ended',
        (cause: unknown) => cause,
      );
    const publisher = await before.publisher({ routingKey: queue });
    let ended = false;
    const loading = load(publisher, () => !ended);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await end();
    const outcomes = await loading;
    ended = true;

    const confirmed = [...outcomes].filter(([, outcome]) => outcome === 'confirmed').map(([number]) => number);
    const failures = [...outcomes.values()].filter((outcome) => outcome !== 'confirmed');
    expect(confirmed.length).toBeGreaterThan(0);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      // Those that were sent may be there; those that came later were not sent at all.
      expect([code, 'connection-closed', 'refused']).toContain((failure as { code?: unknown }).code);
    }
    expect(failures.map((failure) => (failure as { code?: unknown }).code)).toContain(code);
    expect(await consuming).toBeInstanceOf(Error);
    await expect(before.queues.check(queue)).rejects.toBeInstanceOf(Error);
    await before.close();

    await node.restart();
    await using after = await client();
    const found = await contents(after, queue);
    expect(confirmed.filter((number) => found.get(number) !== 1)).toEqual([]);
    await after.queues.delete(queue);
  });

  it('fails the calls that wait', async () => {
    const lost = await client();
    const [pid] = node.pids();
    if (pid === undefined) throw new Error('the node is not running');
    process.kill(pid, 'SIGSTOP'); // It answers nothing any more.
    const waiting = [
      lost.queues.check('a'),
      lost.get('b'),
      lost.channel(),
      lost.publisher(),
      lost.consumer({ queue: 'c' }),
    ];
    const outcomes = Promise.allSettled(waiting);
    await node.kill9();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'connection-closed' } });
    }
    await lost.close();
    await node.restart();
  });

  it('loses nothing when it is closed under load', async () => {
    const loaded = await client();
    const { queue } = await loaded.queues.declare('drained', { durable: false });
    const handled = new Map<number, number>();
    const consumer = await loaded.consumer({ queue, prefetch: 100 });
    const running = consumer.run(
      async (message) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        const number = Number(message.text());
        handled.set(number, (handled.get(number) ?? 0) + 1);
      },
      { concurrency: 20 },
    );
    const publisher = await loaded.publisher({ routingKey: queue, persistent: false });
    let closing = false;
    const loading = load(publisher, () => !closing);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    closing = true;
    await loaded.close();
    await running;

    const outcomes = await loading;
    const confirmed = [...outcomes].filter(([, outcome]) => outcome === 'confirmed').map(([number]) => number);
    expect(confirmed.length).toBe(outcomes.size);
    expect(handled.size).toBeGreaterThan(0);
    await using after = await client();
    const left = await contents(after, queue);
    // Each is either handled and acknowledged, or there as before; none is both, none is gone.
    expect(confirmed.filter((number) => (handled.get(number) ?? 0) + (left.get(number) ?? 0) !== 1)).toEqual([]);
    expect(handled.size + left.size).toBe(confirmed.length);
    await after.queues.delete(queue);
  });
});
