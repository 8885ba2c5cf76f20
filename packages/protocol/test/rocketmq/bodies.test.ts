import * as bodies from '@rmq/protocol/rocketmq/bodies';
import type { JsonObject, JsonValue } from '@rmq/protocol/rocketmq/bodies';
import { shapes } from '../../src/rocketmq/bodies/shapes.ts';
import { captures, octets } from './captures.ts';
import { codecOf } from './shape-codec.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Members of `before` that `after` lacks or has with another value. */
function differences(before: JsonValue, after: JsonValue | undefined, at = ''): string[] {
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null) {
    return before === after ? [] : [at];
  }
  return Object.entries(before).flatMap(([name, value]: [string, JsonValue]) =>
    differences(value, (after as JsonObject)[name], Array.isArray(before) ? at : `${at}.${name}`),
  );
}

/** Members we leave out on purpose: derived, or of features that have no codec yet. */
const ignored =
  /^\.(?:consumeTimeSpanSet\.\w+Str|topicQueueMapping\w+|mappingDataVersion|groupTopicMap|pullOffsetTable)/u;

describe('JSON bodies of official clients and brokers', () => {
  it.each(captures('bodies'))('$id: $name $direction of $sender', ({ kind, text: body = '' }) => {
    const codec = codecOf(kind);
    const value = codec.decode(octets(body));
    for (const strict of [true, false]) expect(codec.decode(codec.encode(value, { strict }))).toEqual(value);
    // Written for C++ clients as a list: the same offsets, another form.
    if (body.startsWith('{"offsetTable":[')) return;
    const original = bodies.parseLooseJson(body);
    const ours = bodies.parseLooseJson(text(codec.encode(value, { strict: false })));
    expect(differences(original, ours).filter((path) => !ignored.test(path))).toEqual([]);
  });
});

const T = { brokerName: 'broker-a', queueId: 1, topic: 'T' } as const;

