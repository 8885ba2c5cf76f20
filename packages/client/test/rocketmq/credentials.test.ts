import { createHmac } from 'node:crypto';
import { aclContent, type RemotingCommand, response, summarize } from '@rmq/protocol/rocketmq';
import { Connections } from '../../src/rocketmq/connections.ts';
import type { RocketmqEvent } from '../../src/rocketmq/events.ts';
import { type ClientOptions, resolveClientOptions } from '../../src/rocketmq/options.ts';
import { address, ask, failure, Peer } from './peer.ts';

const credentials = { accessKey: 'alice', secretKey: 'geheim', securityToken: 'sts' };

async function rig(options: Partial<ClientOptions> = {}) {
  const peer = new Peer();
  await peer.listen();
  const { dial } = peer.network;
  const events: RocketmqEvent[] = [];
  const connections = new Connections(resolveClientOptions({ nameServers: [address], dial, credentials, ...options }), {
    emit: (event) => events.push(event),
    onConnected: () => undefined,
    onRequest: () => undefined,
  });
  return { connections, events, peer, close: () => connections.close({ timeoutMs: 0 }) };
}

/** What a server would compute. */
function signatureOf(command: RemotingCommand): string {
  return createHmac('sha1', credentials.secretKey).update(aclContent(command)).digest('base64');
}

describe('a client with credentials', () => {
  it('signs every request and oneway, each with what it holds', async () => {
    const { connections, peer, close } = await rig();
    await connections.call(address, ask);
    await connections.call(address, { ...ask, body: Uint8Array.of(1, 2, 3) });
    await connections.oneway(address, { ...ask, extra: { zone: 'z' } });
    await connections.call(address, ask); // the oneway has arrived by now
    expect(peer.frames).toHaveLength(4);
    for (const frame of peer.frames) {
      expect(frame.extFields).toMatchObject({ AccessKey: 'alice', SecurityToken: 'sts' });
      expect(frame.extFields['Signature']).toBe(signatureOf(frame));
    }
    await close();
  });

  it('signs what hooks added', async () => {
    const { connections, peer, close } = await rig({ hooks: [{ before: () => ({ trace: '42' }) }] });
    await connections.call(address, ask);
    const [frame] = peer.frames;
    expect(frame?.extFields).toMatchObject({ trace: '42', Signature: frame === undefined ? '' : signatureOf(frame) });
    await close();
  });

  it('shows no secret, neither to hooks nor in events nor in summaries', async () => {
    const seen: unknown[] = [];
    const { connections, events, peer, close } = await rig({ hooks: [{ after: (...heard) => void seen.push(heard) }] });
    peer.answer = (command) => response(command, { code: 16, remark: 'check signature failed.' });
    await connections.call(address, ask);
    const [frame] = peer.frames;
    const all = JSON.stringify([seen, events, frame === undefined ? '' : summarize(frame)]);
    expect(all).not.toContain(credentials.secretKey);
    expect(all).not.toContain(frame?.extFields['Signature']);
    await close();
  });

  it('fails a request that could not be signed, and only that one', async () => {
    const { connections, peer, close } = await rig();
    const wrong = JSON.parse('{ "name": "getMaxOffset", "fields": { "topic": "T" } }') as typeof ask;
    expect(await failure(connections.call(address, wrong))).toMatchObject({ code: 'field-missing' });
    await connections.call(address, ask);
    expect(peer.frames).toHaveLength(1);
    await close();
  });

  it.each(['accessKey', 'secretKey'] as const)('refuses an empty %s', async (name) => {
    const refused = rig({ credentials: { ...credentials, [name]: '' } });
    await expect(refused).rejects.toMatchObject({ name: 'UsageError', code: 'value-out-of-range' });
  });
});
