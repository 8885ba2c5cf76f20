import { drain, FakeClock, hostileChunkers } from '@rmq/testkit';
import { encodeFrame, encodeRequest } from '@rmq/protocol/rocketmq';
import { memoryNetwork } from '@rmq/transport';
import { startBroker } from '../../src/rocketmq/index.ts';
import { bodies, createTopic, heartbeat, octets, pull, RawClient, send, sendFields } from './raw-client.ts';
import { setUp } from './support.ts';

const frame = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

describe('frames that break the protocol', () => {
  it.each([
    { what: 'a frame of 2 GiB', bytes: frame(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 9) },
    { what: 'a frame of nothing', bytes: frame(0, 0, 0, 0, 0, 0, 0, 0) },
    { what: 'a header longer than its frame', bytes: frame(0, 0, 0, 8, 0, 0, 0xff, 0xff, 1, 2, 3, 4) },
    { what: 'an unknown kind of header', bytes: frame(0, 0, 0, 8, 2, 0, 0, 4, 1, 2, 3, 4) },
    { what: 'a header that is no JSON', bytes: frame(0, 0, 0, 8, 0, 0, 0, 4, 1, 2, 3, 4) },
    { what: 'an HTTP request', bytes: octets('GET / HTTP/1.1\r\nHost: x\r\n\r\n') },
  ])('such as $what end their connection and no other', async ({ bytes }) => {
    await using setup = await setUp();
    const [bad, good] = [await setup.client(), await setup.client()];
    await bad.bytes(bytes);
    await bad.over;
    expect((await send(good, { topic: 'T' })).code).toBe(0);
    await drain();
    expect(setup.events).toContainEqual(
      expect.objectContaining({ type: 'connection.closed', level: 'warn', cause: expect.any(Error) }),
    );
    expect(setup.broker.stats().connections).toBe(1);
  });

  it('do not spoil the answers to what came before them', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const answer = send(client, { topic: 'T' });
    await client.bytes(frame(0, 0, 0, 0, 0, 0, 0, 0));
    expect((await answer).code).toBe(0);
    await client.over;
  });

  it('are nothing to worry about when they only come in pieces', async () => {
    for (const { chunk } of hostileChunkers) {
      const network = memoryNetwork({ chunk });
      await using broker = await startBroker({ listen: network.listen, clock: new FakeClock() });
      const client = new RawClient(await network.dial(broker.endpoint));
      await send(client, { topic: 'T' }, 'x'.repeat(300));
      expect(bodies(await pull(client, { topic: 'T' }))).toEqual(['x'.repeat(300)]);
      client.end();
    }
  });
});

describe('requests that make no sense', () => {
  it('are answered, and the connection lives on', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const raw = async (
      code: number,
      extFields: Readonly<Record<string, string>>,
    ): Promise<{ code: number; remark: string | undefined }> => {
      const opaque = 7;
      const request = {
        code,
        flag: 0,
        opaque,
        version: 479,
        language: 'JAVA' as const,
        remark: undefined,
        extFields,
        body: new Uint8Array(),
        serializeType: 'json' as const,
      };
      const { code: answered, remark } = await client.raw(encodeFrame(request), opaque);
      return { code: answered, remark };
    };
    expect(await raw(9_999, { a: 'b' })).toEqual({ code: 3, remark: ' request type 9999 not supported' });
    expect(await raw(200_050, {})).toEqual({ code: 3, remark: ' request type 200050 not supported' });
    expect((await raw(30, {})).code).toBe(1);
    expect((await raw(11, { queueId: 'abc' })).code).toBe(1);
    expect((await raw(310, {})).code).toBe(1);
    expect((await raw(41, {})).code).toBe(1);
    expect((await send(client, { topic: 'T' })).code).toBe(0);
  });

  it('cannot reach into objects by clever names', async () => {
    await using setup = await setUp();
    const [client, name] = [await setup.client(), await setup.nameClient()];
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect((await name.call('getKvConfig', { namespace: key, key })).code).toBe(22);
      expect((await send(client, { topic: key })).code).toBe(0);
      expect(bodies(await pull(client, { topic: key }))).toEqual(['hello']);
    }
  });

  it('take both kinds of header', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    const answer = await client.call('sendMessageV2', sendFields({ topic: 'T' }), {
      body: octets('x'),
      serializeType: 'rocketmq',
    });
    expect(answer.code).toBe(0);
  });

  it('are not mistaken for answers, nor answers for requests', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await client.oneway('getMaxOffset', { topic: 'T', queueId: 0, committed: true }, { flag: 3 });
    await client.oneway('getMaxOffset', { topic: 'T', queueId: 0, committed: true }, { flag: 1 });
    expect((await client.call('getMaxOffset', { topic: 'T', queueId: 0, committed: true }, { flag: 4 })).code).toBe(0);
    expect(client.log).toEqual(['answer 0']);
  });
});

