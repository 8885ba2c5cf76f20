import * as bodies from '@rmq/protocol/rocketmq/bodies';
import type { ShapeName } from '@rmq/protocol/rocketmq/bodies';
import { octets } from './captures.ts';
import { codecOf, type ShapeCodec } from './shape-codec.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** One member each of the scalar types; bodies have them all, in many places. */
const members = {
  string: ['TopicConfig', 'topicName', '{'],
  bool: ['ConsumeMessageDirectlyResult', 'order', '{"consumeResult":"CR_SUCCESS",'],
  i32: ['HeartbeatData', 'heartbeatFingerprint', '{"clientID":"c",'],
  i64: ['DataVersion', 'counter', '{'],
  time: ['DataVersion', 'timestamp', '{'],
  f64: ['ConsumeStatus', 'pullRT', '{'],
  enum: ['ConsumeMessageDirectlyResult', 'consumeResult', '{'],
} as const;
type Scalar = keyof typeof members;

function partOf(scalar: Scalar): { readonly codec: ShapeCodec; readonly name: string; readonly head: string } {
  const [shape, name, head] = members[scalar];
  return { codec: codecOf(shape), name, head };
}

function read(scalar: Scalar, json: string): unknown {
  const { codec, name, head } = partOf(scalar);
  return (codec.decode(octets(`${head}"${name}":${json}}`)) as Readonly<Record<string, unknown>>)[name];
}

function write(scalar: Scalar, value: unknown): string {
  const { codec, name, head } = partOf(scalar);
  const written = text(codec.encode({ ...(JSON.parse(`${head}"x":0}`) as object), [name]: value }));
  return new RegExp(`"${name}":("[^"]*"|[^,}]*)`, 'u').exec(written)?.[1] ?? '';
}

