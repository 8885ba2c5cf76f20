import type { CommandName } from '@rmq/protocol/rocketmq';
import type { Admin } from '../../../src/rocketmq/admin/admin.ts';
import { failure } from '../peer.ts';
import { AdminRig } from './rig.ts';

const queue = { topic: 'T', brokerName: 'b', queueId: 1 };
const place = { topic: 'T', queueId: '1' };

interface Case {
  readonly method: keyof Admin;
  readonly call: (admin: Admin) => Promise<unknown>;
  readonly command: CommandName;
  readonly fields: Readonly<Record<string, string>>;
  readonly result: bigint | undefined;
}

const cases: readonly Case[] = [
  {
    method: 'consumerOffset',
    call: (admin) => admin.consumerOffset('G', queue),
    command: 'queryConsumerOffset',
    fields: { ...place, consumerGroup: 'G', setZeroIfNotFound: 'false' },
    result: 7n,
  },
  {
    method: 'setConsumerOffset',
    call: (admin) => admin.setConsumerOffset('G', { queue, offset: 2n ** 63n - 1n }),
    command: 'updateConsumerOffset',
    fields: { ...place, consumerGroup: 'G', commitOffset: '9223372036854775807' },
    result: undefined,
  },
  {
    method: 'offsetAt',
    call: (admin) => admin.offsetAt(queue, 1_700_000_000_000),
    command: 'searchOffsetByTimestamp',
    fields: { ...place, timestamp: '1700000000000' },
    result: 7n,
  },
  {
    method: 'minOffset',
    call: (admin) => admin.minOffset(queue),
    command: 'getMinOffset',
    fields: place,
    result: 7n,
  },
  {
    method: 'maxOffset',
    call: (admin) => admin.maxOffset(queue),
    command: 'getMaxOffset',
    fields: { ...place, committed: 'true' },
    result: 7n,
  },
];

describe.each(cases)('admin.$method', ({ call, command, fields, result }) => {
  it('asks the master of the queue', async () => {
    await using rig = await AdminRig.start();
    rig.answer('b:1', command, { code: 0, extra: { offset: '7' } });
    expect(await call(rig.admin)).toBe(result);
    expect(rig.requests(command)).toEqual([expect.objectContaining({ at: 'b:1', fields })]);
  });

  it('gives the refusal of the broker', async () => {
    await using rig = await AdminRig.start();
    rig.answer('b:1', command, { code: 1, remark: 'no' });
    expect(await failure(call(rig.admin))).toMatchObject({ code: 'refused', responseCode: 1, address: 'b:1' });
  });

  it('fails when the queue has no master now', async () => {
    await using rig = await AdminRig.start();
    rig.routes.clear();
    expect(await failure(call(rig.admin))).toMatchObject({ code: 'connect-failed' });
  });
});

describe('admin.consumerOffset', () => {
  it('is undefined when the group has none', async () => {
    await using rig = await AdminRig.start();
    rig.answer('b:1', 'queryConsumerOffset', { code: 22, remark: 'Not found' });
    expect(await rig.admin.consumerOffset('G', queue)).toBeUndefined();
  });

  it.each([
    { what: 'missing', extra: {}, code: 'field-missing' },
    { what: 'no number', extra: { offset: 'seven' }, code: 'field-malformed' },
  ])('is a ProtocolError when it is $what', async ({ extra, code }) => {
    await using rig = await AdminRig.start();
    rig.answer('b:1', 'queryConsumerOffset', { code: 0, extra });
    expect(await failure(rig.admin.consumerOffset('G', queue))).toMatchObject({ name: 'ProtocolError', code });
  });
});
