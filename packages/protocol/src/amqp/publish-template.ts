import { writeWord } from '../bytes/word.ts';
import { copyInto, Writer } from '../bytes/writer.ts';
import { UsageError } from '../errors.ts';
import type { ContentHeader, Properties } from './content.ts';
import { type BodyFraming, bodyRoom, wholly, writeBody, writeHeaderFrame, writeMethodFrame } from './frame.ts';
import { FRAME_END, frameTypes, HEAD_BYTES } from './frame-constants.ts';

/** Where messages go: what is the same for all that a publisher sends. */
export interface PublishTarget {
  readonly channel: number;
  readonly exchange: string;
  readonly routingKey: string;
  /** Whether a message that no queue takes comes back. @defaultValue false */
  readonly mandatory?: boolean | undefined;
  readonly properties?: Properties | undefined;
  /** Negotiated bytes of a whole frame; 0: no limit. */
  readonly frameMax: number;
}

/** A message to send through a template. */
export interface TemplatedMessage {
  readonly body: Uint8Array;
  /** Instead of the template's properties, all of them. */
  readonly properties?: Properties | undefined;
}

/** The frames of a publish with all that does not change, written once. See {@link publishTemplate}. */
export interface PublishTemplate {
  readonly channel: number;
  readonly frameMax: number;
  /** Bytes of a body that fit one frame. */
  readonly room: number;
  /** The method frame. */
  readonly method: Uint8Array;
  /** Method frame, content header frame and the head of a body frame, sizes still 0. */
  readonly prefix: Uint8Array;
}

/** In a header frame: class, weight and the upper half of the body's size come before its lower half. */
const BODY_SIZE_AT = HEAD_BYTES + 8;

/**
 * Prepares what is the same in many publishes: `publishTemplate({ channel, exchange, routingKey, properties, frameMax })`.
 * Good for one channel; {@link writePublish} uses it.
 * @throws UsageError `value-out-of-range`, `value-unsupported`, or `properties-too-large` beyond one frame
 */
export function publishTemplate(target: PublishTarget): PublishTemplate {
  const { channel, exchange, routingKey, mandatory, properties = {}, frameMax } = target;
  const room = bodyRoom(frameMax);
  const writer = new Writer();
  writeMethodFrame(writer, channel, { name: 'basic.publish', args: { exchange, routingKey, mandatory } });
  const methodBytes = writer.length;
  writeFittingHeader(writer, target, { properties, bodySize: 0 });
  writer.u8(frameTypes.body).u16(channel).u32(0);
  const prefix = writer.take();
  return { channel, frameMax, room, method: prefix.subarray(0, methodBytes), prefix };
}

/**
 * Appends a whole publish: method, content header and bodies. The body is copied.
 * @throws UsageError as {@link publishTemplate}; nothing stays written when it throws
 */
export function writePublish(writer: Writer, template: PublishTemplate, { body, properties }: TemplatedMessage): void {
  const { prefix, room } = template;
  const { length } = body;
  if (properties !== undefined || length === 0 || length > room) writeParts(writer, template, { body, properties });
  else writer.fill(prefix.length + length + 1, fillPublish, body, template);
}

// eslint-disable-next-line max-params -- as its type says
function fillPublish(bytes: Uint8Array, from: number, body: Uint8Array, template: PublishTemplate): number {
  const { method, prefix } = template;
  const at = copyInto(bytes, from, prefix);
  writeWord(bytes, from + method.length + BODY_SIZE_AT, body.length);
  writeWord(bytes, at - 4, body.length);
  const end = copyInto(bytes, at, body);
  bytes[end] = FRAME_END;
  return end + 1;
}

function writeParts(writer: Writer, template: PublishTemplate, { body, properties }: TemplatedMessage): void {
  const { method, prefix } = template;
  const { length } = body;
  wholly(writer, () => {
    if (properties === undefined) {
      const start = writer.length;
      writer.bytes(prefix.subarray(0, -HEAD_BYTES)).patch32(start + method.length + BODY_SIZE_AT, length);
    } else {
      writeFittingHeader(writer.bytes(method), template, { properties, bodySize: length });
    }
    writeBody(writer, body, template);
  });
}

/** A header cannot be split: one larger than a frame cannot be sent at all, and RabbitMQ would end the connection. */
function writeFittingHeader(writer: Writer, { channel, frameMax }: BodyFraming, header: ContentHeader): void {
  const start = writer.length;
  writeHeaderFrame(writer, channel, header);
  const size = writer.length - start;
  if (frameMax === 0 || size <= frameMax) return;
  const limit = `limit ${frameMax}`;
  throw new UsageError('properties-too-large', `properties make a header frame of ${size} bytes, ${limit}`);
}
