import {
  type CommandName,
  decodeRequest,
  flags,
  type RemotingCommand,
  type Request,
  requestFields,
  response,
  type ResponseInit,
  toCommand,
} from '@rmq/protocol/rocketmq';

const envelope = { opaque: 1, flag: flags.request, language: 'NODE_JS', version: 1, serializeType: 'json' } as const;
const search: Request<'searchOffsetByTimestamp'> = {
  name: 'searchOffsetByTimestamp',
  fields: { topic: 'T', queueId: 1, timestamp: 5n },
};
const texts = { topic: 'T', queueId: '1', timestamp: '5' };

/** The command as it would have come, with other ext fields. */
function received(extFields: Readonly<Record<string, string>>): RemotingCommand {
  return { ...toCommand(search, envelope), extFields };
}

function read(extFields: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return decodeRequest('searchOffsetByTimestamp', received({ ...texts, ...extFields }));
}

/** As a caller without types gives them. */
function written(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return requestFields({ ...search, fields: { ...search.fields, ...fields } as never });
}

describe('a time is written', () => {
  it.each([5n, 5n, 0n, -(2n ** 63n), 2n ** 63n - 1n, 5n])('as its digits, whatever came before: %s', (timestamp) => {
    expect(written({ timestamp })).toEqual({ ...texts, timestamp: timestamp.toString() });
  });
});

describe('ext fields are read as Java reads them', () => {
  it.each<[string, string, unknown]>([
    ['queueId', '+5', 5],
    ['queueId', '-2147483648', -2_147_483_648],
    ['queueId', '2147483647', 2_147_483_647],
    ['queueId', '007', 7],
    ['timestamp', '+9223372036854775807', 2n ** 63n - 1n],
    ['timestamp', '-9223372036854775808', -(2n ** 63n)],
    ['timestamp', '0', 0n],
    ['boundaryType', 'upper', 'UPPER'],
    ['boundaryType', 'UPPER', 'UPPER'],
    ['boundaryType', 'lower', 'LOWER'],
    ['boundaryType', 'anything', 'LOWER'],
    ['topic', '', ''],
  ])('%s: %s', (name, text, value) => {
    expect(read({ [name]: text })[name]).toBe(value);
  });

  it.each<[string, boolean]>([
    ['true', true],
    ['TRUE', true],
    ['True', true],
    ['false', false],
    ['1', false],
    ['', false],
  ])('bool: %j', (order, value) => {
    const extFields = { topic: 'T', defaultTopic: 'D', readQueueNums: '1', writeQueueNums: '1', perm: '6', order };
    const command = received({ ...extFields, topicFilterType: 'SINGLE_TAG', topicSysFlag: '0' });
    expect(decodeRequest('updateAndCreateTopic', command).order).toBe(value);
  });

  it.each([
    ['queueId', '2147483648', 'a 32-bit integer'],
    ['queueId', '-2147483649', 'a 32-bit integer'],
    ['queueId', '1.5', 'a 32-bit integer'],
    ['queueId', '1e3', 'a 32-bit integer'],
    ['queueId', '0x10', 'a 32-bit integer'],
    ['queueId', ' 1', 'a 32-bit integer'],
    ['queueId', '', 'a 32-bit integer'],
    ['timestamp', '9223372036854775808', 'a 64-bit integer (bigint)'],
    ['timestamp', '-9223372036854775809', 'a 64-bit integer (bigint)'],
    ['timestamp', '00000000000000000001', 'a 64-bit integer (bigint)'],
    ['timestamp', 'a1', 'a 64-bit integer (bigint)'],
    ['timestamp', '1a', 'a 64-bit integer (bigint)'],
    ['timestamp', '++1', 'a 64-bit integer (bigint)'],
    ['timestamp', '', 'a 64-bit integer (bigint)'],
  ])('%s: not %j', (name, text, wanted) => {
    const message = `field ${name} is not ${wanted}`;
    expect(() => read({ [name]: text })).toThrow(expect.objectContaining({ code: 'field-malformed', message }));
  });

  it('are there, or the error says which one is not and of what', () => {
    expect(read({})).toEqual(search.fields);
    expect(() => decodeRequest('searchOffsetByTimestamp', received({ topic: 'T', queueId: '1' }))).toThrow(
      expect.objectContaining({
        code: 'field-missing',
        message: 'searchOffsetByTimestamp came without the field timestamp',
      }),
    );
    const inherited = Object.create({ timestamp: '5' }) as Record<string, string>;
    expect(() => decodeRequest('searchOffsetByTimestamp', received(Object.assign(inherited, { topic: 'T' })))).toThrow(
      expect.objectContaining({ code: 'field-missing' }),
    );
  });
});

