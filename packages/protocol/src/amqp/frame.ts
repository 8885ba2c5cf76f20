import { FrameDecoder, type Read } from '../bytes/frame-decoder.ts';
import { Reader } from '../bytes/reader.ts';
import { readWord } from '../bytes/word.ts';
import { Writer } from '../bytes/writer.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import { type ContentHeader, type HeaderFrame, readHeader, writeContentHeader } from './content.ts';
import type { FieldReadOptions } from './field-table.ts';
import { FRAME_END, FRAME_OVERHEAD, frameTypes, HEAD_BYTES } from './frame-constants.ts';
import { type MethodFrame, readMethod, writeMethod } from './method-codec.ts';
import type { GivenMethod } from './methods.ts';
import { sized } from './pairs.ts';
import { GREETING_START, greetingBytes, type ProtocolHeader, readProtocolHeader } from './protocol-header.ts';

/** A part of a body, a view of what arrived. */
export interface BodyFrame {
  readonly type: 'body';
  readonly channel: number;
  readonly payload: Uint8Array;
}

/** A sign of life. */
export interface HeartbeatFrame {
  readonly type: 'heartbeat';
  readonly channel: 0;
}

/** What arrives on a connection. A server meets a {@link ProtocolHeader} first; clients are told of it by an error. */
export type Frame = MethodFrame | HeaderFrame | BodyFrame | HeartbeatFrame | ProtocolHeader;

/** How frames are read. */
export interface FrameReadOptions extends FieldReadOptions {
  /**
   * Bytes of a whole frame. Not what was negotiated: RabbitMQ sends methods and headers in one frame, however large, and
   * keeps to the negotiated size with bodies only. @defaultValue 64 MiB
   */
  readonly maxFrameBytes?: number | undefined;
  /** Servers take a protocol header for a frame; for clients it is a refusal. @defaultValue false */
  readonly acceptProtocolHeader?: boolean | undefined;
}

const HEARTBEAT: HeartbeatFrame = { type: 'heartbeat', channel: 0 };
const DEFAULT_MAX_FRAME_BYTES = 67_108_864;

/** A decoder of AMQP's frames for one connection. */
export function frameDecoder(options: FrameReadOptions = {}): FrameDecoder<Frame> {
  const { maxFrameBytes = DEFAULT_MAX_FRAME_BYTES } = options;
  return new FrameDecoder({ prefix: HEAD_BYTES, size: frameBytes, decode: frameReader(options) }, { maxFrameBytes });
}

/** The claimed size of the frame that begins at `at`. Who speaks no AMQP is told at once: its "size" means nothing. */
function frameBytes(bytes: Uint8Array, at: number): number {
  const type = bytes[at] ?? 0;
  const isFrame = (type > 0 && type <= frameTypes.body) || type === frameTypes.heartbeat;
  return isFrame ? (readWord(bytes, at + 3) >>> 0) + FRAME_OVERHEAD : greetingBytes(bytes, at);
}

/**
 * Reads one whole frame. Bodies and byte arrays are views of it.
 * @throws ProtocolError `frame-malformed`, `short-read`, `method-unknown`, `frame-unexpected`, `field-malformed`,
 * `nesting-too-deep`; `version-refused` or `peer-unexpected` when the peer speaks another version, TLS or HTTP
 */
export function decodeFrame(bytes: Uint8Array, options: FrameReadOptions = {}): Frame {
  const { length } = bytes;
  if (length < FRAME_OVERHEAD || frameBytes(bytes, 0) !== length) {
    throw new ProtocolError('frame-malformed', `${length} bytes are not one whole frame`);
  }
  return frameReader(options)(bytes, 0, length);
}

/** How a frame is read whose size has been found right. */
function frameReader(options: FrameReadOptions): Read<Frame> {
  return (bytes, at, end) => {
    const type = bytes[at];
    if (type === GREETING_START) {
      return readProtocolHeader(bytes.subarray(at, end), options.acceptProtocolHeader === true);
    }
    const last = end - 1;
    if (bytes[last] !== FRAME_END) {
      throw new ProtocolError('frame-malformed', 'a frame does not end with 0xce', { offset: last });
    }
    const channel = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const from = at + HEAD_BYTES;
    switch (type) {
      case frameTypes.method:
        return readMethod(new Reader(bytes, from, last), channel, options);
      case frameTypes.header:
        return readHeader(new Reader(bytes, from, last), channel, options);
      case frameTypes.body:
        return { type: 'body', channel, payload: bytes.subarray(from, last) };
      default:
        return checkHeartbeat(channel, last - from);
    }
  };
}

