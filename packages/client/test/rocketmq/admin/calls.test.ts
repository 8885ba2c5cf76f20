import type { CommandName } from '@rmq/protocol/rocketmq';
import { offsetMessageId } from '@rmq/protocol/rocketmq/messages';
import type { Admin } from '../../../src/rocketmq/admin/admin.ts';
import type { CallOptions } from '../../../src/rocketmq/remoting.ts';
import { failure } from '../peer.ts';
import { AdminRig } from './rig.ts';

const queue = { topic: 'T', brokerName: 'a', queueId: 0 };

type Call = (admin: Admin, options?: CallOptions) => Promise<unknown>;

/** Every method, and the command whose answer decides. */
const methods: readonly { readonly method: keyof Admin; readonly command: CommandName; readonly call: Call }[] = [
  { method: 'createTopic', command: 'updateAndCreateTopic', call: (a, o) => a.createTopic({ topic: 'T' }, o) },
  { method: 'deleteTopic', command: 'deleteTopicInBroker', call: (a, o) => a.deleteTopic('T', o) },
  { method: 'topics', command: 'getAllTopicListFromNameserver', call: (a, o) => a.topics(o) },
  { method: 'route', command: 'getRouteinfoByTopic', call: (a, o) => a.route('T', o) },
  { method: 'cluster', command: 'getBrokerClusterInfo', call: (a, o) => a.cluster(o) },
  { method: 'topicStats', command: 'getTopicStatsInfo', call: (a, o) => a.topicStats('T', o) },
  { method: 'groups', command: 'getAllSubscriptiongroupConfig', call: (a, o) => a.groups(o) },
  {
    method: 'createGroup',
    command: 'updateAndCreateSubscriptiongroup',
    call: (a, o) => a.createGroup({ groupName: 'G' }, o),
  },
  { method: 'deleteGroup', command: 'deleteSubscriptiongroup', call: (a, o) => a.deleteGroup('G', o) },
  { method: 'consumers', command: 'getConsumerConnectionList', call: (a, o) => a.consumers('G', o) },
  { method: 'progress', command: 'getConsumeStats', call: (a, o) => a.progress('G', undefined, o) },
  { method: 'consumerOffset', command: 'queryConsumerOffset', call: (a, o) => a.consumerOffset('G', queue, o) },
  {
    method: 'setConsumerOffset',
    command: 'updateConsumerOffset',
    call: (a, o) => a.setConsumerOffset('G', { queue, offset: 0n }, o),
  },
  { method: 'offsetAt', command: 'searchOffsetByTimestamp', call: (a, o) => a.offsetAt(queue, 0, o) },
  { method: 'minOffset', command: 'getMinOffset', call: (a, o) => a.minOffset(queue, o) },
  { method: 'maxOffset', command: 'getMaxOffset', call: (a, o) => a.maxOffset(queue, o) },
  {
    method: 'viewById',
    command: 'viewMessageById',
    call: (a, o) => a.viewById(offsetMessageId({ host: '10.0.0.1', port: 1 }, 0n), o),
  },
  { method: 'queryByKey', command: 'queryMessage', call: (a, o) => a.queryByKey({ topic: 'T', key: 'k' }, o) },
];

const everywhere = ['n:1', 'm:1', 'a:1', 'b:1', 's:1', '10.0.0.1:1'];

async function start(command: CommandName, answer: Parameters<AdminRig['answer']>[2]): Promise<AdminRig> {
  const rig = await AdminRig.start();
  await rig.listen('10.0.0.1');
  for (const at of everywhere) rig.answer(at, command, answer);
  return rig;
}