describe('ext fields are written as Java reads them', () => {
  it.each<[string, unknown, string]>([
    ['topic', '', ''],
    ['queueId', -2_147_483_648, '-2147483648'],
    ['queueId', 2_147_483_647, '2147483647'],
    ['timestamp', -(2n ** 63n), '-9223372036854775808'],
    ['timestamp', 2n ** 63n - 1n, '9223372036854775807'],
    ['boundaryType', 'LOWER', 'LOWER'],
    ['boundaryType', 'UPPER', 'UPPER'],
  ])('%s: %p', (name, value, text) => {
    expect(written({ [name]: value })[name]).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ['topic', 5, 'topic 5 does not fit: expected text'],
    ['topic', { secret: 1 }, 'topic object does not fit: expected text'],
    ['topic', new Uint8Array(3), 'topic object does not fit: expected text'],
    ['queueId', 5n, 'queueId 5 does not fit: expected a 32-bit integer'],
    ['queueId', 2_147_483_648, 'queueId 2147483648 does not fit: expected a 32-bit integer'],
    ['queueId', -2_147_483_649, 'queueId -2147483649 does not fit: expected a 32-bit integer'],
    ['queueId', 0.5, 'queueId 0.5 does not fit: expected a 32-bit integer'],
    ['queueId', '1', 'queueId 1 does not fit: expected a 32-bit integer'],
    ['timestamp', 5, 'timestamp 5 does not fit: expected a 64-bit integer (bigint)'],
    ['timestamp', 2n ** 63n, 'timestamp 9223372036854775808 does not fit: expected a 64-bit integer (bigint)'],
    ['boundaryType', 'upper', 'boundaryType upper does not fit: expected LOWER or UPPER'],
  ])('%s: not %p', (name, value, message) => {
    expect(() => written({ [name]: value })).toThrow(expect.objectContaining({ code: 'value-out-of-range', message }));
  });

  it('as bool are true or false', () => {
    const fields = { topic: 'T', defaultTopic: 'D', readQueueNums: 1, writeQueueNums: 1, perm: 6, topicSysFlag: 0 };
    const create = (order: unknown): Readonly<Record<string, string>> =>
      requestFields({
        name: 'updateAndCreateTopic',
        fields: { ...fields, topicFilterType: 'SINGLE_TAG', order } as never,
      });
    expect([create(true)['order'], create(false)['order']]).toEqual(['true', 'false']);
    expect(() => create('true')).toThrow(
      expect.objectContaining({
        code: 'value-out-of-range',
        message: 'order true does not fit: expected true or false',
      }),
    );
  });

  it('are all the table knows, none besides', () => {
    expect(() => written({ timestamp: undefined })).toThrow(
      expect.objectContaining({ code: 'field-missing', message: 'searchOffsetByTimestamp needs the field timestamp' }),
    );
    expect(() => written({ tpoic: 'T' })).toThrow(
      expect.objectContaining({ code: 'field-unknown', message: 'searchOffsetByTimestamp has no field tpoic' }),
    );
  });
});

describe('an answer', () => {
  const answer = <N extends CommandName>(init: ResponseInit<N>): RemotingCommand =>
    response({ ...toCommand(search, { ...envelope, opaque: 77 }), serializeType: 'rocketmq' }, init);

  it('has the number and the form of what it answers, and Java knows who speaks', () => {
    expect(answer({ code: 0, name: 'searchOffsetByTimestamp', fields: { offset: 5n } })).toEqual({
      code: 0,
      language: 'NODE_JS',
      version: 479,
      opaque: 77,
      flag: 1,
      remark: undefined,
      extFields: { offset: '5' },
      body: new Uint8Array(0),
      serializeType: 'rocketmq',
    });
  });

  it('says what it is told besides', () => {
    const body = Uint8Array.of(1);
    const own = { code: 1, remark: 'no', body, version: 3, language: 'JAVA' } as const;
    expect(answer({ ...own, extra: { zone: 'z' } })).toMatchObject({ ...own, extFields: { zone: 'z' } });
    expect(answer({ code: 1, name: 'searchOffsetByTimestamp' }).extFields).toEqual({});
    expect(answer({ code: 1, name: 'searchOffsetByTimestamp', fields: {} }).extFields).toEqual({});
    expect(answer({ code: 0, name: 'queryBrokerOffset', fields: {} }).extFields).toEqual({});
  });
});
