import { methodName, methods, properties, replyCode, replyCodes } from '@rmq/protocol/amqp';
import { grammar } from './captures.ts';

const camel = (name: string): string => name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
/** Our types by the grammar's. Long strings of SASL are not text. */
const wire = (spec: string): string => spec.replace(/[-=]/gu, '').replace('octets', 'longstr');

describe('the table of methods', () => {
  const declared = grammar.filter((line) => line.kind === 'method');

  it('has every method of the grammar and no other', () => {
    expect(Object.keys(methods).sort()).toEqual(declared.map(({ name }) => camel(name)).sort());
  });

  it.each(declared)('$name has the ids, fields and order of the grammar', (line) => {
    const name = methodName(line.class, line.method);
    expect(name).toBe(camel(line.name));
    if (name === undefined) return;
    const method: { readonly content?: boolean; readonly fields: object } = methods[name];
    expect(Object.entries(method.fields).map(([field, spec]) => `${field}:${wire(String(spec))}`)).toEqual(
      line.fields.map(camel),
    );
    expect(method.content === true).toBe(line.content);
    expect(`${name}Ok` in methods).toBe(line.synchronous);
  });

  it('knows no method beside', () => {
    expect(methodName(60, 9)).toBeUndefined();
    expect(methodName(0, 0)).toBeUndefined();
  });
});

it('the properties are those of the grammar, in its order, which makes their flags', () => {
  const declared = grammar.filter((line) => line.kind === 'property');
  const types = Object.entries(properties).map(([name, type]) => [name, type === 'timestamp' ? 'timestamp' : type]);
  expect(types).toEqual(declared.map(({ name, type }) => [camel(name), type]));
});

describe('reply codes', () => {
  const declared = grammar
    .filter((line) => line.kind === 'constant')
    .filter(({ name }) => name === 'FRAME-ERROR' || !name.startsWith('FRAME-'));
  const scopes: Readonly<Record<string, string>> = { 'soft-error': 'channel', 'hard-error': 'connection' };

  it('are those of the grammar with what they end', () => {
    expect(Object.keys(replyCodes).map(Number)).toEqual(declared.map(({ value }) => value).sort((a, b) => a - b));
    for (const { name, value, class: kind = '' } of declared) {
      expect(replyCode(value)).toEqual({ name: name.replaceAll('-', '_'), scope: scopes[kind] ?? 'none' });
    }
  });

  it('are not guessed', () => {
    expect(replyCode(999)).toBeUndefined();
  });
});
