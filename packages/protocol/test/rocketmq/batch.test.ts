import { batchItemBytes, decodeBatch, encodeBatch } from '@rmq/protocol/rocketmq/messages';
import { fromHex, octets, toHex } from './captures.ts';

/** Output of `MessageDecoder.encodeMessages` of RocketMQ 5.3.3. */
const java = `0000003a 00000000 00000000 00000005 00000005 626f647931
  001f 4b455953016b31206b3202 57414954017472756502 544147530154616741 02
  00000022 00000000 00000000 00000000 00000002 6232 000a 57414954017472756502`;

const items = [
  { flag: 5, body: octets('body1'), properties: { KEYS: 'k1 k2', WAIT: 'true', TAGS: 'TagA' } },
  { flag: 0, body: octets('b2'), properties: { WAIT: 'true' } },
];

describe('batches (5.3)', () => {
  it('are what Java writes', () => {
    expect(toHex(encodeBatch(items))).toBe(toHex(fromHex(java)));
  });

  it('come apart again', () => {
    expect(decodeBatch(fromHex(java))).toEqual([
      { flag: 5, body: octets('body1'), properties: 'KEYS\u0001k1 k2\u0002WAIT\u0001true\u0002TAGS\u0001TagA\u0002' },
      { flag: 0, body: octets('b2'), properties: 'WAIT\u0001true\u0002' },
    ]);
  });

  it('are as large as their items say, in any script', () => {
    const edges = [
      '\u007f\u0080\u07ff\u0800\uffff',
      'é\udc00',
      '\ue000\udc00',
      '\udc00\udc00',
      '\ud800é',
      '\udbff\udfff',
    ];
    const texts = ['', 'a', 'é', '消息', '😀', 'a😀\ud800b', 'a\ud800', ...edges];
    for (const text of texts) {
      const item = { flag: 0, body: octets('x'), properties: text === '' ? '' : { KEYS: text } };
      expect(batchItemBytes(item)).toBe(encodeBatch([item]).length);
    }
  });

  it('may have properties of 32767 bytes, and bodies of none when they come from elsewhere', () => {
    const [large] = decodeBatch(encodeBatch([{ flag: 0, body: octets('x'), properties: 'x'.repeat(32_767) }]));
    expect(large?.properties).toHaveLength(32_767);
    expect(decodeBatch(fromHex('00000016'.padEnd(44, '0')))).toEqual([{ flag: 0, body: octets(''), properties: '' }]);
  });

  it.each([
    ['nothing', [], 'batch-invalid'],
    ['an empty body', [{ flag: 0, body: octets(''), properties: '' }], 'body-empty'],
    ['properties too large', [{ flag: 0, body: octets('x'), properties: 'x'.repeat(32_768) }], 'properties-too-large'],
    ['a property with a separator', [{ flag: 0, body: octets('x'), properties: { a: '\u0002' } }], 'property-invalid'],
  ])('refuse %s', (_, bad, code) => {
    expect(() => encodeBatch(bad)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['cut in an item', java.slice(0, 60)],
    ['cut in the size of an item', '000000'],
    ['with a size of 0', '00000000'.repeat(6)],
    ['with a body beyond its item', '00000018 00000000 00000000 00000000 00000003 6161 0000'],
    ['with properties beyond their item', '00000018 00000000 00000000 00000000 00000001 61 0002 61'],
  ])('%s are refused', (_, hex) => {
    expect(() => decodeBatch(fromHex(hex))).toThrow(expect.objectContaining({ code: 'message-malformed', offset: 0 }));
    const behind = `${java}${hex}`;
    const offset = fromHex(java).length;
    expect(() => decodeBatch(fromHex(behind))).toThrow(
      expect.objectContaining({ code: 'message-malformed', message: expect.stringContaining('message 2'), offset }),
    );
  });
});
