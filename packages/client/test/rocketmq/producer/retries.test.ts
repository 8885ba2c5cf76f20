import { responseCodes } from '@rmq/protocol/rocketmq';
import { ConnectionError, OverloadError, ReplyError, TimeoutError } from '../../../src/core/errors.ts';
import { message, rig, watched } from './rig.ts';

const ok = {};
const refused = new ConnectionError('connect-failed', 'cannot connect to broker-a:1: refused');
const broken = new ConnectionError('connection-closed', 'the connection to broker-a:1 broke');
const silent = new TimeoutError('request-timeout', 'broker-a:1 did not answer');

const { systemError, systemBusy, serviceNotAvailable, noPermission, topicNotExist } = responseCodes;
const { noBuyerId, notInCurrentUnit, goAway } = responseCodes;

describe('a send that failed', () => {
  it.each([
    systemError,
    systemBusy,
    serviceNotAvailable,
    noPermission,
    topicNotExist,
    noBuyerId,
    notInCurrentUnit,
    goAway,
  ])('is tried again after code %i', async (code) => {
    const { answer, clock, producer, sent } = rig();
    answer({ code }, ok);
    const sending = producer.send(message);
    await clock.advance(1_000);
    await expect(sending).resolves.toMatchObject({ status: 'stored', messageId: 'KEY-1' });
    expect(sent()).toHaveLength(2);
  });

  it.each([
    ['a connection that could not be made', refused],
    ['a connection that broke', broken],
    ['a timeout before its own time is up', silent],
  ])('is tried again after %s', async (_, error) => {
    const { answer, clock, producer, sent } = rig();
    answer(error, ok);
    const sending = producer.send(message);
    await clock.advance(1_000);
    await expect(sending).resolves.toMatchObject({ messageId: 'KEY-1' });
    expect(sent()).toHaveLength(2);
  });

  it.each([
    ['a message that is illegal', { code: 13 }, { code: 'refused', responseCode: 13 }],
    ['more requests than may wait', new OverloadError('too-many-requests', 'full'), { code: 'too-many-requests' }],
    ['a closed client', new ConnectionError('client-closed', 'closed'), { code: 'client-closed' }],
  ])('is not tried again after %s', async (_, reply, error) => {
    const { answer, producer, sent } = rig();
    answer(reply);
    await expect(producer.send(message)).rejects.toMatchObject(error);
    expect(sent()).toHaveLength(1);
  });

  it('fails at its first failure without retries, with the error as it came', async () => {
    const { answer, clock, producer } = rig({ retries: 0 });
    answer(refused);
    await expect(producer.send(message)).rejects.toBe(refused);
    expect(clock.pending).toBe(0);
  });

  it('makes no more attempts than its time allows', async () => {
    const { answer, clock, producer, sent } = rig();
    answer(() => new Promise(() => undefined));
    const sending = watched(producer.send(message, { timeoutMs: 500 }));
    await clock.advance(499);
    expect(sending.isSettled).toBe(false);
    await clock.advance(1);
    expect(sending.error).toMatchObject({ code: 'request-timeout' });
    expect(sending.error).not.toHaveProperty('attempts');
    expect(sent()).toHaveLength(1);
  });

  it('tries every broker before one a second time, without a pause', async () => {
    const { answer, clock, producer, sent, spread } = rig();
    spread('broker-a', 'broker-b', 'broker-c');
    answer({ code: 2 }, broken, ok);
    await producer.send(message);
    expect(new Set(sent().map(({ address }) => address)).size).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it('pauses when all brokers have failed, then begins with another than the last', async () => {
    const { answer, clock, producer, sent, spread } = rig({ retries: 3 });
    spread('broker-a', 'broker-b');
    answer({ code: 2 });
    const sending = watched(producer.send(message));
    await clock.advance(0);
    expect(sent()).toHaveLength(2);
    await clock.advance(3_000);
    expect(sent().map(({ address }) => address)).toEqual(['broker-a:1', 'broker-b:1', 'broker-a:1', 'broker-b:1']);
    expect(sending.error).toMatchObject({ code: 'refused', attempts: 4 });
  });

  it('reports to the routes who could not be reached', async () => {
    const { answer, clock, producer, unreachable } = rig();
    answer(broken, ok);
    const sending = producer.send(message);
    await clock.advance(1_000);
    await sending;
    expect(unreachable).toEqual(['broker-a:1']);
  });
});

describe('the error after several attempts', () => {
  it.each([
    ['a reply', { code: 2, remark: 'busy' }, ReplyError, { code: 'refused', responseCode: 2, retryable: true }],
    ['a broken connection', broken, ConnectionError, { code: 'connection-closed' }],
    ['a timeout', silent, TimeoutError, { code: 'request-timeout' }],
  ])('has the class and code of the last: %s', async (_, reply, type, like) => {
    const { answer, clock, producer, spread } = rig();
    spread('broker-a', 'broker-b');
    answer(reply);
    const sending = watched(producer.send(message));
    await clock.advance(3_000);
    expect(sending.error).toBeInstanceOf(type);
    expect(sending.error).toMatchObject({ ...like, attempts: 3, brokers: ['broker-a', 'broker-b'] });
    const text = /\(3 attempts in \d+ ms, brokers tried: broker-a, broker-b\)$/;
    expect(sending.error).toMatchObject({ message: expect.stringMatching(text) as unknown });
  });

  it('keeps the error of the last attempt, unchanged, as its cause', async () => {
    const { answer, clock, producer } = rig({ retries: 1 });
    const { message: text } = broken;
    answer(broken);
    const sending = watched(producer.send(message));
    await clock.advance(3_000);
    expect(sending.error).toMatchObject({ cause: broken });
    expect(broken.message).toBe(text);
    expect(broken).not.toHaveProperty('attempts');
  });

  it('is the refusal itself when a retry meets one that is for good', async () => {
    const { answer, clock, producer, sent } = rig();
    answer({ code: 2 }, { code: 13 });
    const sending = watched(producer.send(message));
    await clock.advance(1_000);
    expect(sending.error).toMatchObject({ responseCode: 13, attempts: 2, brokers: ['broker-a'] });
    expect(sent()).toHaveLength(2);
  });
});

describe('a retry', () => {
  it('that meets too many requests says so, and what was tried before', async () => {
    const overload = new OverloadError('too-many-requests', 'full');
    const { answer, clock, producer } = rig();
    answer(broken, overload);
    const sending = watched(producer.send(message));
    await clock.advance(1_000);
    const told = { code: 'too-many-requests', cause: overload, attempts: 2, brokers: ['broker-a'] };
    expect(sending.error).toBeInstanceOf(OverloadError);
    expect(sending.error).toMatchObject(told);
  });
});

describe('the pause before a retry', () => {
  it('comes soon at first, later shares the time that is left', async () => {
    const { answer, clock, producer, sent } = rig({ sendTimeoutMs: 3_000 }, { random: () => 1 });
    answer(broken);
    const since = clock.now();
    const sending = watched(producer.send(message));
    await clock.advance(3_000);
    expect(sent().map(({ at }) => at - since)).toEqual([0, 200, 1_200]);
    expect(sending.error).toMatchObject({ attempts: 3 });
  });

  it.each([[100], [60], [45]])('leaves time for the last attempt: %i ms', async (timeoutMs) => {
    const { answer, clock, producer, sent } = rig({ retries: 2 }, { random: () => 1 });
    answer({ code: 2 });
    const since = clock.now();
    const sending = watched(producer.send(message, { timeoutMs }));
    await clock.advance(timeoutMs);
    expect(sending.error).toMatchObject({ responseCode: 2 });
    expect(sent()).toHaveLength(3);
    expect((sent()[2]?.at ?? 0) - since).toBeLessThan(timeoutMs - 10);
    expect(clock.pending).toBe(0);
  });

  it('ends at once when the signal aborts', async () => {
    const { answer, clock, producer, sent } = rig();
    answer(broken);
    const abort = new AbortController();
    const sending = watched(producer.send(message, { signal: abort.signal }));
    await clock.advance(50);
    expect(sending.isSettled).toBe(false);
    abort.abort('enough');
    await clock.advance(0);
    expect(sending.error).toBe('enough');
    expect(sent()).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

describe('a broker that cannot be connected to', () => {
  it('is tried until the time is up, as nothing is sent: then a reply costs a retry again', async () => {
    const { answer, clock, producer, sent } = rig({ retries: 1, sendTimeoutMs: 3_000 });
    const until = clock.now() + 2_500;
    answer(({ at }) => (at < until ? refused : { code: 2 }));
    const sending = watched(producer.send(message));
    await clock.advance(3_000);
    const reached = sent().filter(({ at }) => at >= until);
    expect(reached).toHaveLength(2);
    expect(sending.error).toMatchObject({ responseCode: 2, attempts: sent().length });
  });

  it('is reported once, however often it is tried', async () => {
    const { answer, clock, events, producer, sent } = rig();
    answer(refused);
    const sending = watched(producer.send(message));
    await clock.advance(3_000);
    expect(sending.error).toMatchObject({ code: 'connect-failed', brokers: ['broker-a'] });
    expect(sent().length).toBeGreaterThan(10);
    expect(sent().length).toBeLessThan(50);
    expect(events.filter(({ type }) => type === 'send.retried')).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('gets a message when it is back', async () => {
    const { answer, clock, producer } = rig({ sendTimeoutMs: 3_000 });
    const until = clock.now() + 2_700;
    answer(({ at }) => (at < until ? refused : ok));
    const sending = watched(producer.send(message));
    await clock.advance(2_950);
    expect(sending.value).toMatchObject({ status: 'stored', messageId: 'KEY-1' });
  });
});
