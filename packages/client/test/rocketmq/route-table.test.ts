import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { drain } from '@rmq/testkit';
import { ConnectionError } from '../../src/core/errors.ts';
import { NameServerRig, route } from './name-server-rig.ts';

const names = (queues: readonly MessageQueue[] | undefined) =>
  queues?.map(({ brokerName, queueId }) => `${brokerName}${queueId}`).join(' ');

function rigOf(topic: string, ...of: Parameters<typeof route>): NameServerRig {
  const rig = new NameServerRig();
  rig.topics.set(topic, route(...of));
  return rig;
}

describe('RouteTable: queues', () => {
  it('are listed by broker name, whatever order the name server has', async () => {
    const { routes } = rigOf('T', ['b', 'a']);
    expect(names(await routes.publishQueues('T'))).toBe('a0 a1 b0 b1');
    expect(names(await routes.subscribeQueues('T'))).toBe('a0 a1 b0 b1');
  });

  it.each([
    ['writes need permission', { perm: 4 }, undefined, 'a0 a1'],
    ['reads need permission', { perm: 2 }, 'a0 a1', ''],
    ['numbers differ', { writeQueueNums: 1, readQueueNums: 3 }, 'a0', 'a0 a1 a2'],
  ])('%s', async (_, change, publish, subscribe) => {
    const [queue] = route(['a']).queueDatas;
    const { routes } = rigOf('T', ['a'], { queueDatas: queue === undefined ? [] : [{ ...queue, ...change }] });
    const published = routes.publishQueues('T');
    if (publish === undefined) await expect(published).rejects.toMatchObject({ code: 'route-not-found' });
    else expect(names(await published)).toBe(publish);
    expect(names(await routes.subscribeQueues('T'))).toBe(subscribe);
  });

  it('of a broker without a master can be read but not written', async () => {
    const brokerDatas = route(['a']).brokerDatas.map((each) => ({ ...each, brokerAddrs: { 1: 'a:2' } }));
    const { routes } = rigOf('T', ['a'], { brokerDatas });
    await expect(routes.publishQueues('T')).rejects.toMatchObject({ code: 'route-not-found' });
    expect(names(await routes.subscribeQueues('T'))).toBe('a0 a1');
    await expect(routes.anyBrokerOf('T')).resolves.toBe('a:2');
    await expect(routes.masterAddress('a', 'T')).rejects.toBeInstanceOf(ConnectionError);
  });

  it('to write follow the order an administrator has fixed, and leave out what is malformed in it', async () => {
    const { routes } = rigOf('T', ['a', 'b'], { orderTopicConf: 'b:1;nonsense;:;a:x;a:2' });
    expect(names(await routes.publishQueues('T'))).toBe('b0 a0 a1');
  });

  it('are not believed beyond a bound', async () => {
    const queueDatas = route(['a', 'b']).queueDatas.map((each) => ({ ...each, writeQueueNums: 2 ** 31 - 1 }));
    const { routes } = rigOf('T', ['a', 'b'], { queueDatas });
    await expect(routes.publishQueues('T')).resolves.toHaveLength(65_536);
  });
});

describe('RouteTable: topics that do not exist', () => {
  it('get the queues that the template would give them', async () => {
    const [queue] = route(['a']).queueDatas;
    const rig = rigOf('TBW102', ['a'], { queueDatas: queue === undefined ? [] : [{ ...queue, writeQueueNums: 8 }] });
    const queues = await rig.routes.publishQueues('new');
    expect(names(queues)).toBe('a0 a1 a2 a3');
    expect(queues[0]?.topic).toBe('new');
    expect(rig.asked).toEqual(['n1:1 new', 'n1:1 TBW102']);
  });

  it('have no queues to read, and none to write without a template', async () => {
    const { routes } = new NameServerRig();
    await expect(routes.subscribeQueues('new')).resolves.toBeUndefined();
    await expect(routes.publishQueues('new')).rejects.toMatchObject({ code: 'route-not-found' });
  });

  it('are not mixed up with topics that are closed: the template is not for those', async () => {
    const rig = rigOf('T', ['a'], { queueDatas: [] });
    rig.topics.set('TBW102', route(['a']));
    await expect(rig.routes.publishQueues('T')).rejects.toMatchObject({ code: 'route-not-found' });
    rig.topics.set('T', route(['a']));
    expect(names(await rig.routes.publishQueues('T'))).toBe('a0 a1');
  });
});