describe.each(methods)('admin.$method', ({ call, command }) => {
  it('rejects with the reason of its signal, whoever is asked when it aborts', async () => {
    await using rig = await start(command, undefined);
    const stop = new AbortController();
    const reason = new Error('enough');
    const failed = failure(call(rig.admin, { signal: stop.signal }));
    await rig.clock.advance(0);
    expect(rig.requests(command).length).toBeGreaterThan(0);
    stop.abort(reason);
    expect(await failed).toBe(reason);
    expect(await failure(call(rig.admin, { signal: stop.signal }))).toBe(reason);
  });

  it('gives up when its time is up', async () => {
    await using rig = await start(command, undefined);
    const failed = failure(call(rig.admin, { timeoutMs: 500 }));
    // Name servers are asked one after the other.
    await rig.clock.advance(1_000);
    const error = await failed;
    const causes = typeof error === 'object' && error !== null && 'failures' in error ? error.failures : undefined;
    const [first] = causes instanceof Map ? [...(causes as ReadonlyMap<string, unknown>).values()] : [error];
    expect(first).toMatchObject({ code: 'request-timeout' });
  });

  it('gives the refusal of every server that was asked', async () => {
    await using rig = await start(command, { code: 1, remark: 'no' });
    const error = await failure(call(rig.admin));
    const causes = typeof error === 'object' && error !== null && 'failures' in error ? error.failures : undefined;
    for (const each of causes instanceof Map ? (causes as ReadonlyMap<string, unknown>).values() : [error]) {
      expect(each).toMatchObject({ name: 'ReplyError', code: 'refused', responseCode: 1, remark: 'no' });
    }
  });

  it('takes no time that is none', async () => {
    await using rig = await start(command, { code: 0 });
    expect(await failure(call(rig.admin, { timeoutMs: -1 }))).toMatchObject({ name: 'UsageError' });
    expect(rig.requests(command)).toEqual([]);
  });
});

const read = methods.filter(
  ({ method }) =>
    !['createTopic', 'deleteTopic', 'createGroup', 'deleteGroup', 'setConsumerOffset'].includes(method) &&
    !['consumerOffset', 'offsetAt', 'minOffset', 'maxOffset'].includes(method),
);

/** Every member that some body has, none of which holds a number. */
const members = [
  'brokerDatas',
  'topicList',
  'offsetTable',
  'connectionSet',
  'brokerAddrTable',
  'subscriptionGroupTable',
];
const otherShape = JSON.stringify(Object.fromEntries(members.map((name) => [name, 7])));

describe.each(read)('the body that admin.$method reads', ({ call, command }) => {
  it.each([
    { what: 'garbage', body: '\u0000\u0001 no json' },
    { what: 'half of it', body: '{"topicList":["T"' },
    { what: 'another shape', body: otherShape },
    { what: 'a scalar', body: '7' },
    { what: 'a deep nest', body: '['.repeat(100_000) },
  ])('is a ProtocolError when it is $what', async ({ body }) => {
    await using rig = await start(command, { code: 0, body: new TextEncoder().encode(body) });
    const error = await failure(call(rig.admin));
    const causes = typeof error === 'object' && error !== null && 'failures' in error ? error.failures : undefined;
    for (const each of causes instanceof Map ? (causes as ReadonlyMap<string, unknown>).values() : [error]) {
      expect(each).toMatchObject({ name: 'ProtocolError' });
    }
  });
});

describe('where only one server is asked', () => {
  it('its own error is thrown: nothing is partial', async () => {
    await using rig = await start('getTopicStatsInfo', { code: 1, remark: 'no' });
    rig.masters = ['a'];
    rig.answer('a:1', 'updateAndCreateTopic', { code: 1, remark: 'no' });
    expect(await failure(rig.admin.createTopic({ topic: 'T' }))).toMatchObject({ code: 'refused', address: 'a:1' });
  });
});