/** Output of the Java classes by way of fastjson 1.2.83: read, and written back as the same text. */
const golden: readonly (readonly [string, string])[] = [
  [
    'HeartbeatData',
    '{"clientID":"10.0.0.1@123#456","consumerDataSet":[{"consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","consumeType":"CONSUME_PASSIVELY","groupName":"CG","messageModel":"CLUSTERING","subscriptionDataSet":[{"classFilterMode":false,"codeSet":[2598919,2598920],"expressionType":"TAG","subString":"TagA || TagB","subVersion":1700000000000,"tagsSet":["TagA","TagB"],"topic":"T"}],"unitMode":false}],"heartbeatFingerprint":0,"producerDataSet":[{"groupName":"PG"}],"withoutSub":false}',
  ],
  [
    'TopicRouteData',
    '{"brokerDatas":[{"brokerAddrs":{0:"10.0.0.1:10911",1:"10.0.0.2:10911"},"brokerName":"broker-a","cluster":"DefaultCluster","enableActingMaster":false}],"filterServerTable":{},"queueDatas":[{"brokerName":"broker-a","perm":6,"readQueueNums":4,"topicSysFlag":0,"writeQueueNums":4}]}',
  ],
  [
    'ClusterInfo',
    '{"brokerAddrTable":{"broker-a":{"brokerAddrs":{0:"10.0.0.1:10911",1:"10.0.0.2:10911"},"brokerName":"broker-a","cluster":"DefaultCluster","enableActingMaster":false}},"clusterAddrTable":{"DefaultCluster":["broker-a"]}}',
  ],
  ['TopicList', '{"brokerAddr":"1:1","topicList":["%RETRY%G","T1"]}'],
  ['KVTable', '{"table":{"k":"v"}}'],
  ['BrokerMemberGroupResponse', '{"brokerMemberGroup":{"brokerAddrs":{0:"x:1"},"brokerName":"b","cluster":"C"}}'],
  ['ConsumerList', '{"consumerIdList":["a@1","b@2"]}'],
  [
    'LockBatchRequest',
    '{"clientId":"c","consumerGroup":"G","mqSet":[{"brokerName":"broker-a","queueId":1,"topic":"T"}],"onlyThisBroker":false}',
  ],
  ['LockBatchResponse', '{"lockOKMQSet":[{"brokerName":"broker-a","queueId":1,"topic":"T"}]}'],
  [
    'QueryAssignmentRequest',
    '{"clientId":"c","consumerGroup":"G","messageModel":"CLUSTERING","strategyName":"AVG","topic":"T"}',
  ],
  [
    'QueryAssignmentResponse',
    '{"messageQueueAssignments":[{"messageQueue":{"brokerName":"broker-a","queueId":-1,"topic":"T"},"mode":"POP"}]}',
  ],
  ['ResetOffset', '{"offsetTable":{{"brokerName":"broker-a","queueId":1,"topic":"T"}:5}}'],
  [
    'ConsumerStatus',
    '{"consumerTable":{"cid":{{"brokerName":"broker-a","queueId":1,"topic":"T"}:5}},"messageQueueTable":{}}',
  ],
  [
    'ConsumerRunningInfo',
    '{"mqPopTable":{{"brokerName":"broker-a","queueId":2,"topic":"T"}:{"droped":false,"lastPopTimestamp":0,"waitAckCount":0}},"mqTable":{{"brokerName":"broker-a","queueId":1,"topic":"T"}:{"cachedMsgCount":0,"cachedMsgMaxOffset":0,"cachedMsgMinOffset":0,"cachedMsgSizeInMiB":0,"commitOffset":0,"droped":false,"lastConsumeTimestamp":0,"lastLockTimestamp":0,"lastPullTimestamp":0,"locked":false,"transactionMsgCount":0,"transactionMsgMaxOffset":0,"transactionMsgMinOffset":0,"tryUnlockTimes":0}},"properties":{"PROP_CONSUME_TYPE":"CONSUME_PASSIVELY","PROP_CONSUMER_START_TIMESTAMP":"1700000000000"},"statusTable":{"T":{"consumeFailedMsgs":0,"consumeFailedTPS":0.0,"consumeOKTPS":0.0,"consumeRT":0.0,"pullRT":0.0,"pullTPS":0.0}},"subscriptionSet":[],"userConsumerInfo":{"k":"v"}}',
  ],
  [
    'ConsumerRunningInfo',
    '{"mqPopTable":{},"mqTable":{},"properties":{},"statusTable":{},"subscriptionSet":[],"userConsumerInfo":{}}',
  ],
  ['ConsumeMessageDirectlyResult', '{"autoCommit":true,"consumeResult":"CR_SUCCESS","order":false,"spentTimeMills":0}'],
  [
    'ProducerTable',
    '{"data":{"PG":[{"clientId":"c","language":"JAVA","lastUpdateTimestamp":1,"remoteIP":"1.1.1.1:1","version":477}]}}',
  ],
  [
    'ConsumeStats',
    '{"consumeTps":0.0,"offsetTable":{{"brokerName":"broker-a","queueId":1,"topic":"T"}:{"brokerOffset":10,"consumerOffset":8,"lastTimestamp":3,"pullOffset":9}}}',
  ],
  [
    'TopicStatsTable',
    '{"offsetTable":{{"brokerName":"broker-a","queueId":0,"topic":"T"}:{"lastUpdateTimestamp":0,"maxOffset":5,"minOffset":0}},"topicPutTps":0.0}',
  ],
  ['GroupList', '{"groupList":["G"]}'],
  ['CorrectionOffsets', '{"correctionOffsets":{0:9223372036854775807}}'],
  [
    'TopicConfig',
    '{"attributes":{"message.type":"FIFO"},"order":false,"perm":6,"readQueueNums":16,"topicFilterType":"SINGLE_TAG","topicName":"T","topicSysFlag":0,"writeQueueNums":16}',
  ],
  [
    'SubscriptionGroupConfig',
    '{"attributes":{},"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,"consumeMessageOrderly":false,"consumeTimeoutMinute":15,"groupName":"G","groupRetryPolicy":{"type":"CUSTOMIZED"},"groupSysFlag":0,"notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1}',
  ],
];

