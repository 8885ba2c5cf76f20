import { drain } from '@rmq/testkit';
import type { Response } from '@rmq/protocol/mqmq';
import { failure, rig, utf8 } from './peer.ts';

const ok = (text: string): Response => ({ type: 'OK', value: utf8(text) });
const never = (): undefined => undefined;

/** Answers gets with these, one after the other, then not at all. */
function script(responses: Response[]): () => Response | undefined {
  return () => responses.shift();
}

describe('messages', () => {
  it('come one at a time, asked for only when the loop wants the next', async () => {
    const { client, peer } = await rig();
    peer.answer = script([ok('1'), ok('2'), ok('3')]);
    const texts: string[] = [];
    for await (const message of client.messages('q')) {
      texts.push(message.text());
      if (texts.length === 2) break;
    }
    expect(texts).toEqual(['1', '2']);
    expect(peer.asked).toEqual(['Get q 30000', 'Get q 30000']);
    expect(peer.connections).toHaveLength(2);
  });

  it('go on when none came for a while', async () => {
    const { client, peer } = await rig();
    peer.answer = script([{ type: 'Timeout' }, { type: 'Timeout' }, ok('m')]);
    const { value } = await client.messages('q', { timeoutMs: 5 }).next();
    expect(value?.text()).toBe('m');
    expect(peer.asked).toEqual(['Get q 5', 'Get q 5', 'Get q 5']);
  });

  it('outlive a server that goes and comes back, with growing pauses and an event for each', async () => {
    const { client, clock, events, peer } = await rig();
    peer.answer = never;
    const next = client.messages('q').next();
    await drain();
    await peer.stop();
    await clock.advance(60_000);
    await peer.listen();
    peer.answer = () => ok('after');
    await clock.advance(5_000);
    expect((await next).value?.text()).toBe('after');
    const retried = events.filter(({ type }) => type === 'messages.retried');
    expect(retried.length).toBeGreaterThan(0);
    expect(retried[0]).toMatchObject({ queue: 'q', cause: { code: 'connection-closed', mayBeDone: true } });
  });

  it('end when the client closes, also in the pause after a failure', async () => {
    const { client, clock, peer } = await rig();
    peer.answer = never;
    const waiting = client.messages('q').next();
    await drain();
    await client.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await client.messages('q').next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);

    const other = await rig();
    other.peer.answer = never;
    const resting = other.client.messages('q').next();
    await drain();
    other.peer.connections[1]?.abort(new Error('cable'));
    await drain();
    await other.client.close();
    expect(await resting).toEqual({ done: true, value: undefined });
    expect(other.clock.pending).toBe(0);
  });

  it('throw the reason of the signal: before, while waiting, and in the pause after a failure', async () => {
    const { client, peer } = await rig();
    peer.answer = never;
    const reason = new Error('enough');
    expect(await failure(client.messages('q', { signal: AbortSignal.abort(reason) }).next())).toBe(reason);
    for (const interrupt of [never, () => peer.connections.at(-1)?.abort(new Error('cable'))]) {
      const controller = new AbortController();
      const next = failure(client.messages('q', { signal: controller.signal }).next());
      await drain();
      interrupt();
      await drain();
      controller.abort(reason);
      expect(await next).toBe(reason);
    }
  });

  it('throw what another attempt does not mend', async () => {
    const { client, peer } = await rig();
    peer.answer = () => ({ type: 'Error', error: 'REQUEST_BAD_TIMEOUT' });
    expect(await failure(client.messages('q').next())).toMatchObject({ responseName: 'REQUEST_BAD_TIMEOUT' });
  });

  it('of more loops than there may be connections come in turn', async () => {
    const { client, clock, peer } = await rig({ maxWaitingGets: 1 });
    peer.answer = never;
    const loops = ['a', 'b', 'c'].map((queue) => client.messages(queue, { timeoutMs: 1_000 }).next());
    const served: string[] = [];
    peer.answer = ({ request }) => {
      if (typeof request === 'object' && request.type === 'Get') served.push(new TextDecoder().decode(request.queue));
      return served.length > 3 ? ok('m') : { type: 'Timeout' };
    };
    await clock.advance(60_000);
    await Promise.all(loops);
    expect(served.slice(0, 3).toSorted()).toEqual(['a', 'b', 'c']);
  });
});

describe('events', () => {
  it('tell of each step of each connection, to listeners and to iterators', async () => {
    const { client, steps } = await rig();
    const iterator = client.events();
    const first = iterator.next();
    await client.get('q');
    await client.close();
    expect((await first).value).toMatchObject({ type: 'connection.state', from: 'idle', to: 'connecting' });
    expect(steps()).toEqual([
      'idle>connecting',
      'connecting>open',
      'idle>connecting',
      'connecting>open',
      'open>draining',
      'open>draining',
      'draining>closed',
      'draining>closed',
    ]);
  });
});
