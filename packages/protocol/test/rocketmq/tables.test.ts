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

describe("the tables, against RocketMQ's own header classes", () => {
  const all: Readonly<Record<string, HeaderDef | undefined>> = headers;

  it.each(lines(headerLines))('%s', (javaClass, parent, ...fields) => {
    const header = all[headerName(javaClass)];
    expect(header?.base).toBe(bases[parent]);
    const found = Object.entries(header?.fields ?? {}).map(([name, given]) => {
      const [type = '', wireName = name] = given.split('@');
      return [wireName, type];
    });
    expect(found).toEqual(fields.map(spec));
  });

  it('have no header besides', () => {
    expect(Object.keys(headers)).toHaveLength(lines(headerLines).length);
  });
});

describe("the tables, against RocketMQ's own constants", () => {
  const all: Readonly<Record<string, CommandDef | undefined>> = commands;

  it.each(lines(requestLines))('%s %s', (code, constant, request, response) => {
    const { direction, ...command } = all[camel(constant)] ?? { code: 0, direction: '' };
    expect(direction).not.toBe('');
    const header = (given: string | undefined): string | undefined =>
      given === '-' ? undefined : headerName(given ?? '');
    expect({ request: undefined, response: undefined, ...command }).toEqual({
      code: Number(code),
      request: header(request),
      response: header(response),
    });
  });

  it('have every response code, and nothing besides', () => {
    const upstream = lines(responseLines).map(([code, constant]) => [camel(constant ?? ''), Number(code)]);
    expect(Object.entries(responseCodes)).toEqual(upstream);
    expect(Object.keys(commands)).toHaveLength(lines(requestLines).length);
  });
});
