import {
  decodeFrame,
  encodeRequest,
  type Envelope,
  flags,
  type Request,
  requestTemplate,
} from '../../src/rocketmq/index.ts';

const fields = {
  producerGroup: 'shop',
  topic: 'orders',
  defaultTopic: 'TBW102',
  defaultTopicQueueNums: 4,
  queueId: 3,
  sysFlag: 0,
  bornTimestamp: 1_700_000_000_000n,
  flag: 0,
  properties: 'TAGS\u0001new "é"\u0002',
} as const;
const template = requestTemplate('sendMessageV2', { producerGroup: 'shop', topic: 'orders', defaultTopic: 'TBW102' });

function decoded(request: Request, serializeType: Envelope['serializeType']): object {
  const envelope = { opaque: 7, flag: flags.request, language: 'NODE_JS', version: 479, serializeType } as const;
  return decodeFrame(encodeRequest(request, envelope));
}

describe.each(['json', 'rocketmq'] as const)('a request of a template, with a %s header', (type) => {
  const request = { name: 'sendMessageV2', fields, body: Uint8Array.of(1, 2) } as const;

  it('means what it means without', () => {
    expect(decoded({ ...request, template }, type)).toEqual(decoded(request, type));
  });

  it('keeps ext fields of no header and the remark', () => {
    const signed = { ...request, extra: { Signature: 's' }, remark: 'why' };
    expect(decoded({ ...signed, template }, type)).toEqual(decoded(signed, type));
  });

  it('goes without the template when a value differs', () => {
    const changed = { ...request, fields: { ...fields, topic: 'payments' } };
    expect(decoded({ ...changed, template }, type)).toEqual(decoded(changed, type));
  });

  it('goes without the template of another command', () => {
    const other = requestTemplate('pullMessage', { topic: 'orders' });
    expect(decoded({ ...request, template: other }, type)).toEqual(decoded(request, type));
  });

  it('goes without a template that has no fields', () => {
    const empty = requestTemplate('sendMessageV2', {});
    expect(decoded({ ...request, template: empty }, type)).toEqual(decoded(request, type));
  });

  it('needs the required fields that the template lacks', () => {
    const incomplete = { ...request, fields: { ...fields, queueId: undefined }, template };
    expect(() => decoded(incomplete, type)).toThrow(expect.objectContaining({ code: 'field-missing' }));
  });
});

it('refuses a value that its field cannot hold when the template is made', () => {
  expect(() => requestTemplate('sendMessageV2', { queueId: 2 ** 31 })).toThrow(
    expect.objectContaining({ code: 'value-out-of-range' }),
  );
});
