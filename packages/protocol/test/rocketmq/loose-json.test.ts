import type { JsonValue } from '@rmq/protocol/rocketmq/bodies';
import { canonicalJson, followReference, MAX_JSON_DEPTH, parseLooseJson } from '@rmq/protocol/rocketmq/bodies';

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
    ['\t{\n0\r:\n[\t1 , "a" ]\t}\r', { 0: [1, 'a'] }],
    ['  {  0  :  1  }  ', { 0: 1 }],
    ['{[]:1,{}:2}', { '[]': 1, '{}': 2 }],
    ['{{"a":1}:{{"b":2}:3},{"c":1}:4}', { '{"a":1}': { '{"b":2}': 3 }, '{"c":1}': 4 }],
    ['{0:" \\" \\\\",1:"{[",2:"\\\\"}', { 0: ' " \\', 1: '{[', 2: '\\' }],
    ['{1.5:1,-0:2,12345678901234567890:3}', { '1.5': 1, 0: 2, '12345678901234567890': 3 }],
    [
      '[-9223372036854775808,12345678901234567890.0,1E5,1e-2,2.5e+1]',
      [-(2n ** 63n), 12345678901234567000, 1e5, 0.01, 25],
    ],
    ['[999999999999999,1234567890123456,-9007199254740991]', [999999999999999, 1234567890123456, -9007199254740991]],
    ['{0:true,1:false,2:null}', { 0: true, 1: false, 2: null }],
    ['{0:1,0:2}', { 0: 2 }],
    ['["1234567890123456789012",{0:"]"}]', ['1234567890123456789012', { 0: ']' }]],
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
    ['', 'expected a value at character 0'],
    ['{', 'expected a value at character 1'],
    ['[', 'expected a value at character 1'],
    ['{0}', 'expected a colon at character 2'],
    ['{0 1}', 'expected a colon at character 3'],
    ['{0:}', 'expected a value at character 3'],
    ['{0:1', 'expected , or } at character 4'],
    ['{0:1;}', 'expected , or } at character 4'],
    ['{0:1,}', 'expected a value at character 5'],
    [' { 0 : "a" , } ', 'expected a value at character 13'],
    ['[1,]', 'expected a value at character 3'],
    ['[1 2]', 'expected , or ] at character 3'],
    ['{a:1}', 'expected a value at character 1'],
    ['{0:NaN}', 'expected a value at character 3'],
    ['[Infinity]', 'expected a value at character 1'],
    ['[-]', 'expected a value at character 1'],
    ['[01]', 'expected , or ] at character 2'],
    ['[.5]', 'expected a value at character 1'],
    ['[1.]', 'expected , or ] at character 2'],
    ['[1e]', 'expected , or ] at character 2'],
    ['{0:"a}', 'bad string at character 3'],
    ['{0:"\\"', 'bad string at character 3'],
    ['{0:"\\', 'bad string at character 3'],
    ['{0:"\n"}', 'bad string at character 3'],
    ['["\\x"]', 'bad string at character 1'],
    ['["\\u00zz"]', 'bad string at character 1'],
    ['{0:1}}', 'more text after the value at character 5'],
    ['{0:1} x', 'more text after the value at character 6'],
    ["{'a':1}", 'expected a value at character 1'],
    ['{0:undefined}', 'expected a value at character 3'],
    ['{0:tru}', 'expected a value at character 3'],
    ['[nullx]', 'expected , or ] at character 5'],
    ['[123456789012345678901]', 'an integer of more than 64 bits at character 22'],
    ['-12345678901234567890', 'an integer of more than 64 bits at character 21'],
    ['{{{"a":1}:1}:1}', 'an object as the name of a member of a name at character 2'],
    ['{"a":1,{{}:1}:2}', 'an object as the name of a member of a name at character 8'],
    ['{[{1:1}]:1}', 'an object as the name of a member of a name at character 3'],
    ['[\u00a01]', 'expected a value at character 1'],
    ['[1\f]', 'expected , or ] at character 2'],
    ['/**/1', 'expected a value at character 0'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseLooseJson(text)).toThrow(expect.objectContaining({ code: 'body-malformed', message }));
  });

  it('keeps the cause of what is wrong in a string', () => {
    const cause = expect.objectContaining({ name: 'SyntaxError' }) as unknown;
    expect(() => parseLooseJson('{0:"\\x"}')).toThrow(expect.objectContaining({ cause }));
  });

  it.each([
    ['[', 'nested too deep at character 65'],
    ['{0:', 'nested too deep at character 193'],
    ['[{0:', 'nested too deep at character 129'],
  ])('nests no deeper than it says: %s', (begin, message) => {
    const depth = MAX_JSON_DEPTH / (begin.startsWith('[{') ? 2 : 1);
    expect(() => parseLooseJson(begin.repeat(depth + 1))).toThrow(
      expect.objectContaining({ code: 'body-malformed', message }),
    );
    expect(() => parseLooseJson(begin.repeat(depth))).toThrow(/^expected a value/u);
  });

  it('nests only so deep, in either parser', () => {
    const nested = (depth: number, inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth);
    for (const inner of ['1', '{0:1}']) {
      const most = MAX_JSON_DEPTH - (inner === '1' ? 0 : 1);
      expect(() => parseLooseJson(nested(most, inner))).not.toThrow();
      expect(() => parseLooseJson(nested(most + 1, inner))).toThrow(
        expect.objectContaining({
          code: 'body-malformed',
          message: expect.stringMatching(/^nested too deep/u) as unknown,
        }),
      );
      expect(() => parseLooseJson(nested(MAX_JSON_DEPTH + 1, inner))).toThrow(/nested too deep/u);
      expect(() => parseLooseJson(nested(1_000_000, inner))).toThrow(/nested too deep/u);
    }
    // Many beside each other are not deep.
    for (const inner of ['[]', '{}', '{0:[]}']) {
      const wide = Array.from({ length: MAX_JSON_DEPTH * 2 }, () => inner).join();
      expect(parseLooseJson(`[${wide}]`)).toHaveLength(MAX_JSON_DEPTH * 2);
      expect(parseLooseJson(`{0:[${wide}]}`)).toHaveProperty('0.length', MAX_JSON_DEPTH * 2);
    }
    expect(parseLooseJson(`["${'['.repeat(100)}\\""]`)).toEqual([`${'['.repeat(100)}"`]);
  });
});