describe('a member of a body is read', () => {
  it.each<[Scalar, string, unknown]>([
    ['string', '"a"', 'a'],
    ['string', '1', '1'],
    ['string', 'true', 'true'],
    ['string', '9223372036854775807', '9223372036854775807'],
    ['bool', 'true', true],
    ['bool', '"true"', true],
    ['bool', '1', true],
    ['bool', 'false', false],
    ['bool', '"false"', false],
    ['bool', '0', false],
    ['bool', 'null', false],
    ['i32', '2147483647', 2_147_483_647],
    ['i32', '-2147483648', -2_147_483_648],
    ['i32', '"-2147483648"', -2_147_483_648],
    ['i32', '-0', 0],
    ['i32', 'null', 0],
    ['i64', '9223372036854775807', 2n ** 63n - 1n],
    ['i64', '"-9223372036854775808"', -(2n ** 63n)],
    ['i64', '5', 5n],
    ['i64', 'null', 0n],
    ['time', '1700000000000', 1_700_000_000_000],
    ['time', '"1700000000000"', 1_700_000_000_000],
    ['time', '9223372036854775807', 2 ** 63],
    ['time', 'null', 0],
    ['f64', '0.5', 0.5],
    ['f64', '"0.5"', 0.5],
    ['f64', '9223372036854775807', 2 ** 63],
    ['f64', 'null', 0],
    ['enum', '"cr_later"', 'CR_LATER'],
    ['enum', '5', 'CR_RETURN_NULL'],
  ])('%s %s', (scalar, json, value) => {
    expect(read(scalar, json)).toBe(value);
  });

  it.each<[Scalar, string, string]>([
    ['string', '[]', '$.topicName is not text'],
    ['string', '{}', '$.topicName is not text'],
    ['string', 'null', '$.topicName is missing'],
    ['bool', '2', '$.order is not true or false'],
    ['bool', '"yes"', '$.order is not true or false'],
    ['i32', '2147483648', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i32', '"-2147483649"', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i32', '0.5', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i32', '"1a"', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i32', '"a1"', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i32', '" 1"', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i32', '""', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i32', 'true', '$.heartbeatFingerprint is not a 32-bit integer'],
    ['i64', '9223372036854775808', '$.counter is not a 64-bit integer (bigint)'],
    ['i64', '"-9223372036854775809"', '$.counter is not a 64-bit integer (bigint)'],
    ['i64', '1.5', '$.counter is not a 64-bit integer (bigint)'],
    ['i64', '"0x10"', '$.counter is not a 64-bit integer (bigint)'],
    ['i64', `"${'0'.repeat(21)}"`, '$.counter is not a 64-bit integer (bigint)'],
    ['time', '9223372036854775808', '$.timestamp is not a 64-bit integer'],
    ['time', '0.5', '$.timestamp is not a 64-bit integer'],
    ['f64', '"x"', '$.pullRT is not a finite number'],
    ['f64', '""', '$.pullRT is not a finite number'],
    ['f64', '"Infinity"', '$.pullRT is not a finite number'],
    ['f64', 'true', '$.pullRT is not a finite number'],
    ['enum', '[]', '$.consumeResult is not an enum name'],
    ['enum', '"nobody knows"', '$.consumeResult is missing'],
    ['enum', '6', '$.consumeResult is missing'],
  ])('%s: not %s', (scalar, json, message) => {
    expect(() => read(scalar, json)).toThrow(expect.objectContaining({ code: 'body-malformed', message }));
  });
});

describe('a member of a body is written', () => {
  it.each<[Scalar, unknown, string]>([
    ['string', 'a', '"a"'],
    ['bool', true, 'true'],
    ['bool', false, 'false'],
    ['i32', -2_147_483_648, '-2147483648'],
    ['i32', -0, '0'],
    ['i64', -(2n ** 63n), '-9223372036854775808'],
    ['time', 1_700_000_000_000, '1700000000000'],
    ['time', 1e18, '1000000000000000000'],
    ['time', -1, '-1'],
    ['f64', 0, '0.0'],
    ['f64', 0.25, '0.25'],
    ['f64', 1e21, '1e+21'],
    ['enum', 'CR_LATER', '"CR_LATER"'],
  ])('%s %p', (scalar, value, json) => {
    expect(write(scalar, value)).toBe(json);
  });

  it.each<[Scalar, unknown, string]>([
    ['string', 1, '$.topicName does not fit: expected text'],
    ['bool', 'true', '$.order does not fit: expected true or false'],
    ['i32', 2_147_483_648, '$.heartbeatFingerprint does not fit: expected a 32-bit integer'],
    ['i32', '1', '$.heartbeatFingerprint does not fit: expected a 32-bit integer'],
    ['i64', 1, '$.counter does not fit: expected a 64-bit integer (bigint)'],
    ['i64', 2n ** 63n, '$.counter does not fit: expected a 64-bit integer (bigint)'],
    ['time', 2 ** 63, '$.timestamp does not fit: expected a 64-bit integer'],
    ['time', -(2 ** 63), '$.timestamp does not fit: expected a 64-bit integer'],
    ['time', 0.5, '$.timestamp does not fit: expected a 64-bit integer'],
    ['time', '1', '$.timestamp does not fit: expected a 64-bit integer'],
    ['f64', Number.NaN, '$.pullRT does not fit: expected a finite number'],
    ['f64', '1', '$.pullRT does not fit: expected a finite number'],
    [
      'enum',
      'cr_later',
      '$.consumeResult does not fit: expected one of CR_SUCCESS, CR_LATER, CR_ROLLBACK, CR_COMMIT, CR_THROW_EXCEPTION, CR_RETURN_NULL',
    ],
  ])('%s: not %p', (scalar, value, message) => {
    expect(() => write(scalar, value)).toThrow(expect.objectContaining({ code: 'value-out-of-range', message }));
  });
});

describe('containers of bodies', () => {
  it.each<[ShapeName, string, unknown]>([
    ['GroupList', '{"groupList":[null,"a",null]}', { groupList: ['a'] }],
    ['GroupList', '{}', { groupList: [] }],
    ['KVTable', '{"table":{"a":null,"b":1}}', { table: { b: '1' } }],
    ['KVTable', '{}', { table: {} }],
    ['CorrectionOffsets', '{"correctionOffsets":{"-1":1,2:3}}', { correctionOffsets: { '-1': 1n, 2: 3n } }],
    ['ResetOffset', '{"offsetTable":[5,{"topic":"T"},{"offset":null}]}', { offsetTable: [] }],
    ['ResetOffset', '{}', { offsetTable: [] }],
    ['ConsumerOffsets', '{"offsetTable":{"T@G":{0:1}}}', { offsetTable: { 'T@G': { 0: 1n } } }],
    ['ConsumerOffsets', '{"offsetTable":{}}', { offsetTable: {} }],
    ['GroupList', `{"groupList":[${'1,'.repeat(4_999)}1]}`, { groupList: new Array<string>(5_000).fill('1') }],
    // What Java leaves out of a body counts as 0, false or empty.
    [
      'QueueData',
      '{"brokerName":"b"}',
      { brokerName: 'b', perm: 0, readQueueNums: 0, topicSysFlag: 0, writeQueueNums: 0 },
    ],
    ['PopProcessQueueInfo', '{}', { droped: false, lastPopTimestamp: 0, waitAckCount: 0 }],
    ['TopicOffset', '{}', { lastUpdateTimestamp: 0, maxOffset: 0n, minOffset: 0n }],
    ['BrokerData', '{"brokerName":"b"}', { brokerAddrs: {}, brokerName: 'b', cluster: '', enableActingMaster: false }],
  ])('%s: %s', (shape, json, value) => {
    expect(codecOf(shape).decode(octets(json))).toEqual(value);
    expect(Object.keys(codecOf(shape).decode(octets(json)) as object)).toEqual(Object.keys(value as object));
  });

  it.each<[ShapeName, string, string]>([
    ['GroupList', '{"groupList":{}}', '$.groupList is not an array'],
    ['GroupList', '{"groupList":["a",[]]}', '$.groupList[1] is not text'],
    ['KVTable', '{"table":[]}', '$.table is not an object'],
    ['KVTable', '{"table":{"a":[]}}', '$.table.a is not text'],
    ['CorrectionOffsets', '{"correctionOffsets":{"x":1}}', '$.correctionOffsets.x is not under an integer key'],
    ['CorrectionOffsets', '{"correctionOffsets":{"1x":1}}', '$.correctionOffsets.1x is not under an integer key'],
    ['CorrectionOffsets', '{"correctionOffsets":{"x1":1}}', '$.correctionOffsets.x1 is not under an integer key'],
    ['ResetOffset', '{"offsetTable":5}', '$.offsetTable is not a map of queues'],
    ['ResetOffset', '{"offsetTable":{5:5}}', '$.offsetTable[0] is not an object'],
    ['ResetOffset', '{"offsetTable":{"$ref":"$.x"}}', '$.offsetTable is not a known reference'],
    ['ResetOffset', '{"offsetTable":{"$ref":1}}', '$.offsetTable is not a known reference'],
    ['KVTable', '{"table":{"$ref":"$.x"},"x":null}', '$.table is not an object'],
    ['ConsumerStatus', '{"messageQueueTable":{"$ref":"$.x"},"x":null}', '$.messageQueueTable is not a map of queues'],
    ['GroupList', '{"x":{"$ref":"$.x"},"groupList":{"$ref":"$.x"}}', '$.groupList is not a known reference'],
    ['QueryConsumeTimeSpan', '{"consumeTimeSpanSet":[1]}', '$.consumeTimeSpanSet[0] is not an object'],
  ])('%s: not %s', (shape, json, message) => {
    expect(() => codecOf(shape).decode(octets(json))).toThrow(
      expect.objectContaining({ code: 'body-malformed', message }),
    );
  });

  it.each<[ShapeName, unknown, string]>([
    ['GroupList', 1, '$ does not fit: expected an object'],
    ['GroupList', null, '$ does not fit: expected an object'],
    ['GroupList', { groupList: 'a' }, '$.groupList does not fit: expected an array'],
    ['GroupList', { groupList: ['a', 1] }, '$.groupList[1] does not fit: expected text'],
    ['KVTable', { table: 1 }, '$.table does not fit: expected an object'],
    ['KVTable', { table: { a: 1 } }, '$.table.a does not fit: expected text'],
    ['ConsumerOffsets', { offsetTable: { 'T@G': null } }, '$.offsetTable.T@G does not fit: expected an object'],
    ['LockBatchResponse', { lockOKMQSet: [null] }, '$.lockOKMQSet[0] does not fit: expected an object'],
    ['ResetOffset', { offsetTable: {} }, '$.offsetTable does not fit: expected an array of queue and value'],
    [
      'ResetOffset',
      { offsetTable: [{ queue: { brokerName: 'b', queueId: 'x', topic: 'T' }, value: 1n }] },
      '$.offsetTable[0].queueId does not fit: expected a 32-bit integer',
    ],
    [
      'ResetOffset',
      { offsetTable: [{ queue: { brokerName: 'b', queueId: 1, topic: 'T' }, value: 1 }] },
      '$.offsetTable[0] does not fit: expected a 64-bit integer (bigint)',
    ],
  ])('%s: %j is not written', (shape, value, message) => {
    expect(() => codecOf(shape).encode(value)).toThrow(
      expect.objectContaining({ code: 'value-out-of-range', message }),
    );
  });

  it('refuse to write bare what is no integer', () => {
    const routes = { brokerDatas: [{ brokerName: 'b', brokerAddrs: { x: 'h:1' } }], queueDatas: [] };
    expect(() => codecOf('TopicRouteData').encode(routes, { strict: false })).toThrow(
      '$.brokerDatas[0].brokerAddrs.x is not under an integer key',
    );
  });

  it('of null are missing where they cannot be empty', () => {
    expect(() => codecOf('GroupList').encode({})).toThrow(
      expect.objectContaining({ code: 'field-missing', message: '$.groupList is missing' }),
    );
    expect(bodies.decodeBody('BrokerMemberGroupResponse', octets('{"brokerMemberGroup":null}'))).toEqual({});
    expect(text(bodies.encodeBody('BrokerMemberGroupResponse', {}))).toBe('{}');
  });
});
