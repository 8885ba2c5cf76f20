import { flags, type RemotingCommand, summarize } from '@rmq/protocol/rocketmq';

const command: RemotingCommand = {
  code: 310,
  language: 'NODE_JS',
  version: 479,
  opaque: 7,
  flag: flags.request,
  remark: undefined,
  extFields: { b: 'T', e: '3' },
  body: Uint8Array.of(0x73, 0x65, 0x63, 0x72, 0x65, 0x74),
  serializeType: 'json',
};

describe('a frame in one line', () => {
  it.each<[string, Partial<RemotingCommand>]>([
    ['request sendMessageV2(310) #7 b=T e=3 6 B', {}],
    ['oneway sendMessageV2(310) #7 b=T e=3 6 B', { flag: flags.oneway }],
    ['request unknown(9999) #7 b=T e=3 6 B', { code: 9_999 }],
    [
      'response topicNotExist(17) #7 remark=No topic route 0 B',
      { flag: flags.response, code: 17, extFields: {}, remark: 'No topic route', body: new Uint8Array(0) },
    ],
    ['response unknown(9999) #7 remark= 6 B', { flag: flags.response, code: 9_999, extFields: {}, remark: '' }],
  ])('%s', (line, change) => {
    expect(summarize({ ...command, ...change })).toBe(line);
  });

  it('holds no secret and no body', () => {
    const extFields = { Signature: 's3', AccessKey: 'ak', SecurityToken: 'tk', a: 'b' };
    const line = summarize({ ...command, extFields });
    expect(line).toBe('request sendMessageV2(310) #7 Signature=*** AccessKey=*** SecurityToken=*** a=b 6 B');
    expect(line).not.toContain('secret');
  });

  it('cuts long texts', () => {
    const lineOf = (i: string): string => summarize({ ...command, extFields: { i } });
    expect(lineOf('x'.repeat(120))).toContain(` i=${'x'.repeat(120)} `);
    expect(lineOf('x'.repeat(121))).toContain(` i=${'x'.repeat(120)}… `);
    expect(summarize({ ...command, remark: 'y'.repeat(500) })).toContain(` remark=${'y'.repeat(120)}… `);
  });

  it('is one line, whatever a peer sends', () => {
    const i = 'a\r\n\u001b[31mb\u0001\u0002\u0085\u2028\u2029c\u009f';
    expect(summarize({ ...command, extFields: { i }, remark: i })).toBe(
      'request sendMessageV2(310) #7 i=a [31mb c  remark=a [31mb c  6 B',
    );
  });

  it('is one line whatever the fields are called', () => {
    const extFields = { 'a\nrequest': 'b', ['n'.repeat(200)]: 'c' };
    expect(summarize({ ...command, extFields })).toBe(
      `request sendMessageV2(310) #7 a request=b ${'n'.repeat(120)}…=c 6 B`,
    );
  });
});
