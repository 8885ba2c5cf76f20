import {
  type CommandName,
  decodeFrame,
  encodeRequest,
  type Envelope,
  groupOf,
  type Request,
  requestFields,
  toCommand,
} from '@rmq/protocol/rocketmq';
import {
  ackMessage,
  buildRequest,
  checkedTransaction,
  decodeAckBits,
  encodeAckBits,
  formatPopReceipt,
  getRouteinfoByTopic,
  parsePopReceipt,
  parseRecallHandle,
  popMessage,
  popOffsets,
  type PopReceipt,
  pullMessage,
  requestProblems,
  sendMessage,
} from '@rmq/protocol/rocketmq/requests';

const receipt: PopReceipt = {
  ...{ startOffset: 1n, popTime: 2n, invisibleTime: 3n, reviveQueueId: 4, retry: 'none', brokerName: 'b', queueId: 5 },
  queueOffset: 6n,
};
const malformed = (message: string, more: object = {}): Error =>
  expect.objectContaining({ code: 'field-malformed', message, ...more }) as Error;

describe('a pop receipt', () => {
  it('is written with what it has', () => {
    expect(formatPopReceipt(receipt)).toBe('1 2 3 4 0 b 5 6');
    expect(formatPopReceipt({ ...receipt, retry: 'v2', commitLogOffset: 7n })).toBe('1 2 3 4 2 b 5 6 7');
    expect(formatPopReceipt({ ...receipt, queueOffset: undefined, commitLogOffset: 7n })).toBe('1 2 3 4 0 b 5');
    for (const brokerName of ['', 'a b']) {
      expect(() => formatPopReceipt({ ...receipt, brokerName })).toThrow(
        expect.objectContaining({
          code: 'name-invalid',
          message: `"${brokerName}" cannot be a broker's name: parts are separated by spaces`,
        }),
      );
    }
  });

  it.each([
    ['x1 2 3 4 0 b 5', 'number "x1"'],
    ['1x 2 3 4 0 b 5', 'number "1x"'],
    ['1 2 3 4 01 b 5', 'retry flag "01"'],
    ['1 2 3 4 10 b 5', 'retry flag "10"'],
    [`1 2 3 4 ${'7'.repeat(30)} b 5`, `retry flag "${'7'.repeat(24)}"`],
    [`${'7'.repeat(30)} 2 3 4 0 b 5`, `number "${'7'.repeat(24)}"`],
    ['1 2 3', 'receipt'],
  ])('is not %s', (text, what) => {
    expect(() => parsePopReceipt(text)).toThrow(malformed(`wrong ${what} in "${text}"`));
  });

  it('is quoted no longer than 200 characters', () => {
    const text = `x ${'y'.repeat(300)}`;
    expect(() => parsePopReceipt(text)).toThrow(malformed(`wrong receipt in "${text.slice(0, 200)}"`));
  });

  it('tells what is wrong with lists of offsets', () => {
    expect(() => popOffsets({ startOffsetInfo: '0 1' })).toThrow(malformed('wrong list of offsets in "0 1"'));
    expect(() => popOffsets({ startOffsetInfo: '0 1 2 3' })).toThrow(malformed('wrong list of offsets in "0 1 2 3"'));
  });

  it('is needed whole for an acknowledgement', () => {
    const popped = { consumerGroup: 'g', topic: 'T', receipt: { ...receipt, queueOffset: undefined } };
    expect(() => ackMessage(popped)).toThrow(
      expect.objectContaining({
        code: 'value-out-of-range',
        message: "the receipt names no queue offset: complete it with the message's",
      }),
    );
  });
});

describe('bits of acknowledgements', () => {
  it('reach as far as they say', () => {
    expect(decodeAckBits(5n, encodeAckBits(5n, [5n, 13n, 65_540n]))).toEqual([5n, 13n, 65_540n]);
    for (const offset of [4n, 65_541n]) {
      expect(() => encodeAckBits(5n, [offset])).toThrow(
        expect.objectContaining({ code: 'value-out-of-range', message: 'an offset is not within 65536 behind 5' }),
      );
    }
  });

  it('are base64, and not too many', () => {
    const cause = expect.objectContaining({ name: 'InvalidCharacterError' }) as unknown;
    expect(() => decodeAckBits(0n, '*')).toThrow(malformed('the offsets to acknowledge are not base64', { cause }));
    expect(decodeAckBits(0n, btoa('\0'.repeat(8_192)))).toEqual([]);
    expect(() => decodeAckBits(0n, btoa('\0'.repeat(8_193)))).toThrow(
      malformed('more than 65536 offsets to acknowledge'),
    );
  });
});

