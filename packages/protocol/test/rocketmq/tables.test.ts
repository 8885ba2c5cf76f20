import { type CommandDef, commands, type HeaderDef, headers, responseCodes } from '@rmq/protocol/rocketmq';
import { headerLines, requestLines, responseLines } from './upstream.ts';

const lines = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));

/** `SEND_MESSAGE_V2` as `sendMessageV2`. */
const camel = (constant: string): string =>
  constant.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** `PullMessageRequestHeader` as `pullMessageRequest`. */
const headerName = (javaClass: string): string =>
  javaClass.replace(/Header$/, '').replace(/^./, (letter) => letter.toLowerCase());

const types: Readonly<Record<string, string>> = {
  String: 'string',
  Integer: 'i32',
  int: 'i32',
  Long: 'i64',
  long: 'i64',
  Boolean: 'bool',
  boolean: 'bool',
  BoundaryType: 'boundary',
};
const bases: Readonly<Record<string, string | undefined>> = {
  RpcRequestHeader: 'rpc',
  TopicRequestHeader: 'topic',
  TopicQueueRequestHeader: 'topic',
};

/** What peers do against their own classes: servers before 5.4 know no pages, and one default is not 0. */
const exceptions: Readonly<Record<string, string | undefined>> = {
  groupSeq: 'i32?',
  totalGroupNum: 'i32?',
  topicSeq: 'i32?',
  totalTopicNum: 'i32?',
  committed: 'bool?',
};

/** A field as the table has to spell it: a primitive without a mark counts as 0 when it is absent, others may be absent. */
function spec(javaField: string): readonly [string, string] {
  const [name = '', javaType = ''] = javaField.split(':');
  const type = types[javaType.replace('!', '')] ?? javaType;
  const exception = exceptions[name];
  if (exception !== undefined) return [name, exception];
  if (javaType.endsWith('!')) return [name, type];
  return [name, /^[a-z]/.test(javaType) ? `${type}=` : `${type}?`];
}

const classes = new Map(lines(headerLines).map(([javaClass = '', ...rest]) => [javaClass, rest]));

/** The fields of a Java class as the table has to have them. */
function expected(javaClass: string): readonly (readonly [string, string])[] {
  const [parent = '', ...fields] = classes.get(javaClass) ?? [];
  const base = bases[parent];
  return [...fields.map(spec), ...(base === undefined ? [] : [['...', base] as const])];
}

/** The fields of a header as they are in the table, by the names that they have on the wire. */
function found(header: HeaderDef): readonly (readonly [string, string])[] {
  return Object.entries(header).map(([name, given]) => {
    const [type = '', wireName = name] = given.split('@');
    return [wireName, type];
  });
}

const named: Readonly<Record<string, HeaderDef | undefined>> = headers;

describe("the headers that stand for themselves, against RocketMQ's own classes", () => {
  const all = new Map(lines(headerLines).map(([javaClass = '']) => [headerName(javaClass), javaClass]));

  const inherited = new Set<string | undefined>(Object.values(bases));

  it.each(Object.entries(headers).filter(([name]) => !inherited.has(name)))('%s', (name, header) => {
    expect(found(header)).toEqual(expected(all.get(name) ?? ''));
  });

  it('are, with those of the requests, all that there are', () => {
    const used = new Set(lines(requestLines).flatMap(([, , request = '', response = '']) => [request, response]));
    const others = [...classes.keys()].filter((javaClass) => !used.has(javaClass)).map(headerName);
    expect(Object.keys(headers)).toEqual(expect.arrayContaining(others));
  });
});

describe("the tables, against RocketMQ's own constants", () => {
  const all: Readonly<Record<string, CommandDef | undefined>> = commands;

  it.each(lines(requestLines))('%s %s', (code, constant, request = '', response = '') => {
    const command = all[camel(constant)];
    expect(command?.code).toBe(Number(code));
    for (const [javaClass, header] of [
      [request, command?.request],
      [response, command?.response],
    ] as const) {
      expect(header === undefined).toBe(javaClass === '-');
      if (header === undefined) continue;
      if (typeof header === 'string') expect(header).toBe(headerName(javaClass));
      expect(found((typeof header === 'string' ? named[header] : header) ?? {})).toEqual(expected(javaClass));
    }
  });

  it('have every response code, and nothing besides', () => {
    const upstream = lines(responseLines).map(([code, constant]) => [camel(constant ?? ''), Number(code)]);
    expect(Object.entries(responseCodes)).toEqual(upstream);
    expect(Object.keys(commands)).toHaveLength(lines(requestLines).length);
  });
});
