import { isRmqError } from '@rmq/protocol';
import { Writer } from '@rmq/protocol/bytes';
import {
  type BodyFrame,
  ChannelAssembly,
  decodeFrame,
  frameDecoder,
  type HeaderFrame,
  type MethodFrame,
  publishTemplate,
  writeMethodFrame,
  writePublish,
} from '@rmq/protocol/amqp';
import { toHex } from './captures.ts';

type ChannelFrame = MethodFrame | HeaderFrame | BodyFrame;

/** The frames of bytes. */
function framesOf(bytes: Uint8Array): ChannelFrame[] {
  return [...frameDecoder().push(bytes)].filter(
    (frame) => frame.type === 'method' || frame.type === 'header' || frame.type === 'body',
  );
}

const target = { channel: 5, exchange: 'e', routingKey: 'k', mandatory: true, frameMax: 4_096 };

/** A publish as bytes. */
function published(body: Uint8Array, init: Partial<Parameters<typeof publishTemplate>[0]> = {}): Uint8Array {
  const writer = new Writer();
  writePublish(writer, publishTemplate({ ...target, ...init }), { body });
  return writer.take();
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return isRmqError(error) ? error.code : String(error);
  }
  return undefined;
}

/** A body that differs everywhere. */
const bodyOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index * 7);

describe('a publish through a template', () => {
  it.each([0, 1, 1_024, 4_088, 4_089, 20_000])('of %i bytes arrives whole', (length) => {
    const properties = { contentType: 'a/b', deliveryMode: 2, priority: 0, correlationId: '', headers: {} };
    const assembly = new ChannelAssembly();
    const commands = framesOf(published(bodyOf(length), { properties })).map((frame) => assembly.receive(frame));
    const last = commands.pop();
    expect(commands.every((command) => command === undefined)).toBe(true);
    expect(last?.method).toMatchObject({ channel: 5, args: { exchange: 'e', routingKey: 'k', mandatory: true } });
    expect(last?.content).toEqual({ properties, body: bodyOf(length) });
  });

  it('may have properties of its own', () => {
    const template = publishTemplate({ ...target, properties: { appId: 'x' } });
    const writer = new Writer();
    writePublish(writer, template, { body: bodyOf(3), properties: { messageId: '1' } });
    writePublish(writer, template, { body: bodyOf(3) });
    const headers = framesOf(writer.take()).filter((frame) => frame.type === 'header');
    expect(headers.map(({ properties }) => properties)).toEqual([{ messageId: '1' }, { appId: 'x' }]);
  });

  it('whose properties fill more than a frame is refused, and nothing is written', () => {
    const properties = { headers: { long: 'x'.repeat(5_000) } };
    expect(codeOf(() => publishTemplate({ ...target, properties }))).toBe('properties-too-large');
    const writer = new Writer();
    const message = { body: bodyOf(1), properties };
    expect(codeOf(() => writePublish(writer, publishTemplate(target), message))).toBe('properties-too-large');
    expect(writer.length).toBe(0);
  });

  it('leaves what was given away alone', () => {
    const [writer, template] = [new Writer(64), publishTemplate(target)];
    writePublish(writer, template, { body: bodyOf(9) });
    const first = writer.take();
    const before = toHex(first);
    for (let count = 0; count < 20; count += 1) writePublish(writer, template, { body: bodyOf(9) });
    expect(toHex(first)).toBe(before);
    expect(before).toBe(toHex(published(bodyOf(9))));
  });
});

describe('a channel', () => {
  const [method, header, ...parts] = framesOf(published(bodyOf(5_000)));

  it('takes methods without content as they are', () => {
    const writer = new Writer();
    writeMethodFrame(writer, 5, { name: 'channel.close', args: { replyCode: 404, replyText: 'NOT_FOUND' } });
    const close = decodeFrame(writer.take());
    if (close.type !== 'method') throw new Error('no method');
    expect(new ChannelAssembly().receive(close)).toEqual({ method: close, content: undefined });
  });

  it('takes empty bodies between others', () => {
    const assembly = new ChannelAssembly();
    const empty: BodyFrame = { type: 'body', channel: 5, payload: new Uint8Array(0) };
    const all = [method, header, empty, ...parts.flatMap((part) => [part, empty])].slice(0, -1);
    const commands = all.map((frame) => (frame === undefined ? undefined : assembly.receive(frame)));
    expect(commands.at(-1)?.content?.body).toEqual(bodyOf(5_000));
  });

  it.each([
    ['a header first', [header]],
    ['a body first', [parts[0]]],
    ['a method in a method', [method, method]],
    ['a body before its header', [method, parts[0]]],
    ['two headers', [method, header, header]],
    ['more body than announced', [method, header, parts[0], parts[0]]],
  ])('refuses %s', (_, frames) => {
    const assembly = new ChannelAssembly();
    const feed = (): void => {
      for (const frame of frames) if (frame !== undefined) assembly.receive(frame);
    };
    expect(codeOf(feed)).toBe('frame-unexpected');
  });

  it('refuses a body beyond its limit before any of it came', () => {
    const assembly = new ChannelAssembly({ maxBodyBytes: 4_999 });
    if (method === undefined || header === undefined) throw new Error('no frames');
    assembly.receive(method);
    expect(codeOf(() => assembly.receive(header))).toBe('body-too-large');
  });
});
