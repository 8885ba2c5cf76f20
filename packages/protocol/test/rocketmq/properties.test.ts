import {
  decodeProperties,
  encodeProperties,
  isReservedProperty,
  type Properties,
  propertyNames,
  readProperty,
} from '@rmq/protocol/rocketmq/messages';

describe('properties (4)', () => {
  it('are name, U+0001, value, U+0002 for each', () => {
    expect(encodeProperties({ TAGS: 'TagA', KEYS: 'a b' })).toBe('TAGS\u0001TagA\u0002KEYS\u0001a b\u0002');
    expect(encodeProperties({})).toBe('');
  });

  it.each([
    ['a\u0001b\u0002', { a: 'b' }],
    ['a\u0001b', { a: 'b' }],
    ['a\u0001b\u0001c\u0002', { a: 'b\u0001c' }],
    ['a\u0001\u0002b\u0001c\u0002', { b: 'c' }],
    ['\u0001a\u0002b\u0001c\u0002', { b: 'c' }],
    ['a\u0002\u0002b\u0001c\u0002', { b: 'c' }],
    ['a\u0001b\u0002a\u0001c\u0002', { a: 'c' }],
    ['\u0002b\u0001c\u0002', { b: 'c' }],
    ['__proto__\u0001b\u0002', Object.fromEntries([['__proto__', 'b']])],
    ['', {}],
  ])('%j reads as Java does', (text, properties) => {
    expect(Object.entries(decodeProperties(text))).toEqual(Object.entries(properties));
    for (const name of ['a', 'b', '__proto__', 'constructor', '']) {
      expect(readProperty(text, name)).toBe(decodeProperties(text)[name]);
    }
  });

  it('leave out what is undefined, as callers without types write it', () => {
    const given: Readonly<Record<string, string | undefined>> = { a: undefined, b: 'c' };
    expect(encodeProperties(given as Properties)).toBe('b\u0001c\u0002');
  });

  it.each([{ a: '' }, { '': 'a' }, { 'a\u0001': 'b' }, { a: 'b\u0002' }])(
    '%j is refused: it would be lost or spoil others',
    (properties) => {
      expect(() => encodeProperties(properties)).toThrow(expect.objectContaining({ code: 'property-invalid' }));
    },
  );

  it('has names of its own that users must not take', () => {
    expect(['KEYS', 'TAGS', 'UNIQ_KEY', '__CRC32#'].map(isReservedProperty)).toEqual([true, true, true, true]);
    expect(['__SHARDINGKEY', 'mine', 'constructor'].map(isReservedProperty)).toEqual([false, false, false]);
    for (const [name, value] of Object.entries(propertyNames)) expect(value).toBe(name);
  });
});