describe('JSON bodies as Java writes them', () => {
  it.each(golden)('%s comes out as it went in', (shape, body) => {
    const codec = codecOf(shape);
    expect(text(codec.encode(codec.decode(octets(body)), { strict: false }))).toBe(body);
  });

  it('lists members by name, as Java does', () => {
    for (const members of Object.values(shapes)) expect(Object.keys(members)).toEqual(Object.keys(members).sort());
  });
});

describe('writing bodies', () => {
  it('is strict JSON unless asked otherwise: queues as keys become text', () => {
    const body = text(bodies.encodeBody('ResetOffset', { offsetTable: [{ queue: T, value: 5n }] }));
    const key = JSON.stringify(T);
    expect(JSON.parse(body)).toEqual({ offsetTable: { [key]: 5 } });
    expect(bodies.decodeBody('ResetOffset', octets(body))).toEqual({ offsetTable: [{ queue: T, value: 5n }] });
  });

  it('quotes integer keys of routes in the strict form', () => {
    const broker = { brokerName: 'b', brokerAddrs: { 0: 'h:1' } };
    const body = text(bodies.encodeBody('TopicRouteData', { brokerDatas: [broker], queueDatas: [] }));
    expect(body).toContain('"brokerAddrs":{"0":"h:1"}');
  });

  it('fills in defaults', () => {
    expect(bodies.decodeBody('TopicConfig', bodies.encodeBody('TopicConfig', { topicName: 'T' }))).toEqual({
      attributes: {},
      order: false,
      perm: 6,
      readQueueNums: 16,
      topicFilterType: 'SINGLE_TAG',
      topicName: 'T',
      topicSysFlag: 0,
      writeQueueNums: 16,
    });
  });

  it.each(['Foo', 'string', 'MessageQueue[]', 'constructor'])('there is none named %s', (name) => {
    const { decode, encode } = codecOf(name);
    const refused = expect.objectContaining({ code: 'name-invalid' }) as Error;
    expect(() => encode({})).toThrow(refused);
    expect(() => decode(octets('{}'))).toThrow(refused);
  });

  it('names the member that is missing or does not fit', () => {
    const value = { topicName: 'T', perm: 1.5 };
    expect(() => bodies.encodeBody('TopicConfig', value)).toThrow(
      expect.objectContaining({
        code: 'value-out-of-range',
        message: '$.perm does not fit: expected a 32-bit integer',
      }),
    );
    expect(() => codecOf('TopicConfig').encode({})).toThrow(
      expect.objectContaining({ code: 'field-missing', message: '$.topicName is missing' }),
    );
  });
});