it('equal values have one canonical text', () => {
  expect(['a', 'b', 1, 1.5, -0, true, null, 2n ** 63n, [], {}].map((value) => canonicalJson(value))).toEqual([
    '"a"',
    '"b"',
    '1',
    '1.5',
    '0',
    'true',
    'null',
    '9223372036854775808',
    '[]',
    '{}',
  ]);
  expect(canonicalJson({ c: 1, a: 2, d: 3, b: 4 })).toBe('{"a":2,"b":4,"c":1,"d":3}');
  expect(canonicalJson({ b: [1, null, true], a: { d: 2n, c: 'x"' } })).toBe(
    '{"a":{"c":"x\\"","d":2},"b":[1,null,true]}',
  );
});

describe('references', () => {
  const root = (): JsonValue =>
    parseLooseJson(
      '{"a":{"b.c":[{"x":1}]},"t":{{"brokerName":"b","queueId":2,"topic":"T"}:7},"n":null,"long":[0,1,2,3,4,5,6,7,8,9,10],"q":{{"brokerName":"b","queueId":-12,"topic":"a\\nb"}:8}}',
    );

  it.each<[string, JsonValue | undefined]>([
    ['$.a', { 'b.c': [{ x: 1 }] }],
    ['$.a.b\\.c[0].x', 1],
    ['$.t.MessageQueue\\ \\[topic\\=T\\,\\ brokerName\\=b\\,\\ queueId\\=2\\]', 7],
    ['$.t.MessageQueue\\ \\[topic\\=T\\,\\ brokerName\\=b\\,\\ queueId\\=3\\]', undefined],
    ['$.a.constructor', undefined],
    ['$.a.x.y', undefined],
    ['$.a.b\\.c[1]', undefined],
    ['$.long[10]', 10],
    ['$.long[11]', undefined],
    ['$.a.b\\.c[0].x.y', undefined],
    ['$..', undefined],
    ['$.a.b\\.c', [{ x: 1 }]],
    ['$.a.b\\.c[0]', { x: 1 }],
    ['$.a.b\\.c[0]x', undefined],
    ['$.a.b\\.c[x]', undefined],
    ['$a', undefined],
    ['x$.a', undefined],
    ['$.a]', undefined],
    ['$.t.MessageQueue\\ \\[topic\\=T\\,\\ brokerName\\=b\\,\\ queueId\\=2\\]x', undefined],
    ['$.t.xMessageQueue\\ \\[topic\\=T\\,\\ brokerName\\=b\\,\\ queueId\\=2\\]', undefined],
    ['$.n', null],
    ['$.n.x', undefined],
    ['$.q.MessageQueue\\ \\[topic\\=a\\\nb\\,\\ brokerName\\=b\\,\\ queueId\\=\\-12\\]', 8],
    ['$.a.', undefined],
    ['$.a[', undefined],
    ['..', undefined],
    ['@', undefined],
  ])('%s', (path, value) => {
    expect(followReference(root(), path)).toEqual(value);
  });

  it('is never to the length of a list', () => {
    expect(followReference({ list: [1, 2] }, '$.list.length')).toBeUndefined();
    expect(followReference({ list: { length: 1 } }, '$.list.length')).toBe(1);
  });

  it('may be to the whole', () => {
    const whole = root();
    expect(followReference(whole, '$')).toBe(whole);
  });
});
