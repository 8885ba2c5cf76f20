import { writeWord } from '../bytes/word.ts';
import { copyInto, Writer } from '../bytes/writer.ts';
import type { Properties } from './content.ts';
import { UsageError } from '../errors.ts';
import { bodyRoom, writeBody, writeHeaderFrame, writeMethodFrame } from './frame.ts';
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
  /** Where in `prefix` the lower half of the body's size is. */
  readonly bodySizeAt: number;
}

/** Class, weight and the upper half of the body's size come before its lower half. */
const BODY_SIZE_AT = HEAD_BYTES + 8;

/**
 * Prepares what is the same in many publishes: `publishTemplate({ channel, exchange, routingKey, properties, frameMax })`.
 * Good for one channel; {@link writePublish} uses it.
 * @throws UsageError `value-out-of-range`, `value-unsupported`, or `properties-too-large` beyond one frame
 */
export function publishTemplate(target: PublishTarget): PublishTemplate {
  const { channel, exchange, routingKey, mandatory = false, properties = {}, frameMax } = target;
  const room = bodyRoom(frameMax);
  const writer = new Writer();
  writeMethodFrame(writer, channel, { name: 'basic.publish', args: { exchange, routingKey, mandatory } });
  const methodBytes = writer.length;
  writeFittingHeader(writer, { channel, frameMax, properties, bodySize: 0 });
  writer.u8(frameTypes.body).u16(channel).u32(0);
  const prefix = writer.take();
  return {
    channel,
    frameMax,
    room,
    method: prefix.subarray(0, methodBytes),
    prefix,
    bodySizeAt: methodBytes + BODY_SIZE_AT,
  };
}

/**
 * Appends a whole publish: method, content header and bodies. The body is copied.
 * @throws UsageError as {@link publishTemplate}; nothing stays written when it throws
 */
export function writePublish(writer: Writer, template: PublishTemplate, { body, properties }: TemplatedMessage): void {
  const { length } = body;
  if (properties !== undefined || length === 0 || length > template.room) {
    return writeParts(writer, template, { body, properties });
  }
  writer.fill(template.prefix.length + length + 1, fillPublish, body, template);
}

// eslint-disable-next-line max-params -- as its type says
function fillPublish(bytes: Uint8Array, from: number, body: Uint8Array, template: PublishTemplate): number {
  const { prefix, bodySizeAt } = template;
  const at = copyInto(bytes, from, prefix);
  writeWord(bytes, from + bodySizeAt, body.length);
  writeWord(bytes, at - 4, body.length);
  const end = copyInto(bytes, at, body);
  bytes[end] = FRAME_END;
  return end + 1;
}

function writeParts(writer: Writer, template: PublishTemplate, { body, properties }: TemplatedMessage): void {
  const { channel, frameMax, method, prefix, bodySizeAt } = template;
  const { length } = body;
  const start = writer.length;
  if (properties === undefined) {
    writer.bytes(prefix.subarray(0, prefix.length - HEAD_BYTES));
    writer.patch32(start + bodySizeAt - 4, Math.floor(length / 0x1_0000_0000));
    writer.patch32(start + bodySizeAt, length >>> 0);
  } else {
    writer.bytes(method);
    try {
      writeFittingHeader(writer, { channel, frameMax, properties, bodySize: length });
    } catch (cause) {
      writer.truncate(start);
      throw cause;
    }
  }
  writeBody(writer, body, { channel, frameMax });
}

interface FittingHeader {
  readonly channel: number;
  readonly frameMax: number;
  readonly properties: Properties;
  readonly bodySize: number;
}

/** A header cannot be split: one larger than a frame cannot be sent at all, and RabbitMQ would end the connection. */
function writeFittingHeader(writer: Writer, { channel, frameMax, properties, bodySize }: FittingHeader): void {
  const start = writer.length;
  writeHeaderFrame(writer, channel, { bodySize, properties });
  const size = writer.length - start;
  if (frameMax === 0 || size <= frameMax) return;
  writer.truncate(start);
  const limit = `limit ${frameMax}`;
  throw new UsageError('properties-too-large', `properties make a header frame of ${size} bytes, ${limit}`);
}