describe('reading bodies', () => {
  const decode = (body: string): unknown => bodies.decodeBody('ResetOffset', octets(body));

  it('accepts the form of reset offsets for C++ clients (220)', () => {
    const body = '{"offsetTable":[{"brokerName":"broker-a","offset":5,"queueId":1,"topic":"T"}]}';
    expect(decode(body)).toEqual({ offsetTable: [{ queue: T, value: 5n }] });
  });

  it('follows references, also to a queue by its Java text', () => {
    const shared =
      '{"consumerTable":{"cid":{{"brokerName":"broker-a","queueId":1,"topic":"T"}:5}},"messageQueueTable":{"$ref":"$.consumerTable.cid"}}';
    expect(bodies.decodeBody('ConsumerStatus', octets(shared)).messageQueueTable).toEqual([{ queue: T, value: 5n }]);
    const stats =
      '{"offsetTable":{{"brokerName":"broker-a","queueId":2,"topic":"T"}:{"brokerOffset":1,"consumerOffset":1,"lastTimestamp":1},{"brokerName":"broker-b","queueId":2,"topic":"T"}:{"$ref":"$.offsetTable.MessageQueue\\\\ \\\\[topic\\\\=T\\\\,\\\\ brokerName\\\\=broker\\\\-a\\\\,\\\\ queueId\\\\=2\\\\]"}}}';
    expect(bodies.decodeBody('ConsumeStats', octets(stats)).offsetTable.map(({ value }) => value.brokerOffset)).toEqual(
      [1n, 1n],
    );
  });

  it.each(['$', '..', '@', '$.offsetTable', '$.nowhere', '$[', 'x'])(
    'refuses the reference %s, which goes nowhere or round',
    (path) => {
      expect(() => decode(`{"offsetTable":{"$ref":${JSON.stringify(path)}}}`)).toThrow(
        expect.objectContaining({ code: 'body-malformed' }),
      );
    },
  );

  it('refuses references that would blow a short text up', () => {
    const queues = Array.from(
      { length: 600 },
      (_, queueId) => `"{\\"brokerName\\":\\"b\\",\\"queueId\\":${queueId},\\"topic\\":\\"T\\"}":1`,
    );
    const copies = Array.from({ length: 600 }, (_, client) => `"${client}":{"$ref":"$.messageQueueTable"}`);
    const body = `{"consumerTable":{${copies.join(',')}},"messageQueueTable":{${queues.join(',')}}}`;
    expect(() => bodies.decodeBody('ConsumerStatus', octets(body))).toThrow(/references make the body too large/u);
  });

  it('takes numbers as text and enums in any case or by ordinal', () => {
    const heartbeat = (member: string): unknown =>
      bodies.decodeBody(
        'HeartbeatData',
        octets(`{"clientID":1,"consumerDataSet":[{"groupName":"G",${member}}],"heartbeatFingerprint":"7"}`),
      );
    const data = {
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      consumeType: 'CONSUME_PASSIVELY',
      groupName: 'G',
      messageModel: 'CLUSTERING',
      subscriptionDataSet: [],
      unitMode: false,
    };
    const all = { clientID: '1', producerDataSet: [], heartbeatFingerprint: 7, withoutSub: false };
    expect(heartbeat('"messageModel":"Broadcasting"')).toEqual({
      ...all,
      consumerDataSet: [{ ...data, messageModel: 'BROADCASTING' }],
    });
    expect(heartbeat('"consumeType":0')).toEqual({
      ...all,
      consumerDataSet: [{ ...data, consumeType: 'CONSUME_ACTIVELY' }],
    });
    expect(heartbeat('"consumeType":"PUSH","subscriptionDataSet":null')).toEqual({ ...all, consumerDataSet: [data] });
  });

  it('tells no answer from an empty one where it matters (400)', () => {
    expect(bodies.decodeBody('QueryAssignmentResponse', octets('{}')).messageQueueAssignments).toBeUndefined();
    expect(
      bodies.decodeBody('QueryAssignmentResponse', octets('{"messageQueueAssignments":[]}')).messageQueueAssignments,
    ).toEqual([]);
  });

  it.each([
    ['', 'expected a value at character 0'],
    ['[]', '$ is not an object'],
    ['{"offsetTable":{"x":1}}', 'expected a value at character 0'],
    [
      '{"offsetTable":[{"brokerName":"b","offset":1.5,"queueId":1,"topic":"T"}]}',
      '$.offsetTable[0] is not a 64-bit integer (bigint)',
    ],
    [
      '{"offsetTable":[{"brokerName":"b","offset":1,"queueId":4294967296,"topic":"T"}]}',
      '$.offsetTable[0].queueId is not a 32-bit integer',
    ],
    ['{"offsetTable":[{"brokerName":"b","offset":1,"queueId":1}]}', '$.offsetTable[0].topic is missing'],
  ])('says what is wrong with %s', (body, message) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'body-malformed', message }));
  });

  it('takes __proto__ as a key like any other', () => {
    const { table } = bodies.decodeBody('KVTable', octets('{"table":{"__proto__":"x","constructor":"y"}}'));
    expect(Object.entries(table)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

it('reads the nanoseconds that the Go client gives as version of a subscription, rounded', () => {
  const text =
    '{"clientID":"c","consumerDataSet":[{"groupName":"G","subscriptionDataSet":[{"topic":"T","subString":"*","subVersion":1795204050288578115}]}]}';
  const data = bodies.decodeBody('HeartbeatData', new TextEncoder().encode(text));
  expect(data.consumerDataSet[0]?.subscriptionDataSet[0]?.subVersion).toBe(1_795_204_050_288_578_000);
  expect(bodies.decodeBody('HeartbeatData', bodies.encodeBody('HeartbeatData', data))).toEqual(data);
});