function checkHeartbeat(channel: number, payloadBytes: number): HeartbeatFrame {
  if (channel === 0 && payloadBytes === 0) return HEARTBEAT;
  const claim = `on channel ${channel} with ${payloadBytes} bytes`;
  throw new ProtocolError('frame-malformed', `a heartbeat ${claim}: it has channel 0 and none`);
}

/**
 * Writes a method frame: `writeMethodFrame(writer, 1, { name: 'basic.ack', args: { deliveryTag: 7 } })`.
 * @throws UsageError `field-missing`, `value-out-of-range` or `value-unsupported`; nothing stays written when it throws
 */
export function writeMethodFrame(writer: Writer, channel: number, { name, args }: GivenMethod): void {
  framed(writer, { type: frameTypes.method, channel }, () => writeMethod(writer, name, args));
}

/** Writes a content header frame. @throws UsageError as {@link writeMethodFrame} */
export function writeHeaderFrame(writer: Writer, channel: number, header: ContentHeader): void {
  framed(writer, { type: frameTypes.header, channel }, () => writeContentHeader(writer, header));
}

function writeBodyFrame(writer: Writer, channel: number, payload: Uint8Array): void {
  framed(writer, { type: frameTypes.body, channel }, () => writer.bytes(payload));
}

/** Writes a sign of life. */
export function writeHeartbeat(writer: Writer): void {
  framed(writer, { type: frameTypes.heartbeat, channel: 0 }, () => undefined);
}

interface FrameHead {
  readonly type: number;
  readonly channel: number;
}

function framed(writer: Writer, { type, channel }: FrameHead, payload: () => unknown): void {
  wholly(writer, () => {
    sized(writer.u8(type).u16(channel), payload);
    writer.u8(FRAME_END);
  });
}

/** Lets `write` write all or nothing. */
export function wholly(writer: Writer, write: () => void): void {
  const start = writer.length;
  try {
    write();
  } catch (cause) {
    writer.truncate(start);
    throw cause;
  }
}

/**
 * Writes a body as frames of up to `frameMax` bytes each, none if it is empty.
 * @param frameMax - negotiated bytes of a whole frame; 0: no limit, then 128 KiB, so that other channels get a turn
 * @throws UsageError `value-out-of-range` for a frame size that has no room for a body, or a channel beyond 65,535
 */
export function writeBody(writer: Writer, body: Uint8Array, { channel, frameMax }: BodyFraming): void {
  const room = bodyRoom(frameMax);
  for (let at = 0; at < body.length; at += room) {
    writeBodyFrame(writer, channel, body.subarray(at, at + room));
  }
}

/** Where a body goes. */
export interface BodyFraming {
  readonly channel: number;
  readonly frameMax: number;
}

/** Bytes of a body that one frame takes. @throws UsageError `value-out-of-range` */
export function bodyRoom(frameMax: number): number {
  if (frameMax === 0) return 131_072 - FRAME_OVERHEAD;
  if (Number.isSafeInteger(frameMax) && frameMax > FRAME_OVERHEAD) return frameMax - FRAME_OVERHEAD;
  throw new UsageError('value-out-of-range', `frames of ${frameMax} bytes have no room for a body`);
}

/** Writes any frame as it was read. @throws UsageError as {@link writeMethodFrame} */
export function writeFrame(writer: Writer, frame: Frame): void {
  switch (frame.type) {
    case 'method':
      return writeMethodFrame(writer, frame.channel, frame);
    case 'header':
      return writeHeaderFrame(writer, frame.channel, frame);
    case 'body':
      return writeBodyFrame(writer, frame.channel, frame.payload);
    case 'heartbeat':
      return writeHeartbeat(writer);
    case 'protocolHeader':
      writer.utf8('AMQP').u8(frame.id).u8(frame.major).u8(frame.minor).u8(frame.revision);
  }
}

/** Any frame as bytes that nothing else writes to. @throws UsageError as {@link writeMethodFrame} */
export function encodeFrame(frame: Frame): Uint8Array {
  const writer = new Writer();
  writeFrame(writer, frame);
  return writer.take();
}