describe('RouteTable: the cache', () => {
  it('asks once for a topic, also when many want it at the same time', async () => {
    const rig = rigOf('T', ['a']);
    await Promise.all([rig.routes.publishQueues('T'), rig.routes.subscribeQueues('T')]);
    await rig.routes.publishQueues('T');
    expect(rig.asked).toEqual(['n1:1 T']);
  });

  it('lets each caller give up for itself: the others still get the answer', async () => {
    const rig = rigOf('T', ['a']);
    let answer = (): void => undefined;
    rig.until = new Promise<void>((resolve) => (answer = resolve));
    const abort = new AbortController();
    const aborted = rig.routes.publishQueues('T', { signal: abort.signal });
    const late = rig.routes.publishQueues('T', { timeoutMs: 100 });
    const patient = rig.routes.publishQueues('T');
    const checks = [
      expect(aborted).rejects.toThrow('enough'),
      expect(late).rejects.toMatchObject({ code: 'request-timeout' }),
    ];
    abort.abort(new Error('enough'));
    await rig.clock.advance(100);
    await Promise.all(checks);
    answer();
    expect(names(await patient)).toBe('a0 a1');
    expect(rig.clock.pending).toBe(0);
    const before = rig.asked.length;
    await expect(rig.routes.refresh('T', { signal: abort.signal })).rejects.toThrow('enough');
    expect(rig.asked).toHaveLength(before);
  });

  it('says when a route has changed, and only then', async () => {
    const rig = rigOf('T', ['a', 'b']);
    await expect(rig.routes.refresh('T')).resolves.toBe(true);
    rig.topics.set('T', route(['b', 'a']));
    await expect(rig.routes.refresh('T')).resolves.toBe(false);
    rig.topics.set('T', route(['a']));
    await expect(rig.routes.refresh('T')).resolves.toBe(true);
    expect(rig.changed).toEqual(['T', 'T']);
  });

  it('keeps a route that a name server has forgotten, and one that cannot be asked for', async () => {
    const rig = rigOf('T', ['a']);
    await rig.routes.refresh('T');
    rig.topics.clear();
    await expect(rig.routes.refresh('T')).resolves.toBe(false);
    rig.fail = () => new ConnectionError('connect-failed', 'nobody there');
    await rig.routes.refreshAll(['T', 'T']);
    expect(rig.events.filter(({ type }) => type === 'route.failed')).toMatchObject([{ topic: 'T' }]);
    expect(names(await rig.routes.publishQueues('T'))).toBe('a0 a1');
    expect(rig.routes.brokers()).toEqual([{ brokerName: 'a', brokerId: 0, address: 'a:1' }]);
  });

  it('asks at once when a broker cannot be reached: once a second for each, and for its topics only', async () => {
    const rig = rigOf('T', ['a']);
    rig.topics.set('U', route(['b']));
    await rig.routes.refreshAll(['T', 'U']);
    rig.asked.length = 0;
    for (const address of ['a:1', 'a:1', 'b:1', 'elsewhere:1']) {
      rig.routes.unreachable(address);
      await drain();
    }
    expect(rig.asked).toEqual(['n1:1 T', 'n1:1 U']);
    await rig.clock.advance(1_000);
    rig.routes.unreachable('a:1');
    expect(rig.asked).toEqual(['n1:1 T', 'n1:1 U', 'n1:1 T']);
  });

  it('finds a master that moved by asking once more', async () => {
    const rig = rigOf('T', ['a']);
    await rig.routes.refresh('T');
    rig.topics.set('T', route(['b']));
    await expect(rig.routes.masterAddress('b', 'T')).resolves.toBe('b:1');
    expect(rig.routes.brokerAddress('a')).toBeUndefined();
  });
});
