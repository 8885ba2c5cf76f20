import {
  decodeFrame,
  encodeRequest,
  type Envelope,
  flags,
  plainRequest,
  type Request,
  requestFields,
  type RequestTemplate,
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
const common = { producerGroup: 'shop', topic: 'orders', defaultTopic: 'TBW102' };
const template = (): RequestTemplate<'sendMessageV2'> => requestTemplate('sendMessageV2', common);

function decoded(request: Request, serializeType: Envelope['serializeType']): object {
  const envelope = { opaque: 7, flag: flags.request, language: 'NODE_JS', version: 479, serializeType } as const;
  return decodeFrame(encodeRequest(request, envelope));
}

describe.each(['json', 'rocketmq'] as const)('a request of a template, with a %s header', (type) => {
  const request = { name: 'sendMessageV2', fields, body: Uint8Array.of(1, 2) } as const;
  const { producerGroup: _group, topic: _topic, defaultTopic: _default, ...own } = fields;
  const templated = (): Request => ({ ...request, fields: own, template: template() });

  it('means what it means without', () => {
    expect(decoded(templated(), type)).toEqual(decoded(request, type));
    expect(decoded({ ...request, template: template() }, type)).toEqual(decoded(request, type));
  });

  it('keeps ext fields of no header and the remark', () => {
    const more = { extra: { Signature: 's' }, remark: 'why' };
    expect(decoded({ ...templated(), ...more }, type)).toEqual(decoded({ ...request, ...more }, type));
  });

  it('says what it says, also where its template says something else', () => {
    const changed = { ...request, fields: { ...fields, topic: 'payments' } };
    expect(decoded({ ...templated(), fields: { ...own, topic: 'payments' } }, type)).toEqual(decoded(changed, type));
    expect(requestFields({ ...templated(), fields: { ...own, topic: 'payments' } })).toEqual(requestFields(changed));
  });

  it('has all its fields without the template as well', () => {
    expect(plainRequest(templated())).toEqual({ ...request, extra: undefined, remark: undefined });
    expect(plainRequest(request)).toBe(request);
  });

  it('goes without the template of another command', () => {
    const other = requestTemplate('pullMessage', { topic: 'payments' });
    expect(decoded({ ...request, template: other }, type)).toEqual(decoded(request, type));
    expect(plainRequest({ ...request, template: other }).fields).toEqual(fields);
  });

  it('is the same with a template that has no fields', () => {
    const empty = requestTemplate('sendMessageV2');
    expect(decoded({ ...request, template: empty }, type)).toEqual(decoded(request, type));
  });

  it('means the same whatever the request before it had, and in whatever order', () => {
    const shared = template();
    const turned = Object.fromEntries(Object.entries(own).reverse());
    for (const given of [own, turned, { ...fields, topic: 'payments' }, { ...turned, reconsumeTimes: 1 }, own]) {
      const plain = { ...request, fields: { ...common, ...given } as typeof fields };
      expect(decoded({ ...request, fields: given, template: shared }, type)).toEqual(decoded(plain, type));
    }
  });

  it('may have nothing of its own', () => {
    const all = requestTemplate('getMaxOffset', { topic: 'orders', queueId: 1 });
    const plain = { name: 'getMaxOffset', fields: { topic: 'orders', queueId: 1 } } as const;
    expect(decoded({ ...plain, fields: {}, template: all }, type)).toEqual(decoded(plain, type));
    expect(decoded({ ...plain, fields: {}, template: all, extra: { a: 'b' } }, type)).toEqual(
      decoded({ ...plain, extra: { a: 'b' } }, type),
    );
  });

  it('needs the required fields that the template lacks', () => {
    const incomplete = { ...request, fields: { ...fields, queueId: undefined }, template: template() };
    expect(() => decoded(incomplete, type)).toThrow(expect.objectContaining({ code: 'field-missing' }));
    expect(() => decoded({ ...templated(), fields: {} }, type)).toThrow(/sendMessageV2 needs the field/);
  });

  it('refuses a field that its command lacks', () => {
    const wrong = { ...templated(), fields: { ...own, group: 'g' } };
    expect(() => decoded(wrong, type)).toThrow(expect.objectContaining({ code: 'field-unknown' }));
    expect(() => decoded({ ...request, fields: { ...fields, group: 'g' } as never }, type)).toThrow(
      /has no field group/,
    );
  });

  it.each(['constructor', '__proto__', 'toString'])('refuses a field called %s', (name) => {
    const fieldsWith = Object.fromEntries([...Object.entries(own), [name, 'x']]);
    const wrong: Request = { name: 'sendMessageV2', template: template(), fields: fieldsWith };
    expect(() => decoded(wrong, type)).toThrow(expect.objectContaining({ code: 'field-unknown' }));
  });

  it('writes the defaults of primitives that are left out', () => {
    const back = { name: 'consumerSendMsgBack', fields: { group: 'g', offset: 1n, delayLevel: 0 } } as const;
    expect(decoded(back, type)).toMatchObject({ extFields: { unitMode: 'false' } });
    const template = requestTemplate('consumerSendMsgBack', { group: 'g' });
    const own = { name: 'consumerSendMsgBack', fields: { offset: 1n, delayLevel: 0 }, template } as const;
    expect(decoded(own, type)).toEqual(decoded(back, type));
  });
});

it('refuses a value that its field cannot hold when the template is made', () => {
  expect(() => requestTemplate('sendMessageV2', { queueId: 2 ** 31 })).toThrow(
    expect.objectContaining({ code: 'value-out-of-range' }),
  );
});

describe('a binary header of a request', () => {
  const request = { name: 'sendMessageV2', fields } as const;
  const envelope = {
    opaque: 7,
    flag: flags.request,
    language: 'NODE_JS',
    version: 479,
    serializeType: 'rocketmq',
  } as const;

  it.each([
    { opaque: -1, flag: flags.oneway, language: 'JAVA', version: -(2 ** 15) },
    { opaque: -(2 ** 31), flag: -1, language: 'OTHER', version: 2 ** 15 - 1 },
  ] as const)('holds $opaque, $flag, $language and $version, with a remark or without', (said) => {
    for (const remark of [undefined, 'why']) {
      expect(decodeFrame(encodeRequest({ ...request, remark }, { ...envelope, ...said }))).toMatchObject({
        ...said,
        remark,
      });
    }
  });

  it('holds the language and the version of its own envelope, whatever the one before had', () => {
    for (const said of [{ language: 'JAVA' }, { language: 'GO' }, { version: 1 }, { version: 2 }] as const) {
      expect(decodeFrame(encodeRequest(request, { ...envelope, ...said }))).toMatchObject(said);
    }
  });

  it.each([{ version: 2 ** 15 }, { version: 1.5 }, { opaque: 2 ** 31 }, { flag: -(2 ** 31) - 1 }])(
    'does not hold %j',
    (said) => {
      for (const remark of [undefined, 'why']) {
        const encode = (): unknown => encodeRequest({ ...request, remark }, { ...envelope, ...said });
        expect(encode).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
      }
    },
  );
});
