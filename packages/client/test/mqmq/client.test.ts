import { drain } from '@rmq/testkit';
import { connect } from '../../src/mqmq/index.ts';
import { bytesOf, failing, failure, rig, utf8 } from './peer.ts';

const never = (): undefined => undefined;

describe('connect', () => {
  it('resolves when the connection is open, at the address of the original unless told another', async () => {
    const { client, peer, steps } = await rig();
    expect(steps()).toEqual(['idle>connecting', 'connecting>open']);
    expect(peer.connections).toHaveLength(1);
    expect(client.connections[0]).toMatchObject({ address: '127.0.0.1:47774', state: 'open', outstanding: 0 });
  });

  it.each(['', ':47774', '127.0.0.1:47774'])('takes "%s" for this machine', async (address) => {
    const { peer } = await rig({ address });
    expect(peer.connections).toHaveLength(1);
  });

  it.each(['nonsense', 'host:', 'host:0', 'host:65536', 'host:1e3'])('refuses the address "%s"', async (address) => {
    expect(await failure(connect({ dial: failing(new Error('?')), address }))).toMatchObject({
      code: 'address-invalid',
    });
  });

  it.each([
    { requestTimeoutMs: 0 },
    { maxWaitingGets: 1_001 },
    { maxOutstanding: 0 },
    { maxOutstandingBytes: 0.5 },
    { drainTimeoutMs: -1 },
  ])('refuses %j', async (options) => {
    const failed = failure(connect({ dial: failing(new Error('?')), ...options }));
    expect(await failed).toMatchObject({ code: 'value-out-of-range' });
  });

  it('fails when nothing listens there', async () => {
    const reason = new Error('nobody');
    const failed = failure(connect({ dial: failing(reason) }));
    expect(await failed).toMatchObject({ code: 'connect-failed', cause: reason });
  });

  it('stops with the reason of the signal, before and while it connects', async () => {
    const reason = new Error('enough');
    const dial = (): Promise<never> => new Promise(() => undefined);
    expect(await failure(connect({ dial, signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const failed = failure(connect({ dial, signal: controller.signal }));
    await drain();
    controller.abort(reason);
    expect(await failed).toBe(reason);
  });
});

describe('put, get and info', () => {
  it('ask as the protocol says and give what it answers', async () => {
    const { client, peer } = await rig();
    await client.put('q', 'hello');
    await client.put(new Uint8Array([0xff]), new Uint8Array(0));
    const message = await client.get('q');
    expect(message.text()).toBe('m');
    expect(message.body).toEqual(utf8('m'));
    expect((await client.get('q', { timeoutMs: 250 })).text()).toBe('m');
    const value = utf8('{"NumConnections":1,"NumQueues":1,"NumMessages":2,"Queues":{"q":{"NumMessages":2}}}');
    peer.answer = () => ({ type: 'OK', value });
    expect(await client.info()).toEqual({
      NumConnections: 1,
      NumQueues: 1,
      NumMessages: 2,
      Queues: { q: { NumMessages: 2 } },
    });
    expect(peer.asked).toEqual(['Put q hello', 'Put \ufffd ', 'Get q', 'Get q 250', 'Info']);
  });

  it('go out as one write when they are asked at the same time, and are answered in order', async () => {
    const { client, peer } = await rig();
    peer.answer = never;
    const order: string[] = [];
    const all = ['a', 'b', 'c'].map((message) => client.put('q', message).then(() => order.push(message)));
    const info = client.info();
    await drain();
    expect(peer.asked).toEqual(['Put q a', 'Put q b', 'Put q c', 'Info']);
    expect(peer.chunks).toBe(1);
    expect(client.connections[0]).toMatchObject({ outstanding: 4 });
    for (let each = 0; each < 3; each += 1) await peer.send({ type: 'OK' });
    await Promise.all(all);
    expect(order).toEqual(['a', 'b', 'c']);
    await peer.send({ type: 'OK', value: utf8('{"NumConnections":1,"NumQueues":0,"NumMessages":0}') });
    expect(await info).toMatchObject({ NumConnections: 1, Queues: {} });
  });

  it('give a refusal with its name, as an error that another attempt does not mend', async () => {
    const { client, peer } = await rig();
    peer.answer = () => ({ type: 'Error', error: 'REQUEST_BAD_QUEUE_NAME' });
    const expected = { code: 'refused', responseName: 'REQUEST_BAD_QUEUE_NAME', responseCode: 0, retryable: false };
    expect(await failure(client.put('q', 'm'))).toMatchObject(expected);
    expect(await failure(client.get('q'))).toMatchObject(expected);
    expect(await failure(client.get('q', { timeoutMs: 9 }))).toMatchObject(expected);
    expect(await failure(client.info())).toMatchObject(expected);
    peer.answer = () => ({ type: 'OK' });
    await client.put('q', 'the connection is fine');
  });

  it('check names, sizes and times before anything is sent', async () => {
    const { client, peer } = await rig();
    const tooLong = { code: 'name-invalid' };
    const outOfRange = { code: 'value-out-of-range' };
    expect(await failure(client.put('n'.repeat(1_025), 'm'))).toMatchObject(tooLong);
    expect(await failure(client.put('é'.repeat(513), 'm'))).toMatchObject(tooLong); // bytes count, not characters
    expect(await failure(client.get('n'.repeat(1_025)))).toMatchObject(tooLong);
    expect(() => client.messages('n'.repeat(1_025))).toThrow(expect.objectContaining(tooLong));
    expect(await failure(client.put('q', new Uint8Array(33_555_456)))).toMatchObject(outOfRange);
    for (const timeoutMs of [3_600_001, Number.NaN]) {
      expect(await failure(client.get('q', { timeoutMs }))).toMatchObject(outOfRange);
      expect(() => client.messages('q', { timeoutMs })).toThrow(expect.objectContaining(outOfRange));
    }
    expect(() => client.messages('q', { timeoutMs: 0 })).toThrow(expect.objectContaining(outOfRange));
    for (const timeoutMs of [0, 1.5, 2 ** 31]) {
      expect(await failure(client.put('q', 'm', { timeoutMs }))).toMatchObject(outOfRange);
      expect(await failure(client.info({ timeoutMs }))).toMatchObject(outOfRange);
    }
    expect(peer.arrived).toEqual([]);
    await client.put('n'.repeat(1_024), 'm');
    await client.get('n'.repeat(1_024), { timeoutMs: 3_600_000 });
    expect(peer.arrived).toHaveLength(2);
  });

  it('take the largest message there can be', async () => {
    const { client, peer } = await rig();
    await client.put('q', new Uint8Array(33_555_455).fill(7));
    expect(peer.arrived[0]?.request).toMatchObject({ message: { length: 33_555_455 } });
  });

  it('tell apart that no message came, and that the server did not answer', async () => {
    const { client, clock, peer } = await rig();
    peer.answer = () => ({ type: 'Timeout' });
    expect(await failure(client.get('q'))).toMatchObject({ name: 'TimeoutError', code: 'no-message' });
    expect(await failure(client.get('q', { timeoutMs: 90 }))).toMatchObject({ code: 'no-message' });
    peer.answer = never;
    const failed = Promise.all([failure(client.get('q')), failure(client.get('q', { timeoutMs: 90 }))]);
    await clock.advance(3_090);
    for (const cause of await failed) expect(cause).toMatchObject({ code: 'request-timeout', mayBeDone: true });
  });

  it('hand out bodies that are the caller’s own', async () => {
    const { client, peer } = await rig();
    peer.answer = never;
    const gets = Promise.all([client.get('q'), client.get('q')]);
    await drain();
    const answer = bytesOf(['OK', utf8('m')]);
    const bytes = Buffer.from([...answer, ...answer]);
    await peer.write(bytes, 1);
    const [one, two] = await gets;
    bytes.fill(0); // also of a carrier that hands out Node's buffers, whose slice() copies nothing
    expect([one.text(), two.text()]).toEqual(['m', 'm']);
  });

  it('refuse a body that is no text only when it is read as text', async () => {
    const { client, peer } = await rig();
    peer.answer = () => ({ type: 'OK', value: new Uint8Array([0xff]) });
    const message = await client.get('q');
    expect(message.body).toEqual(new Uint8Array([0xff]));
    expect(() => message.text()).toThrow(expect.objectContaining({ code: 'utf8-invalid' }));
  });
});

describe('limits', () => {
  it('let puts wait for room by their bytes, in order, and no longer than they may take', async () => {
    const { client, clock, peer } = await rig({ maxOutstandingBytes: 40 });
    peer.answer = never;
    const all = [client.put('q', 'x'.repeat(30)), client.put('q', 'second')];
    const late = failure(client.put('q', 'x'.repeat(30), { timeoutMs: 50 }));
    await drain();
    expect(peer.arrived).toHaveLength(1);
    await clock.advance(50);
    expect(await late).toMatchObject({ code: 'send-budget-exhausted' });
    await peer.send({ type: 'OK' });
    expect(peer.asked.at(-1)).toBe('Put q second');
    await peer.send({ type: 'OK' });
    await Promise.all(all);
  });

  it('refuse more requests than may be outstanding: those given up count until they are answered', async () => {
    const { client, peer } = await rig({ maxOutstanding: 1 });
    peer.answer = never;
    const controller = new AbortController();
    const aborted = failure(client.info({ signal: controller.signal }));
    await drain();
    controller.abort();
    await aborted;
    expect(await failure(client.info())).toMatchObject({ code: 'too-many-requests' });
    await peer.send({ type: 'OK', value: utf8('{}') });
    peer.answer = () => ({ type: 'OK' });
    await client.put('q', 'm');
  });
});

describe('close', () => {
  it('waits for what is under way, says Quit and ends the connection', async () => {
    const { client, peer } = await rig();
    peer.answer = never;
    const put = client.put('q', 'm');
    await drain();
    const closed = client.close();
    await drain();
    expect(peer.asked).toEqual(['Put q m']);
    expect(await failure(client.put('q', 'late'))).toMatchObject({ code: 'client-closed', mayBeDone: false });
    expect(await failure(client.get('q'))).toMatchObject({ code: 'client-closed' });
    expect(await failure(client.info())).toMatchObject({ code: 'client-closed' });
    await peer.send({ type: 'OK' });
    await put;
    await closed;
    expect(peer.asked).toEqual(['Put q m', 'Quit']);
    expect(peer.ends).toEqual(['end']);
  });

  it('sends what waited for room before it closes', async () => {
    const { client, peer } = await rig({ maxOutstandingBytes: 1 });
    const all = [client.put('q', 'a'), client.put('q', 'b'), client.put('q', 'c')];
    await client.close();
    await Promise.all(all);
    expect(peer.asked).toEqual(['Put q a', 'Put q b', 'Put q c', 'Quit']);
  });

  it('waits no longer than it may: what is still under way fails and tells that it may be done', async () => {
    const { client, clock, peer } = await rig();
    peer.answer = never;
    const put = failure(client.put('q', 'm'));
    const closed = client.close({ timeoutMs: 100 });
    await clock.advance(100);
    await closed;
    expect(await put).toMatchObject({ code: 'client-closed', mayBeDone: true });
    expect(clock.pending).toBe(0);
  });

  it('ends gets that wait at once, with a reset, so that the server keeps the message', async () => {
    const { client, clock, peer } = await rig();
    peer.answer = never;
    const get = failure(client.get('q', { timeoutMs: 3_600_000 }));
    await drain();
    await client.close();
    expect(await get).toMatchObject({ code: 'client-closed', mayBeDone: true });
    expect(peer.ends[1]).toMatchObject({ code: 'reset' });
    expect(clock.pending).toBe(0);
  });

  it('ends gets that wait for a connection, too', async () => {
    const { client, clock, peer } = await rig({ maxWaitingGets: 1 });
    peer.answer = never;
    const gets = ['a', 'b', 'c'].map((queue) => failure(client.get(queue, { timeoutMs: 60_000 })));
    await drain();
    await client.close();
    const causes = await Promise.all(gets);
    expect(causes).toMatchObject([true, false, false].map((mayBeDone) => ({ code: 'client-closed', mayBeDone })));
    expect(peer.asked.filter((asked) => asked.startsWith('Get'))).toEqual(['Get a 60000']);
    expect(clock.pending).toBe(0);
  });

  it('is done by disposal, and may be called again', async () => {
    const { client, clock, peer } = await rig();
    await client.put('q', 'm');
    await client.get('q');
    await client.get('q', { timeoutMs: 100 });
    await client[Symbol.asyncDispose]();
    await client.close();
    expect(peer.asked.filter((asked) => asked === 'Quit')).toHaveLength(3);
    expect(peer.ends).toEqual(['end', 'end', 'end']);
    expect(clock.pending).toBe(0);
  });
});
