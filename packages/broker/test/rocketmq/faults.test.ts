import { drain } from '@rmq/testkit';
import { bodies, pull, send } from './raw-client.ts';
import { setUp } from './support.ts';

describe('a fault', () => {
  it('answers with another code, until it is taken out', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const behave = setup.broker.fault('sendMessageV2', () => ({ reply: 2, remark: '[TIMEOUT_CLEAN_QUEUE]made up' }));
    expect(await send(client, { topic: 'T' })).toMatchObject({ code: 2, remark: '[TIMEOUT_CLEAN_QUEUE]made up' });
    behave();
    expect((await send(client, { topic: 'T' })).code).toBe(0);
    expect(setup.events).toContainEqual(expect.objectContaining({ type: 'fault.injected', command: 'sendMessageV2' }));
  });

  it('may pick its victims, and leaves other commands alone', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    let count = 0;
    setup.broker.fault('sendMessageV2', () => ((count += 1) % 2 === 1 ? { reply: 2 } : undefined));
    const codes: number[] = [];
    for (let n = 0; n < 4; n += 1) codes.push((await send(client, { topic: 'T' })).code);
    expect(codes).toEqual([2, 0, 2, 0]);
    expect((await pull(client, { topic: 'T' })).code).toBe(0);
  });

  it('delays the truth', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    setup.broker.fault('sendMessageV2', () => ({ delayMs: 500 }));
    void send(client, { topic: 'T' });
    await setup.clock.advance(499);
    expect(client.log).toEqual([]);
    await setup.clock.advance(1);
    expect(client.log).toEqual(['answer 0']);
  });

  it('swallows a request, or does it and swallows the answer', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const behave = setup.broker.fault('sendMessageV2', () => ({ drop: true }));
    void send(client, { topic: 'T' }, 'lost');
    await drain();
    behave();
    setup.broker.fault('sendMessageV2', () => ({ drop: true, handled: true }));
    void send(client, { topic: 'T' }, 'stored');
    await drain();
    expect(client.log).toEqual([]);
    expect(bodies(await pull(client, { topic: 'T' }))).toEqual(['stored']);
  });

  it('cuts the connection, now or later', async () => {
    await using setup = await setUp();
    const [client, other] = [await setup.client(), await setup.client()];
    setup.broker.fault('sendMessageV2', () => ({ close: true, delayMs: 100 }));
    void send(client, { topic: 'T' });
    await setup.clock.advance(100);
    expect(await client.over).toBeInstanceOf(Error);
    expect((await pull(other, { topic: 'T' })).code).toBe(17);
  });

  it('that is waiting when the connection ends leaves no timer', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const pending = setup.clock.pending;
    setup.broker.fault('sendMessageV2', () => ({ delayMs: 100_000 }));
    void send(client, { topic: 'T' });
    await drain();
    expect(setup.clock.pending).toBe(pending + 1);
    client.end();
    await client.over;
    await drain();
    expect(setup.clock.pending).toBe(pending);
  });
});