describe('arguments', () => {
  const id = offsetMessageId({ host: '10.0.0.1', port: 1 }, 0n);
  const wrong: readonly { readonly what: string; readonly call: Call; readonly says: string }[] = [
    { what: 'no queues', call: (a) => a.createTopic({ topic: 'T', queues: 0 }), says: 'queues is 0: expected' },
    { what: 'too many queues', call: (a) => a.createTopic({ topic: 'T', queues: 65_536 }), says: '1 to 65535' },
    { what: 'half a queue', call: (a) => a.createTopic({ topic: 'T', queues: 1.5 }), says: 'a whole number' },
    { what: 'no permission', call: (a) => a.createTopic({ topic: 'T', permission: 0 }), says: 'permission is 0' },
    { what: 'an odd permission', call: (a) => a.createTopic({ topic: 'T', permission: 7 }), says: '6 (both)' },
    { what: 'no limit', call: (a) => a.queryByKey({ topic: 'T', key: 'k', limit: 0 }), says: 'limit is 0' },
    { what: 'a huge limit', call: (a) => a.queryByKey({ topic: 'T', key: 'k', limit: 2 ** 31 }), says: '2147483647' },
    { what: 'a time before all', call: (a) => a.queryByKey({ topic: 'T', key: 'k', from: -1 }), says: 'from is -1' },
    { what: 'no time', call: (a) => a.queryByKey({ topic: 'T', key: 'k', to: Number.NaN }), says: 'to is NaN' },
    {
      what: 'times in the wrong order',
      call: (a) => a.queryByKey({ topic: 'T', key: 'k', from: 2, to: 1 }),
      says: 'from is 2: expected at most `to`, 1',
    },
    { what: 'an empty key', call: (a) => a.queryByKey({ topic: 'T', key: '' }), says: 'key is ""' },
    { what: 'two keys', call: (a) => a.queryByKey({ topic: 'T', key: 'a b' }), says: 'without spaces' },
    { what: 'an empty topic', call: (a) => a.queryByKey({ topic: '', key: 'k' }), says: 'topic is ""' },
    { what: 'a route of nothing', call: (a) => a.route(''), says: 'topic is ""' },
    { what: 'the offsets of nothing', call: (a) => a.topicStats(''), says: 'topic is ""' },
    { what: 'deleting nothing', call: (a) => a.deleteTopic(''), says: 'topic is ""' },
    { what: 'deleting no group', call: (a) => a.deleteGroup(''), says: 'group is ""' },
    { what: 'the members of no group', call: (a) => a.consumers(''), says: 'group is ""' },
    { what: 'the progress of no group', call: (a) => a.progress(''), says: 'group is ""' },
    { what: 'the progress in no topic', call: (a) => a.progress('G', ''), says: 'topic is ""' },
    { what: 'the offset of no group', call: (a) => a.consumerOffset('', queue), says: 'group is ""' },
    {
      what: 'an offset for no group',
      call: (a) => a.setConsumerOffset('', { queue, offset: 0n }),
      says: 'group is ""',
    },
    { what: 'a negative timestamp', call: (a) => a.offsetAt(queue, -1), says: 'timestamp is -1' },
    { what: 'an endless timestamp', call: (a) => a.offsetAt(queue, Infinity), says: 'timestamp is Infinity' },
    {
      what: 'a negative offset',
      call: (a) => a.setConsumerOffset('G', { queue, offset: -1n }),
      says: 'offset is -1: expected a bigint from 0 to 9223372036854775807',
    },
    {
      what: 'an offset of 64 bits',
      call: (a) => a.setConsumerOffset('G', { queue, offset: 2n ** 63n }),
      says: 'offset is 9223372036854775808',
    },
    {
      what: 'a negative queue',
      call: (a) => a.minOffset({ ...queue, queueId: -1 }),
      says: 'queue.queueId is -1: expected a whole number from 0',
    },
    {
      what: 'a queue of no broker',
      call: (a) => a.maxOffset({ ...queue, brokerName: '' }),
      says: 'queue.brokerName is ""',
    },
    { what: 'a queue of no topic', call: (a) => a.consumerOffset('G', { ...queue, topic: '' }), says: 'queue.topic' },
    { what: 'no id', call: (a) => a.viewById('nonsense'), says: 'offsetMessageId is "nonsense": expected 32 or 56' },
    { what: 'an id without a port', call: (a) => a.viewById(`0A00000100000000${id.slice(16)}`), says: 'expected 32' },
    { what: 'an id of a huge port', call: (a) => a.viewById(`0A00000100010000${id.slice(16)}`), says: 'expected 32' },
    {
      what: 'negative retries',
      call: (a) => a.createGroup({ groupName: 'G', retryMaxTimes: -2 }),
      says: 'retryMaxTimes is -2',
    },
    {
      what: 'no time to consume',
      call: (a) => a.createGroup({ groupName: 'G', consumeTimeoutMinute: 0 }),
      says: 'consumeTimeoutMinute is 0',
    },
  ];

  it.each(wrong)('are a UsageError for $what, before anything is sent', async ({ call, says }) => {
    await using rig = await AdminRig.start();
    expect(await failure(call(rig.admin))).toMatchObject({
      name: 'UsageError',
      code: 'value-out-of-range',
      message: expect.stringContaining(says),
    });
    expect(rig.asked).toEqual([]);
  });

  it.each<{ readonly what: string; readonly call: Call }>([
    { what: 'createTopic', call: (a) => a.createTopic({ topic: 'no topic!' }) },
    { what: 'createGroup', call: (a) => a.createGroup({ groupName: 'no group!' }) },
    { what: 'createGroup, too long', call: (a) => a.createGroup({ groupName: 'x'.repeat(121) }) },
  ])('are a UsageError for names that none can have: $what', async ({ call }) => {
    await using rig = await AdminRig.start();
    expect(await failure(call(rig.admin))).toMatchObject({ name: 'UsageError', code: 'name-invalid' });
    expect(rig.asked).toEqual([]);
  });
});
