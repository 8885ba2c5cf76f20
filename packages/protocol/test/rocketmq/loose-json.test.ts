import type { JsonValue } from '@rmq/protocol/rocketmq';
import { canonicalJson, followReference, MAX_JSON_DEPTH, parseLooseJson } from '@rmq/protocol/rocketmq';

describe('fastjson text', () => {
  it.each<[string, JsonValue]>([
    ['{0:"a",1:"b"}', { 0: 'a', 1: 'b' }],
    ['{-1:"a",true:1,false:2,null:3}', { '-1': 'a', true: 1, false: 2, null: 3 }],
    ['{{"topic":"T","brokerName":"b","queueId":1}:5}', { '{"brokerName":"b","queueId":1,"topic":"T"}': 5 }],
    ['{[1,"a"]:5}', { '[1,"a"]': 5 }],
    ['{9223372036854775807:9223372036854775807}', { '9223372036854775807': 9223372036854775807n }],
    [
      '[9007199254740991,9007199254740992,-9007199254740993]',
      [9007199254740991, 9007199254740992n, -9007199254740993n],
    ],
    ['{0:1.23456789125E8,1:1.0E21,2:-0.0}', { 0: 123456789.125, 1: 1e21, 2: -0 }],
    ['{0:"\\u00e9\\/\\n"}', { 0: 'é/\n' }],
    [' { 0 : [ ] , 1 : { } } ', { 0: [], 1: {} }],
    [
      '{0:1,"__proto__":2}',
      Object.fromEntries([
        ['0', 1],
        ['__proto__', 2],
      ]),
    ],
  ])('%s is read', (text, value) => {
    const read = parseLooseJson(text);
    expect(read).toEqual(value);
    expect(Object.keys(read as object)).toEqual(Object.keys(value as object));
  });

  it.each([
    '',
    '{',
    '[',
    '{0}',
    '{0:}',
    '{0:1',
    '{0:1,}',
    '[1,]',
    '[1 2]',
    '{a:1}',
    '{0:NaN}',
    '[Infinity]',
    '[-]',
    '[01]',
    '[.5]',
    '[1.]',
    '{0:"a}',
    '{0:"\n"}',
    '["\\x"]',
    '{0:1}}',
    "{'a':1}",
    '{0:undefined}',
    '[123456789012345678901]',
    '{{{"a":1}:1}:1}',
    '/**/1',
  ])('%j is refused', (text) => {
    expect(() => parseLooseJson(text)).toThrow(expect.objectContaining({ code: 'body-malformed' }));
  });

  it('nests only so deep, in either parser', () => {
    const nested = (depth: number, inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth);
    for (const inner of ['1', '{0:1}']) {
      expect(() => parseLooseJson(nested(MAX_JSON_DEPTH - 1, inner))).not.toThrow();
      expect(() => parseLooseJson(nested(MAX_JSON_DEPTH + 1, inner))).toThrow(/nested too deep/u);
      expect(() => parseLooseJson(nested(1_000_000, inner))).toThrow(/nested too deep/u);
    }
    expect(parseLooseJson(`["${'['.repeat(100)}\\""]`)).toEqual([`${'['.repeat(100)}"`]);
  });
});

it('equal values have one canonical text', () => {
  expect(canonicalJson({ b: [1, null, true], a: { d: 2n, c: 'x"' } })).toBe(
    '{"a":{"c":"x\\"","d":2},"b":[1,null,true]}',
  );
});

describe('references', () => {
  const root = parseLooseJson('{"a":{"b.c":[{"x":1}]},"t":{{"brokerName":"b","queueId":2,"topic":"T"}:7}}');

  it.each<[string, JsonValue | undefined]>([
    ['$', root],
    ['$.a', { 'b.c': [{ x: 1 }] }],
    ['$.a.b\\.c[0].x', 1],
    ['$.t.MessageQueue\\ \\[topic\\=T\\,\\ brokerName\\=b\\,\\ queueId\\=2\\]', 7],
    ['$.t.MessageQueue\\ \\[topic\\=T\\,\\ brokerName\\=b\\,\\ queueId\\=3\\]', undefined],
    ['$.a.constructor', undefined],
    ['$.a.x.y', undefined],
    ['$.a.b\\.c[1]', undefined],
    ['$.a.b\\.c[0].x.y', undefined],
    ['$..', undefined],
    ['$.a[', undefined],
    ['..', undefined],
    ['@', undefined],
  ])('%s', (path, value) => {
    expect(followReference(root, path)).toEqual(value);
  });
});
