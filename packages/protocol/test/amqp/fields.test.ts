import { isRmqError } from '@rmq/protocol';
import {
  decodeFrame,
  encodeFrame,
  encodeTableEntries,
  type FieldTable,
  type FieldValue,
  MAX_NESTING,
  Typed,
} from '@rmq/protocol/amqp';
import { fromHex, toHex } from './captures.ts';
import { everyType } from './vectors.ts';

const header = (headers: FieldTable): Uint8Array =>
  encodeFrame({ type: 'header', channel: 1, bodySize: 0, properties: { headers } });

/** There and back again. */
function through(value: FieldValue, keepTypes = false): FieldValue {
  const frame = decodeFrame(header({ value }), { keepTypes });
  return frame.type === 'header' ? frame.properties.headers?.['value'] : undefined;
}

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return isRmqError(error) ? error.code : String(error);
  }
};

describe('a plain value chooses its type', () => {
  const tagOf = (value: FieldValue): string => String.fromCharCode(encodeTableEntries({ '': value })[1] ?? 0);

  it.each<[string, FieldValue, string]>([
    ['a small integer', 1, 'I'],
    ['-2^31', -(2 ** 31), 'I'],
    ['2^31', 2 ** 31, 'l'],
    ['2^53-1', Number.MAX_SAFE_INTEGER, 'l'],
    ['2^53, no safe integer', 2 ** 53, 'd'],
    ['a fraction', 0.1, 'd'],
    ['negative zero', -0, 'd'],
    ['a bigint', 1n, 'l'],
    ['text', '', 'S'],
    ['bytes', Uint8Array.of(1), 'x'],
    ['a date', new Date(0), 'T'],
    ['nothing', null, 'V'],
    ['a list', [], 'A'],
    ['an object', {}, 'F'],
    ['what is said', new Typed('uint16', 1), 'u'],
  ])('%s', (_, value, tag) => {
    expect(tagOf(value)).toBe(tag);
  });

  it('entries that are undefined are left out; in a list they are void', () => {
    expect(toHex(encodeTableEntries({ a: undefined }))).toBe('');
    expect(through([undefined])).toEqual([null]);
  });
});

describe('values come back', () => {
  it.each<[string, FieldValue]>([
    ['the largest integer', 2n ** 63n - 1n],
    ['the smallest', -(2n ** 63n)],
    ['a date', new Date(1_700_000_000_000)],
    ['a timestamp that is no date', new Typed('timestamp', 2n ** 64n - 1n)],
    ['a decimal', new Typed('decimal', { scale: 255, value: 0xffff_ffff })],
    ['a string that is no text', new Typed('string', Uint8Array.of(0xff))],
    ['lists in tables in lists', [{ a: [{ b: null }] }]],
    ['negative zero', -0],
  ])('%s', (_, value) => {
    expect(through(value)).toEqual(value);
  });

  it('with their types where that is asked for', () => {
    const frame = decodeFrame(header(everyType), { keepTypes: true });
    expect(frame).toMatchObject({ properties: { headers: everyType } });
    expect(through(new Typed('int64L', 5n), true)).toEqual(new Typed('int64L', 5n));
    expect(through(new Typed('int64L', 5n))).toBe(5n);
  });

  it('whatever their name is', () => {
    const table = JSON.parse('{"__proto__": 1, "constructor": 2, "": 3}') as FieldTable;
    const frame = decodeFrame(header(table));
    const headers = frame.type === 'header' ? (frame.properties.headers ?? {}) : {};
    expect(Object.entries(headers)).toEqual(Object.entries(table));
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  it('the first of two with one name', () => {
    const frame = decodeFrame(fromHex(`020001 0000001a 003c0000 0000000000000000 2000 00000008 0161740101617400 ce`));
    expect(frame).toMatchObject({ properties: { headers: { a: true } } });
  });
});

describe('what no field can hold is refused before a byte is sent', () => {
  class Point {
    readonly x = 1;
  }
  const circle: Record<string, FieldValue> = {};
  circle['self'] = circle;

  it.each<[string, unknown, string]>([
    ['NaN', NaN, 'value-out-of-range'],
    ['infinity', Infinity, 'value-out-of-range'],
    ['2^63', 2n ** 63n, 'value-out-of-range'],
    ['-2^63 - 1', -(2n ** 63n) - 1n, 'value-out-of-range'],
    ['a fraction as an integer', new Typed('int64', 0.5), 'value-out-of-range'],
    ['a timestamp of 2^64', new Typed('timestamp', 2n ** 64n), 'value-out-of-range'],
    ['a float beyond its range', new Typed('float', 1e39), 'value-out-of-range'],
    ['an int8 of 128', new Typed('int8', 128), 'value-out-of-range'],
    ['a negative timestamp', new Date(-1), 'value-out-of-range'],
    ['no date', new Date(NaN), 'value-out-of-range'],
    ['a function', () => 1, 'value-unsupported'],
    ['nothing, as a number', new Typed('uint8', undefined as never), 'value-unsupported'],
    ['a symbol', Symbol('s'), 'value-unsupported'],
    ['an instance', new Point(), 'value-unsupported'],
    ['a map', new Map(), 'value-unsupported'],
    ['a circle', circle, 'value-unsupported'],
  ])('%s', (_, value, code) => {
    expect(codeOf(() => header({ value: value as FieldValue }))).toBe(code);
  });
});

it('nesting ends somewhere, both ways', () => {
  let table: FieldTable = {};
  for (let depth = 1; depth < MAX_NESTING; depth += 1) table = { a: table };
  expect(codeOf(() => decodeFrame(header(table)))).toBeUndefined();
  expect(codeOf(() => header({ a: table }))).toBe('value-unsupported');
  // By hand, as we do not write such.
  let deep = '';
  for (let depth = 0; depth < 100; depth += 1)
    deep = `0161 46 ${(deep.length / 2).toString(16).padStart(8, '0')}${deep}`.replace(/ /g, '');
  const payload = `003c000000000000000000002000${(deep.length / 2).toString(16).padStart(8, '0')}${deep}`;
  const frame = `020001${(payload.length / 2).toString(16).padStart(8, '0')}${payload}ce`;
  expect(codeOf(() => decodeFrame(fromHex(frame)))).toBe('nesting-too-deep');
});

it('a table that claims more than there is, is refused', () => {
  const claim = '020001000000 12 003c 0000 0000000000000000 2000 7fffffff ce';
  expect(codeOf(() => decodeFrame(fromHex(claim)))).toBe('short-read');
});
