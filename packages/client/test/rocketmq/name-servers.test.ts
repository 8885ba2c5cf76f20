import { UsageError } from '@rmq/protocol';
import { ConnectionError, TimeoutError } from '../../src/core/errors.ts';
import { NameServerRig } from './name-server-rig.ts';

const cluster = { name: 'getBrokerClusterInfo', fields: {} } as const;
const unreachable = new ConnectionError('connect-failed', 'nobody there');

describe('NameServers', () => {
  it('keep asking the one that answers', async () => {
    const rig = new NameServerRig();
    await rig.nameServers.call(cluster);
    await rig.nameServers.call(cluster);
    expect(rig.asked).toEqual(['n1:1', 'n1:1']);
  });

  it.each([
    ['cannot be reached', unreachable],
    ['does not answer in time', new TimeoutError('request-timeout', 'silence')],
  ])('pass over one that %s, and stay with the next', async (_, failure) => {
    const rig = new NameServerRig();
    rig.fail = (address) => (address === 'n1:1' ? failure : undefined);
    await expect(rig.nameServers.call(cluster)).resolves.toMatchObject({ code: 17 });
    await rig.nameServers.call(cluster);
    expect(rig.asked).toEqual(['n1:1', 'n2:1', 'n2:1']);
    expect(rig.events).toMatchObject([{ type: 'nameServer.changed', address: 'n2:1', cause: failure }]);
  });

  it('move on once when several requests fail on the same one', async () => {
    const rig = new NameServerRig(['n1:1', 'n2:1', 'n3:1']);
    rig.fail = (address) => (address === 'n1:1' ? unreachable : undefined);
    await Promise.all([rig.nameServers.call(cluster), rig.nameServers.call(cluster)]);
    expect(rig.asked).toEqual(['n1:1', 'n1:1', 'n2:1', 'n2:1']);
    expect(rig.events).toHaveLength(1);
  });

  it('reject with the last failure when each has been asked once', async () => {
    const rig = new NameServerRig();
    rig.fail = (address) => new ConnectionError('connect-failed', address);
    await expect(rig.nameServers.call(cluster)).rejects.toThrow('n2:1');
    expect(rig.asked).toEqual(['n1:1', 'n2:1']);
  });

  it.each([
    ['this client is closed', new ConnectionError('client-closed', 'closed')],
    ['the caller is wrong', new UsageError('value-out-of-range', 'wrong')],
    ['the caller gave up', new Error('aborted')],
  ])('ask nobody else when %s', async (_, failure) => {
    const rig = new NameServerRig();
    rig.fail = () => failure;
    await expect(rig.nameServers.call(cluster)).rejects.toBe(failure);
    expect(rig.asked).toEqual(['n1:1']);
    expect(rig.events).toEqual([]);
  });
});