describe('a recall handle', () => {
  const message = 'not a recall handle of version 1';

  it.each([
    'v1 t b x1 k',
    'v1 t b 1x k',
    'v1 t  1 k',
    'v1  b 1 k',
    'v1 t b 1 ',
    'v1 t b 1',
    'v1 t b 1 k m',
    'v2 t b 1 k',
  ])('is not %j', (text) => {
    expect(() => parseRecallHandle(btoa(text))).toThrow(malformed(message));
  });

  it('tells why it is no base64', () => {
    const cause = expect.objectContaining({ name: 'InvalidCharacterError' }) as unknown;
    expect(() => parseRecallHandle('*')).toThrow(malformed(message, { cause }));
  });
});

describe('what requests say unless told otherwise', () => {
  it('of a pull follows from what is given', () => {
    const pull = { consumerGroup: 'g', topic: 'T', queueId: 0, queueOffset: 0n };
    expect(pullMessage(pull).fields).toMatchObject({ sysFlag: 4, commitOffset: 0n, suspendTimeoutMillis: 0n });
    expect(pullMessage({ ...pull, commitOffset: 9n }).fields).toMatchObject({ sysFlag: 5, commitOffset: 9n });
    expect(pullMessage({ ...pull, suspendTimeoutMillis: 8n }).fields).toMatchObject({
      ...{ sysFlag: 6, suspendTimeoutMillis: 8n },
    });
  });

  it('of a pop, of a route and of a send is the usual', () => {
    expect(popMessage({ consumerGroup: 'g', topic: 'T', bornTime: 1n }).fields).toMatchObject({
      ...{ queueId: -1, maxMsgNums: 32, initMode: 0, invisibleTime: 60_000n, pollTime: 15_000n },
    });
    expect(getRouteinfoByTopic({ topic: 'T' }).fields).toEqual({ topic: 'T', acceptStandardJsonOnly: true });
    const send = { producerGroup: 'g', topic: 't', queueId: 0, bornTimestamp: 1n, body: new Uint8Array(1) };
    expect(sendMessage({ ...send, brokerName: 'b' }).fields.bname).toBe('b');
    expect(sendMessage({ ...send, bname: 'c' }).fields.bname).toBe('c');
    expect(sendMessage({ ...send, bname: 'c', brokerName: 'b' }).fields.bname).toBe('c');
  });

  it('of a transaction needs its message', () => {
    expect(() => checkedTransaction({ tranStateTableOffset: 1n, commitLogOffset: 2n })).toThrow(
      expect.objectContaining({
        code: 'field-missing',
        message: 'checkTransactionState came without the field msgId',
      }),
    );
  });
});

describe('fields of a request', () => {
  const envelope = { opaque: 1, flag: 0, language: 'NODE_JS', version: 1 } as const;
  const untyped = (name: CommandName, fields: object): Request => ({ name, fields });

  it.each(['json', 'rocketmq'] as const)('that are left out have their defaults, however many: %s', (serializeType) => {
    const own: Envelope = { ...envelope, serializeType };
    const defaults = { queueId: '0', index: '0', count: '0' };
    for (const [fields, expected] of [
      [{}, defaults],
      [{ topic: 'T' }, { topic: 'T', ...defaults }],
      [{ index: 5n }, { ...defaults, index: '5' }],
      [
        { queueId: 1, index: 2n, count: 3 },
        { queueId: '1', index: '2', count: '3' },
      ],
    ] as const) {
      const request = untyped('queryConsumeQueue', fields);
      expect(decodeFrame(encodeRequest(request, own)).extFields).toEqual(expected);
      expect(requestFields(request)).toEqual(expected);
    }
  });

  it.each([
    ['deleteSubscriptionGroup', 'groupName'],
    ['consumerSendMsgBack', 'group'],
    ['endTransaction', 'producerGroup'],
    ['queryConsumerOffset', 'consumerGroup'],
  ] as const)('that name a group: %s', (name, field) => {
    const frame = {
      ...toCommand({ name: 'getBrokerClusterInfo', fields: {} }, { ...envelope, serializeType: 'json' }),
    };
    const codes = {
      deleteSubscriptionGroup: 207,
      consumerSendMsgBack: 36,
      endTransaction: 37,
      queryConsumerOffset: 14,
    };
    expect(groupOf({ ...frame, code: codes[name], extFields: { [field]: 'G', topic: 'T' } })).toBe('G');
  });

  it('are all told of when several are wrong', () => {
    expect(() => buildRequest('queryConsumerOffset').build()).toThrow(
      'queryConsumerOffset needs the field consumerGroup; and 2 more: queryConsumerOffset needs the field topic; ' +
        'queryConsumerOffset needs the field queueId',
    );
    expect(requestProblems(untyped('getBrokerClusterInfo', { x: 1 })).map(({ message }) => message)).toEqual([
      'getBrokerClusterInfo has no field x',
    ]);
    expect(requestProblems(untyped('getBrokerClusterInfo', {}), 'rocketmq')).toEqual([]);
    expect(requestProblems(untyped('pollingInfo', { consumerGroup: 'g', topic: 't', queueId: 0 }))).toEqual([]);
  });
});
