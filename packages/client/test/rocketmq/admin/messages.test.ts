import { encodeMessage, offsetMessageId } from '@rmq/protocol/rocketmq/messages';
import { failure } from '../peer.ts';
import { AdminRig } from './rig.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (body: Uint8Array): string => new TextDecoder().decode(body);

function record(body: string, properties: Readonly<Record<string, string>> = {}, topic = 'T'): Uint8Array {
  return encodeMessage({
    topic,
    queueId: 0,
    queueOffset: 0n,
    physicalOffset: 0n,
    bornTimestamp: 1,
    storeTimestamp: 2,
    bornHost: { host: '127.0.0.1', port: 1 },
    storeHost: { host: '127.0.0.1', port: 1 },
    body: utf8(body),
    properties,
  });
}

function joined(...records: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(records.flatMap((each) => [...each]));
}

describe('admin.queryByKey', () => {
  const found = { code: 0, extra: { indexLastUpdateTimestamp: '0', indexLastUpdatePhyoffset: '0' } };
  const notFound = { code: 22, remark: 'can not find message' };

  it('asks all masters of the topic and leaves out what has another key, or is of another topic', async () => {
    await using rig = await AdminRig.start();
    const body = joined(
      record('one', { KEYS: 'x k' }),
      record('same hash', { KEYS: 'kk' }),
      record('elsewhere', { KEYS: 'k' }, 'U'),
      record('without'),
    );
    rig.answer('a:1', 'queryMessage', { ...found, body });
    rig.answer('b:1', 'queryMessage', { ...found, body: record('two', { KEYS: 'k' }) });
    const messages = await rig.admin.queryByKey({ topic: 'T', key: 'k', limit: 5, from: 10, to: 20 });
    expect(messages.map((message) => text(message.body))).toEqual(['one', 'two']);
    expect(rig.requests('queryMessage')[0]?.fields).toEqual({
      topic: 'T',
      key: 'k',
      maxNum: '5',
      beginTimestamp: '10',
      endTimestamp: '20',
      _UNIQUE_KEY_QUERY: 'false',
    });
  });

  it('finds by message id with `unique`', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', 'queryMessage', { ...found, body: record('mine', { UNIQ_KEY: 'ID', KEYS: 'k' }) });
    rig.answer('b:1', 'queryMessage', notFound);
    expect(await rig.admin.queryByKey({ topic: 'T', key: 'ID', unique: true })).toHaveLength(1);
    expect(await rig.admin.queryByKey({ topic: 'T', key: 'k', unique: true })).toHaveLength(0);
    expect(rig.requests('queryMessage')[0]?.fields).toMatchObject({
      _UNIQUE_KEY_QUERY: 'true',
      maxNum: '32',
      beginTimestamp: '0',
      endTimestamp: Number.MAX_SAFE_INTEGER.toString(),
    });
  });

  it('finds nothing where there is nothing: that is no failure', async () => {
    await using rig = await AdminRig.start();
    for (const at of ['a:1', 'b:1']) rig.answer(at, 'queryMessage', notFound);
    expect(await rig.admin.queryByKey({ topic: 'T', key: 'k' })).toEqual([]);
    expect(await rig.admin.queryByKey({ topic: 'none', key: 'k' })).toEqual([]);
  });

  it('keeps what was found when a broker fails, or answers with what is no message', async () => {
    await using rig = await AdminRig.start();
    rig.answer('a:1', 'queryMessage', { ...found, body: record('one', { KEYS: 'k' }) });
    for (const answer of [{ code: 1 }, { ...found, body: utf8('garbage') }]) {
      rig.answer('b:1', 'queryMessage', answer);
      const error = await failure(rig.admin.queryByKey({ topic: 'T', key: 'k' }));
      expect(error).toMatchObject({ code: 'partly-failed', succeeded: ['a:1'], results: [{ topic: 'T' }] });
    }
  });
});

describe('admin.viewById', () => {
  const id = (host: string): string => offsetMessageId({ host, port: 1 }, 42n);

  it('connects to the address that the id holds', async () => {
    await using rig = await AdminRig.start();
    await rig.listen('10.0.0.1');
    rig.answer('10.0.0.1:1', 'viewMessageById', { code: 0, body: record('found') });
    expect(text((await rig.admin.viewById(id('10.0.0.1'))).body)).toBe('found');
    expect(rig.requests('viewMessageById')).toMatchObject([{ fields: { offset: '42' } }]);
  });

  it('gives the refusal when there is no message', async () => {
    await using rig = await AdminRig.start();
    await rig.listen('10.0.0.1');
    rig.answer('10.0.0.1:1', 'viewMessageById', { code: 1, remark: 'can not find message' });
    expect(await failure(rig.admin.viewById(id('10.0.0.1')))).toMatchObject({ code: 'refused', responseCode: 1 });
  });

  it.each([
    { what: 'nothing', body: new Uint8Array(0) },
    { what: 'garbage', body: utf8('{"no":"message"}') },
    { what: 'half a message', body: record('half').subarray(0, 60) },
  ])('is a ProtocolError for $what', async ({ body }) => {
    await using rig = await AdminRig.start();
    await rig.listen('10.0.0.1');
    rig.answer('10.0.0.1:1', 'viewMessageById', { code: 0, body });
    expect(await failure(rig.admin.viewById(id('10.0.0.1')))).toMatchObject({
      name: 'ProtocolError',
      code: 'message-malformed',
    });
  });

  it('writes an IPv6 address as addresses are written', async () => {
    await using rig = await AdminRig.start();
    const error = await failure(rig.admin.viewById(id('::1')));
    expect(String(error)).toContain('[::1]:1');
  });
});
