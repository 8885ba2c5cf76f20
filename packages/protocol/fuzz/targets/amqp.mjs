/** AMQP's frames in a stream, in any chunks, up to whole commands of channels, and all of it written again. */
import {
  ChannelAssembly,
  decodeFrame,
  encodeFrame,
  frameDecoder,
  methods,
  publishTemplate,
  Typed,
  writePublish,
} from '@rmq/protocol/amqp';
import { encodeUtf8, Writer } from '@rmq/protocol/bytes';
import { chunksOf, read, stream, use } from '../guard.mjs';

/** Ids of methods, and every type of value with room behind it. */
export const words = [
  ...Object.values(methods).map(({ id }) => [id >>> 24, (id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff]),
  ...Array.from('tbBsuIilLfdDSxATFV', (tag) => [1, 0x61, tag.charCodeAt(0), 0, 0, 0, 0, 0, 0, 0, 0]),
  [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xfe],
  [8, 0, 0, 0, 0, 0, 0, 0xce],
  'AMQP\0\0\x09\x01',
  'HTTP',
  'GET ',
  'POST',
  [21, 3, 3],
  [22, 3, 1],
  [9, ...encodeUtf8('__proto__'), 0x74, 1],
];

/** Bytes in front of the stream: when inputs are joined, the second one's are left out. */
export const prefix = 2;

/** Bits of the first byte of an input; the second says where the stream behind it is cut. */
const modes = { keepTypes: 1, acceptProtocolHeader: 2, smallFrames: 4, smallBodies: 8 };

export function run(bytes, check) {
  const [mode = 0, cuts = 0] = bytes;
  const is = (name) => (mode & modes[name]) !== 0;
  const options = {
    keepTypes: is('keepTypes'),
    acceptProtocolHeader: is('acceptProtocolHeader'),
    ...(is('smallFrames') ? { maxFrameBytes: 64 } : {}),
  };
  const limits = is('smallBodies') ? { maxBodyBytes: 16 } : {};
  const whole = connection(chunksOf(bytes.subarray(2), 0), options, limits);
  check.same(connection(chunksOf(bytes.subarray(2), cuts), options, limits), whole, 'a stream in other chunks');
  for (const frame of whole.frames) rewrite(frame, options, check);
  for (const command of whole.commands) republish(command, { frameMax: cuts * 4, options }, check);
}

/** Everything a connection would see. */
function connection(chunks, options, limits) {
  const [frames, commands, channels] = [[], [], new Map()];
  const error = stream(frameDecoder(options), chunks, (frame) => {
    frames.push(frame);
    if (frame.type === 'heartbeat' || frame.type === 'protocolHeader') return;
    const channel = channels.get(frame.channel) ?? new ChannelAssembly(limits);
    channels.set(frame.channel, channel);
    const command = channel.receive(frame);
    if (command !== undefined) commands.push(command);
  });
  return { frames, commands, error };
}

/** Without types kept, a number may come back as a bigint. */
function plain(frame, { keepTypes }) {
  return keepTypes ? frame : untyped(frame);
}

function untyped(value) {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(untyped);
  const isTable =
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array || value instanceof Date);
  return isTable ? Object.entries(value).map(([name, each]) => [name, untyped(each)]) : value;
}

function rewrite(frame, options, check) {
  const written = use(() => encodeFrame(frame));
  if (written.error !== undefined) {
    if (isUnsendable(frame)) return;
    throw new Error('a frame that was read cannot be written', { cause: written.error });
  }
  const again = read(() => decodeFrame(written.value, options));
  check.same(again.error, undefined, 'the error of a frame written again');
  check.same(plain(again.value, options), plain(frame, options), 'a frame');
}

/** Numbers that are none, and texts that became longer because they were no UTF-8. */
function isUnsendable(value) {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value === 'string') return value.includes('\ufffd');
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  if (value instanceof Typed) return isUnsendable(value.value);
  return Object.entries(value).some(([name, each]) => name !== 'bytes' && (isUnsendable(name) || isUnsendable(each)));
}

/** A message that arrived, sent on by way of a template. */
function republish({ method, content }, { frameMax, options }, check) {
  if (method.name !== 'basic.publish' || content === undefined) return;
  const { channel, args } = method;
  const { properties, body } = content;
  for (const [fixed, own] of [[properties], [{}, properties]]) {
    const writer = new Writer();
    const { error } = use(() => {
      const template = publishTemplate({ ...args, channel, frameMax, properties: fixed });
      writePublish(writer, template, { body, properties: own });
    });
    if (error !== undefined) {
      check.same(writer.length, 0, 'what is left of a message that could not be sent');
      continue;
    }
    const sent = connection([writer.take()], { keepTypes: options.keepTypes }, {});
    check.same(sent.error, undefined, 'the error of a message sent on');
    check.same(
      sent.commands.map((each) => plain({ ...each.method, content: each.content }, options)),
      [plain({ ...method, args: { ...args, immediate: false }, content }, options)],
      'a message sent on',
    );
  }
}
