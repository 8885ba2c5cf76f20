import {
  type CommandName,
  decodeFrame,
  encodeFrame,
  groupOf,
  isSuccess,
  type RemotingCommand,
  type Request,
  requestName,
  requestTemplate,
  response,
  toCommand,
  topicOf,
  versions,
} from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { buildRequest, type RequestBuilder, requestProblems, sendMessageV2 } from '@rmq/protocol/rocketmq/requests';

const envelope = { opaque: 1, flag: 0, language: 'NODE_JS', version: versions.v5_3_3, serializeType: 'json' } as const;
const problems = (request: Request, type?: 'json' | 'rocketmq'): string[] =>
  requestProblems(request, type).map(({ code, message }) => `${code}: ${message}`);
/** A request as somebody without types would make it. */
const untyped = (name: CommandName, fields: object): Request => ({ name, fields: fields });

describe('a request built step by step', () => {
  const begun = (): RequestBuilder<'getMaxOffset'> => buildRequest('getMaxOffset').field('topic', 'orders');

  it('is the value it would be written as', () => {
    const request = begun().fields({ queueId: 3 }).extra('ns', 'n').remark('why').build();
    expect(request).toEqual({
      ...{ name: 'getMaxOffset', fields: { topic: 'orders', queueId: 3 }, extra: { ns: 'n' }, remark: 'why' },
    });
  });

  it('can be ended in several ways', () => {
    const builder = begun();
    expect(builder.field('queueId', 1).build().fields.queueId).toBe(1);
    expect(builder.field('queueId', 2).build().fields.queueId).toBe(2);
  });

  it('takes a body', () => {
    const bytes = new Uint8Array([1]);
    expect(buildRequest('heartBeat').body(bytes).build().body).toBe(bytes);
    const { body } = buildRequest('heartBeat')
      .body(encodeBody('HeartbeatData', { clientID: 'c' }))
      .build();
    expect(decodeBody('HeartbeatData', body ?? bytes).clientID).toBe('c');
  });

  it('takes a template', () => {
    const template = requestTemplate('getMaxOffset', { topic: 'orders' });
    expect(begun().field('queueId', 1).template(template).build().template).toBe(template);
  });

  it('takes any name for an ext field', () => {
    const { extra } = begun().field('queueId', 1).extra('a', '1').extra('__proto__', '2').build();
    expect(Object.entries(extra ?? {})).toEqual([
      ['a', '1'],
      ['__proto__', '2'],
    ]);
  });

  it('tells all that is wrong with it', () => {
    expect(() => buildRequest('getMaxOffset').build()).toThrow(
      expect.objectContaining({
        ...{ name: 'UsageError', code: 'field-missing' },
        message: 'getMaxOffset needs the field topic; and 1 more: getMaxOffset needs the field queueId',
      }),
    );
    expect(() => begun().build()).toThrow(/^getMaxOffset needs the field queueId$/);
  });

  it('knows the fields of its command', () => {
    // @ts-expect-error -- no such field
    expect(() => begun().field('queueId', 1).field('group', 'g').build()).toThrow(/getMaxOffset has no field group/);
    // @ts-expect-error -- a number
    expect(() => begun().field('queueId', '1').build()).toThrow(/queueId 1 does not fit: expected a 32-bit integer/);
  });
});

describe('what is wrong with a request', () => {
  const good = (): Request<'sendMessageV2'> =>
    sendMessageV2({
      ...{ producerGroup: 'g', topic: 't', queueId: 0, bornTimestamp: 1n, body: new Uint8Array([1]) },
    });

  it('is nothing, if it can be sent', () => {
    expect(requestProblems(good())).toEqual([]);
    expect(requestProblems(untyped('heartBeat', {}), 'rocketmq')).toEqual([]);
  });

  it('is every field that lacks, is too much or holds something else', () => {
    expect(problems(untyped('sendMessageV2', { ...good().fields, queueId: 1.5, topic: undefined, more: 1 }))).toEqual([
      'field-unknown: sendMessageV2 has no field more',
      'field-missing: sendMessageV2 needs the field topic',
      'value-out-of-range: queueId 1.5 does not fit: expected a 32-bit integer',
    ]);
    expect(problems(untyped('getAllTopicListFromNameserver', { topic: 't' }))).toEqual([
      'field-unknown: getAllTopicListFromNameserver has no field topic',
    ]);
  });

  it('is a name that brokers refuse', () => {
    const named = (topic: string, producerGroup: string): string[] =>
      problems(untyped('sendMessageV2', { ...good().fields, topic, producerGroup }));
    expect(named('a.b', 'g'.repeat(121))).toEqual([
      'name-invalid: group name has 121 characters, at most 120',
      'name-invalid: topic name "a.b" may only use letters, digits, %, |, _ and -',
    ]);
    expect(named(`%RETRY%${'g'.repeat(121)}+orders`, 'g')).toEqual([]);
    expect(named('x%RETRY%+', 'g')).toHaveLength(1);
  });

  it('is a code that its header cannot hold', () => {
    const request = untyped('pollingInfo', { consumerGroup: 'g', topic: 't', queueId: 0 });
    expect(problems(request)).toEqual([]);
    expect(problems(request, 'rocketmq')).toEqual([
      'code-too-large: pollingInfo has the code 200055: send it with serializeType json',
    ]);
  });
});

describe('what a frame is about', () => {
  const frameOf = (name: CommandName, fields: object): RemotingCommand =>
    decodeFrame(encodeFrame(toCommand(untyped(name, fields), envelope)));
  const routeFrame = (): RemotingCommand => frameOf('getRouteinfoByTopic', { topic: 'orders' });

  it('is told by its table, whatever the fields are called on the wire', () => {
    const send = sendMessageV2({
      ...{ producerGroup: 'PG', topic: 'orders', queueId: 0, bornTimestamp: 1n, body: new Uint8Array([1]) },
    });
    const frame = frameOf(send.name, send.fields);
    expect(frame.extFields).toMatchObject({ a: 'PG', b: 'orders' });
    expect([requestName(frame), topicOf(frame), groupOf(frame)]).toEqual(['sendMessageV2', 'orders', 'PG']);
    const list = frameOf('getConsumerListByGroup', { consumerGroup: 'CG' });
    expect([requestName(list), topicOf(list), groupOf(list)]).toEqual(['getConsumerListByGroup', undefined, 'CG']);
    expect([topicOf(routeFrame()), groupOf(routeFrame())]).toEqual(['orders', undefined]);
  });

  it('is not known of answers, unknown codes and requests without fields', () => {
    const answer = response(routeFrame(), { code: 0, extra: { topic: 't' } });
    expect([requestName(answer), topicOf(answer), groupOf(answer)]).toEqual([undefined, undefined, undefined]);
    const unknown = { ...routeFrame(), code: 31_999 };
    expect([requestName(unknown), topicOf(unknown)]).toEqual([undefined, undefined]);
    expect(topicOf(frameOf('getAllTopicListFromNameserver', {}))).toBeUndefined();
  });

  it('is a success if it is an answer with code 0', () => {
    expect(isSuccess(response(routeFrame(), { code: 0 }))).toBe(true);
    expect(isSuccess(response(routeFrame(), { code: 17 }))).toBe(false);
    expect(isSuccess({ ...routeFrame(), code: 0 })).toBe(false);
  });
});
