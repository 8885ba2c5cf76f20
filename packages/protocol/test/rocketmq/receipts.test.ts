import { decodeFrame, decodeRequest, decodeResponse, responseCodes } from '@rmq/protocol/rocketmq';
import {
  ackMessage,
  checkedTransaction,
  decodeAckBits,
  encodeAckBits,
  endTransaction,
  formatPopReceipt,
  formatRecallHandle,
  ORDERED_REVIVE_QUEUE,
  parsePopReceipt,
  parseRecallHandle,
  popOffsets,
  type PopReceipt,
  popTopic,
  sentTransaction,
} from '@rmq/protocol/rocketmq/requests';
import fc from 'fast-check';
import { frameCaptures } from './captures.ts';

const recorded = frameCaptures();
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes(' '));

describe('the receipt of a popped message (9)', () => {
  const text = '100 1700000000000 60000 3 0 broker-a 1 105';
  const receipt: PopReceipt = {
    startOffset: 100n,
    popTime: 1_700_000_000_000n,
    invisibleTime: 60_000n,
    reviveQueueId: 3,
    retry: 'none',
    brokerName: 'broker-a',
    queueId: 1,
    queueOffset: 105n,
  };

  it('has eight parts', () => {
    expect(parsePopReceipt(text)).toEqual(receipt);
    expect(formatPopReceipt(receipt)).toBe(text);
  });

  it('of a whole pop has seven, of a proxy nine', () => {
    expect(parsePopReceipt('1 2 3 4 1 b 5')).toMatchObject({ retry: 'v1', queueId: 5, queueOffset: undefined });
    expect(parsePopReceipt('1 2 3 999 2 b 5 6 77')).toMatchObject({
      ...{ retry: 'v2', reviveQueueId: ORDERED_REVIVE_QUEUE, commitLogOffset: 77n },
    });
  });

  it.each([
    ['', 'receipt'],
    ['1 2 3 4 0 b', 'number ""'],
    ['1 2 3 4 0 b 5 6 7 8', 'receipt'],
    ['x 2 3 4 0 b 5', 'number "x"'],
    ['9223372036854775808 2 3 4 0 b 5', 'number'],
    ['1 2 3 4294967296 0 b 5', 'number "4294967296"'],
    ['1 2 3 4 3 b 5', 'retry flag "3"'],
    ['1 2 3 4  b 5', 'retry flag ""'],
    ['1 2 3 4 0  5', 'receipt'],
    ['1 2 3 4 0 b 5 ', 'number ""'],
  ])('refuses "%s"', (wrong, what) => {
    expect(() => parsePopReceipt(wrong)).toThrow(
      expect.objectContaining({ code: 'field-malformed', message: expect.stringContaining(what) as string }),
    );
  });

  it('is the same after writing and reading', () => {
    const any: fc.Arbitrary<PopReceipt> = fc.record({
      startOffset: long,
      popTime: long,
      invisibleTime: long,
      reviveQueueId: fc.integer(),
      retry: fc.constantFrom('none', 'v1', 'v2'),
      brokerName: word,
      queueId: fc.integer(),
      queueOffset: fc.option(long, { nil: undefined }),
    });
    fc.assert(fc.property(any, (each) => expect(parsePopReceipt(formatPopReceipt(each))).toEqual(each)));
  });

  it('cannot hold a broker name with a space', () => {
    expect(() => formatPopReceipt({ ...receipt, brokerName: 'a b' })).toThrow(/parts are separated by spaces/);
    expect(() => formatPopReceipt({ ...receipt, brokerName: '' })).toThrow(/cannot be a broker's name/);
  });

  it('is what every recorded acknowledgement has', () => {
    const acks = recorded.filter(({ code, direction }) => code === 200_051 && direction !== 'response');
    for (const { frame } of acks) {
      const { extraInfo, queueId, offset } = decodeRequest('ackMessage', decodeFrame(frame));
      const isWrongOnPurpose = !/^\d+ \d+ /.test(extraInfo);
      if (isWrongOnPurpose) expect(() => parsePopReceipt(extraInfo)).toThrow();
      else {
        expect(formatPopReceipt(parsePopReceipt(extraInfo))).toBe(extraInfo);
        expect(parsePopReceipt(extraInfo)).toMatchObject({ queueId });
        expect(typeof offset).toBe('bigint');
      }
    }
    expect(acks.length).toBeGreaterThan(5);
  });

  it('needs an offset to acknowledge with', () => {
    const whole = parsePopReceipt('1 2 3 4 0 b 5');
    expect(() => ackMessage({ consumerGroup: 'g', topic: 't', receipt: whole })).toThrow(/names no queue offset/);
  });

  it('says which topic requests name', () => {
    expect(popTopic('orders', 'billing', 'none')).toBe('orders');
    expect(popTopic('orders', 'billing', 'v1')).toBe('%RETRY%billing_orders');
    expect(popTopic('orders', 'billing', 'v2')).toBe('%RETRY%billing+orders');
    const receipt = parsePopReceipt('1 2 3 4 2 b 5 6');
    expect(ackMessage({ consumerGroup: 'billing', topic: 'orders', receipt }).fields).toMatchObject({
      ...{ topic: '%RETRY%billing+orders', queueId: 5, offset: 6n, extraInfo: '1 2 3 4 2 b 5 6' },
    });
  });
});

describe('the offsets in an answer to a pop (9)', () => {
  it('are told for each queue and retry topic', () => {
    const offsets = popOffsets({
      startOffsetInfo: '0 1 4;0 0 3;2 0 9',
      msgOffsetInfo: '0 1 4,5;0 0 3,4,5;2 0 9',
      orderCountInfo: '0 1 2;0 qo0%4 7',
    });
    expect(offsets.start('none', 1)).toBe(4n);
    expect(offsets.start('v2', 0)).toBe(9n);
    expect(offsets.start('v1', 0)).toBeUndefined();
    expect(offsets.messages('none', 0)).toEqual([3n, 4n, 5n]);
    expect(offsets.messages('v1', 0)).toEqual([]);
    expect(offsets.deliveries('none', 1, 4n)).toBe(2);
    expect(offsets.deliveries('none', 0, 4n)).toBe(7);
    expect(offsets.deliveries('none', 0, 5n)).toBe(0);
  });

  it('of old brokers and empty pops are not told', () => {
    const offsets = popOffsets({ startOffsetInfo: '', msgOffsetInfo: undefined });
    expect(offsets.start('none', 0)).toBeUndefined();
    expect(offsets.messages('none', 0)).toEqual([]);
  });

  it('are read in every recorded answer', () => {
    const answers = recorded.filter(({ code, direction }) => code === 200_050 && direction === 'response');
    const found = answers.map(({ frame }) => decodeFrame(frame)).filter(({ code }) => code === responseCodes.success);
    for (const frame of found) {
      const { startOffsetInfo = '', ...texts } = decodeResponse('popMessage', frame);
      const offsets = popOffsets({ startOffsetInfo, ...texts });
      for (const item of startOffsetInfo.split(';')) {
        const [, queueId, start] = item.split(' ').map(Number);
        expect(offsets.start('none', queueId ?? -1)).toBe(BigInt(start ?? -1));
        expect(offsets.messages('none', queueId ?? -1)[0]).toBe(BigInt(start ?? -1));
      }
    }
    expect(found.length).toBeGreaterThan(5);
  });

  it.each(['1', '0 1', '3 1 2', '0 1 x', '0 1 2 3', '0 1 4;'])('refuses "%s"', (text) => {
    expect(() => popOffsets({ startOffsetInfo: text })).toThrow(expect.objectContaining({ code: 'field-malformed' }));
  });
});

describe('the offsets of a batch acknowledgement (BatchAck)', () => {
  it.each([
    [[0n], 'AQ=='],
    [[0n, 1n, 2n], 'Bw=='],
    [[0n, 3n, 9n], 'CQI='],
    [[], ''],
  ])('%s are "%s"', (offsets, text) => {
    expect(
      encodeAckBits(
        100n,
        offsets.map((offset) => offset + 100n),
      ),
    ).toBe(text);
    expect(decodeAckBits(100n, text)).toEqual(offsets.map((offset) => offset + 100n));
  });

  it('do not begin before the pop, nor far behind it', () => {
    expect(() => encodeAckBits(100n, [99n])).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
    expect(() => encodeAckBits(0n, [65_536n])).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
    expect(decodeAckBits(0n, encodeAckBits(0n, [65_535n]))).toEqual([65_535n]);
  });

  it('have to be base64', () => {
    expect(() => decodeAckBits(0n, '*')).toThrow(expect.objectContaining({ code: 'field-malformed' }));
  });
});

describe('the handle of a timer message (6.3)', () => {
  const text = 'djEgVCBicm9rZXItYSAxNzAwMDAwMDAxIDdGMDAwMDAxMDAwMTAwMDAwMDAwMDAwMEExQjIwMDAx';
  const handle = {
    topic: 'T',
    brokerName: 'broker-a',
    deliverTime: 1_700_000_001n,
    uniqueKey: '7F0000010001000000000000A1B20001',
  };

  it('is what Java makes', () => {
    expect(parseRecallHandle(text)).toEqual(handle);
    expect(formatRecallHandle(handle)).toBe(text);
  });

  it('is what was recorded', () => {
    const recalls = recorded.filter(({ code, direction }) => code === 370 && direction === 'request');
    const handles = recalls.map(({ frame }) => decodeRequest('recallMessage', decodeFrame(frame)).recallHandle);
    const good = handles.filter((each) => each.startsWith('djEg'));
    for (const each of good) expect(formatRecallHandle(parseRecallHandle(each))).toBe(each);
    expect(good.length).toBeGreaterThan(2);
  });

  it('is URL-safe, whatever the names are', () => {
    const names = fc.record({
      topic: word,
      brokerName: word,
      uniqueKey: word,
      deliverTime: fc.bigInt({ min: 0n, max: 10n ** 17n }),
    });
    fc.assert(
      fc.property(names, (each) => {
        const made = formatRecallHandle(each);
        expect(made).toMatch(/^[\w-]+=*$/);
        expect(parseRecallHandle(made)).toEqual(each);
      }),
    );
  });

  it.each(['', '*', btoa('v2 t b 1 k'), btoa('v1 t b 1'), btoa('v1 t b x k'), btoa('v1 t b 1 k m')])(
    'refuses "%s"',
    (wrong) => {
      expect(() => parseRecallHandle(wrong)).toThrow(expect.objectContaining({ code: 'field-malformed' }));
    },
  );

  it('cannot hold a name with a space, or an empty one', () => {
    expect(() => formatRecallHandle({ ...handle, topic: 'a b' })).toThrow(/"a b" cannot be part of a recall handle/);
    expect(() => formatRecallHandle({ ...handle, uniqueKey: '' })).toThrow(
      expect.objectContaining({ code: 'name-invalid' }),
    );
  });
});

describe('the receipt of a half message (11)', () => {
  it('comes from the answer to its send', () => {
    const sent = { msgId: '7F000001000051B90000000000020DB0', queueOffset: 3n, transactionId: 'K' };
    expect(sentTransaction(sent, 'KEY')).toEqual({
      ...{ tranStateTableOffset: 3n, commitLogOffset: 134_576n, msgId: 'KEY', transactionId: 'K' },
    });
    expect(() => sentTransaction({ ...sent, msgId: 'x' }, 'KEY')).toThrow(
      expect.objectContaining({ code: 'field-malformed' }),
    );
  });

  it('comes anew with every question of a broker', () => {
    const question = recorded.find(({ code, direction }) => code === 39 && direction === 'oneway');
    const fields = decodeRequest('checkTransactionState', decodeFrame(question?.frame ?? new Uint8Array()));
    const receipt = checkedTransaction(fields);
    const answer = endTransaction({ producerGroup: 'g', receipt, outcome: 'rollback', fromTransactionCheck: true });
    expect(answer.fields).toMatchObject({
      tranStateTableOffset: fields.tranStateTableOffset,
      commitLogOffset: fields.commitLogOffset,
      commitOrRollback: 12,
      fromTransactionCheck: true,
    });
    expect(() => checkedTransaction({ ...fields, msgId: undefined })).toThrow(/without the field msgId/);
  });

  it('may stay open, with the reason', () => {
    const receipt = { tranStateTableOffset: 1n, commitLogOffset: 2n, msgId: 'K', transactionId: undefined };
    const request = endTransaction({ producerGroup: 'g', receipt, outcome: 'unknown', remark: 'timed out' });
    expect(request).toMatchObject({
      fields: { commitOrRollback: 0, fromTransactionCheck: false },
      remark: 'timed out',
    });
  });
});