describe('bounds', () => {
  it('refuse messages when the store is full, and take them again when there is room', async () => {
    await using setup = await setUp({ maxStoreBytes: 2_000 });
    const client = await setup.client();
    expect((await send(client, { topic: 'T' }, new Uint8Array(1_000))).code).toBe(0);
    const refused = await send(client, { topic: 'U' }, new Uint8Array(1_000));
    expect(refused).toMatchObject({ code: 2, remark: expect.stringMatching(/^\[OVERLOAD\]the store is full/u) });
    await client.call('deleteTopicInBroker', { topic: 'T' });
    expect((await send(client, { topic: 'U' }, new Uint8Array(1_000))).code).toBe(0);
  });

  it('may forget the oldest messages instead, and say where what is left begins', async () => {
    await using setup = await setUp({ maxStoreBytes: 2_500, whenFull: 'evict' });
    const client = await setup.client();
    for (const body of ['a', 'b', 'c']) await send(client, { topic: 'T' }, body.repeat(1_000));
    expect(setup.broker.stats().storeBytes).toBeLessThanOrEqual(2_500);
    const moved = await pull(client, { topic: 'T' });
    expect(moved).toMatchObject({
      code: 21,
      remark: 'OFFSET_TOO_SMALL',
      extFields: { nextBeginOffset: '1', minOffset: '1', maxOffset: '3' },
    });
    expect(bodies(await pull(client, { topic: 'T', offset: 1n })).map((body) => body[0])).toEqual(['b', 'c']);
  });

  it('cut off a client that asks and asks, but does not read', async () => {
    await using setup = await setUp({ maxOutgoingBytes: 300_000 });
    const client = await setup.client();
    await createTopic(client, 'T');
    await send(client, { topic: 'T' }, new Uint8Array(200_000));
    const greedy = await setup.network.dial(setup.broker.endpoint);
    const request = encodeRequest(
      { name: 'viewMessageById', fields: { offset: 0n, topic: undefined } },
      { opaque: 1, flag: 0, version: 479, language: 'NODE_JS', serializeType: 'json' },
    );
    // Its transport may complain when it is cut off: that is the point.
    for (let n = 0; n < 20; n += 1) void greedy.write([request]).catch(() => undefined);
    await drain();
    expect(await greedy.closed).toMatchObject({ name: expect.any(String) });
    expect((await send(client, { topic: 'T' })).code).toBe(0);
  });

  it('keep the number of connections', async () => {
    await using setup = await setUp({ maxConnections: 1 });
    const [first, second] = [await setup.client(), await setup.client()];
    expect(await second.over).toBeInstanceOf(Error);
    expect((await send(first, { topic: 'T' })).code).toBe(0);
  });

  it('are checked when the broker starts', async () => {
    const { listen } = memoryNetwork();
    for (const options of [
      { maxStoreBytes: 0 },
      { defaultQueueCount: 1.5 },
      { delayLevels: '1 parsec' },
      { clusterName: 'no name!' },
    ]) {
      await expect(startBroker({ listen, ...options })).rejects.toMatchObject({ name: 'UsageError' });
    }
  });
});

describe('connections', () => {
  it('on which nothing moves for two minutes are ended', async () => {
    await using setup = await setUp();
    const client = await setup.client();
    await setup.clock.advance(119_000);
    expect(setup.broker.stats().connections).toBe(1);
    await setup.clock.advance(11_000);
    expect(await client.over).toBeInstanceOf(Error);
    expect(setup.broker.stats().connections).toBe(0);
  });

  it('end with a FIN when the broker closes, and nothing is left', async () => {
    const setup = await setUp();
    const client = await setup.client();
    await createTopic(client, 'T');
    await heartbeat(client, { clientId: 'c', group: 'CG' });
    void pull(client, { topic: 'T', suspendMs: 15_000 });
    await send(client, { topic: 'T', queueId: 1, properties: { DELAY: '1' } });
    const closing = setup.broker.close();
    expect(await client.over).toBeUndefined();
    await closing;
    await setup.broker.close();
    expect([setup.clock.pending, setup.broker.stats().connections]).toEqual([0, 0]);
    await expect(setup.network.dial(setup.broker.endpoint)).rejects.toMatchObject({ code: 'connect-refused' });
    await expect(setup.network.dial(setup.broker.nameServer)).rejects.toMatchObject({ code: 'connect-refused' });
  });

  it('of clients that do not say goodbye are cut after a second', async () => {
    const setup = await setUp();
    const rude = await setup.network.dial(setup.broker.endpoint);
    await drain();
    const closing = setup.broker.close();
    await setup.clock.advance(1_000);
    await closing;
    expect(setup.clock.pending).toBe(0);
    await rude[Symbol.asyncDispose]();
  });

  it('do not suffer from a listener that throws', async () => {
    await using setup = await setUp({
      onEvent() {
        throw new RangeError('mine');
      },
    });
    expect((await send(await setup.client(), { topic: 'T' })).code).toBe(0);
  });
});
