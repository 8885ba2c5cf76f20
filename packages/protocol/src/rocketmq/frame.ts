import { FrameDecoder, type Framing } from '../bytes/frame-decoder.ts';
import { readWord } from '../bytes/word.ts';
import { outOfRange, Writer } from '../bytes/writer.ts';
import { ProtocolError } from '../errors.ts';
import { beginBinaryHeader, endBinaryHeader, readBinaryHeader, writeBinaryFields } from './header-binary.ts';
import { checkInt32, type HeaderPlace, jsonHead, jsonMembers, jsonTail, readJsonHeader } from './header-json.ts';
import type { RemotingCommand, SerializeType } from './remoting-command.ts';

/** Bytes of the two words in front of a header: length, then type and header length in one. */
export const HEAD_BYTES = 8;
/** The type is the top byte of the second word. */
const TYPES: readonly SerializeType[] = ['json', 'rocketmq'];
const MAX_HEADER_LENGTH = 0xff_ffff;
const NO_BODY = new Uint8Array(0);

/** How frames are read. One that is larger than it may be means that the connection is not to be trusted. */
export interface FrameOptions {
  /** Bytes of a frame, its length field included. Java's own limit is 16 MiB. @defaultValue 32 MiB */
  readonly maxFrameBytes?: number | undefined;
  /** Bytes of a header. @defaultValue 64 KiB */
  readonly maxHeaderBytes?: number | undefined;
  /** Reads JSON headers: a `jsonHeaderReader` is faster where many are alike. @defaultValue one that remembers nothing */
  readonly readJson?: ((place: HeaderPlace) => RemotingCommand) | undefined;
}

/** What the first eight bytes of a frame say. */
export interface FrameInfo {
  readonly serializeType: SerializeType;
  readonly frameBytes: number;
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

/**
 * Reads the head of a frame without the rest.
 * @param bytes - holds at least the first 8 bytes of the frame
 * @param at - where the frame begins
 * @throws ProtocolError `frame-malformed`, `serialize-type-unknown` or `short-read`
 */
export function frameInfo(bytes: Uint8Array, at = 0): FrameInfo {
  if (bytes.length - at < HEAD_BYTES) {
    throw new ProtocolError('short-read', `need ${HEAD_BYTES} bytes, have ${bytes.length - at}`, { offset: at });
  }
  const length = readWord(bytes, at) >>> 0;
  const word = readWord(bytes, at + 4);
  const serializeType = TYPES[word >>> 24];
  const headerBytes = word & MAX_HEADER_LENGTH;
  if (serializeType === undefined) {
    throw new ProtocolError('serialize-type-unknown', `unknown serialize type ${word >>> 24}`);
  }
  if (length < 4 || headerBytes > length - 4) {
    throw new ProtocolError('frame-malformed', `a header of ${headerBytes} bytes in a frame of ${length}`);
  }
  return { serializeType, frameBytes: length + 4, headerBytes, bodyBytes: length - 4 - headerBytes };
}

/** RocketMQ's frames for a {@link FrameDecoder}. */
export function remotingFraming({
  maxHeaderBytes = 65_536,
  readJson = readJsonHeader,
}: Omit<FrameOptions, 'maxFrameBytes'> = {}): Framing<RemotingCommand> {
  return {
    prefix: HEAD_BYTES,
    size: (bytes, at) => {
      const { frameBytes, headerBytes } = frameInfo(bytes, at);
      if (headerBytes > maxHeaderBytes) {
        throw new ProtocolError('header-too-large', `a header of ${headerBytes} bytes, limit ${maxHeaderBytes}`);
      }
      return frameBytes;
    },
    decode: (bytes, at, end) => {
      const { serializeType, frameBytes, headerBytes } = frameInfo(bytes, at);
      if (frameBytes !== end - at) {
        throw new ProtocolError('frame-malformed', `${end - at} bytes for a frame of ${frameBytes}`);
      }
      const from = at + HEAD_BYTES;
      const to = from + headerBytes;
      const body = to === end ? NO_BODY : bytes.subarray(to, end);
      const read = serializeType === 'json' ? readJson : readBinaryHeader;
      return read({ bytes, from, to, body });
    },
  };
}

/** A decoder of RocketMQ's frames for one connection. */
export function frameDecoder({
  maxFrameBytes = 33_554_432,
  ...options
}: FrameOptions = {}): FrameDecoder<RemotingCommand> {
  return new FrameDecoder(remotingFraming(options), { maxFrameBytes });
}

const plain: Framing<RemotingCommand> = /* @__PURE__ */ remotingFraming();

/**
 * Reads one whole frame. The body is a view of `bytes`.
 * @throws ProtocolError `frame-malformed`, `serialize-type-unknown`, `header-malformed`, `utf8-invalid` or `short-read`
 */
export function decodeFrame(bytes: Uint8Array): RemotingCommand {
  return plain.decode(bytes, 0, bytes.length);
}

/** Begins a frame: the header comes next, then {@link endHead}. @returns where the frame begins in the writer */
export function beginHead(writer: Writer): number {
  const start = writer.hole32();
  writer.hole32();
  return start;
}

/**
 * Ends the header of a frame that was begun at `start`; its body of `bodyBytes` comes next.
 * @throws UsageError `value-out-of-range` for a header of 16 MiB and more
 */
export function endHead(
  writer: Writer,
  start: number,
  { serializeType, bodyBytes }: { readonly serializeType: SerializeType; readonly bodyBytes: number },
): void {
  const headerBytes = writer.length - start - HEAD_BYTES;
  if (headerBytes > MAX_HEADER_LENGTH) {
    throw outOfRange(`a header of ${headerBytes} bytes`, `up to ${MAX_HEADER_LENGTH}`);
  }
  writer.patch32(start, 4 + headerBytes + bodyBytes);
  writer.patch32(start + 4, ((TYPES.indexOf(serializeType) << 24) | headerBytes) >>> 0);
}

/**
 * Writes a whole frame.
 * @throws UsageError `code-too-large` (binary header) or `value-out-of-range`; nothing stays written when it throws
 */
export function writeFrame(writer: Writer, command: RemotingCommand): void {
  const { body, code, extFields, serializeType } = command;
  checkInt32('code', code);
  checkInt32('opaque', command.opaque);
  const start = beginHead(writer);
  try {
    if (serializeType === 'json') {
      const members = jsonMembers(extFields);
      // Java writes no ext fields as none at all.
      const head = members === '' ? `{"code":${code},` : `${jsonHead(code)}${members}},`;
      writer.utf8(head + jsonTail(command, command.remark));
    } else {
      const fields = beginBinaryHeader(writer, command);
      writeBinaryFields(writer, extFields);
      endBinaryHeader(writer, fields);
    }
    endHead(writer, start, { serializeType, bodyBytes: body.length });
  } catch (cause) {
    writer.truncate(start);
    throw cause;
  }
  writer.bytes(body);
}

/** Small frames are cut from common memory: making memory for each takes longer than encoding. Bytes. */
const COMMON_BYTES = 16_384;
let common: Writer | undefined;

/** A writer for one frame of its own; what is not taken from it must not stay in it. */
export function frameWriter(bodyBytes: number): Writer {
  return bodyBytes > COMMON_BYTES / 4 ? new Writer(1_024 + bodyBytes) : (common ??= new Writer(COMMON_BYTES));
}

/** A whole frame as bytes that nothing else writes to. @throws as {@link writeFrame} */
export function encodeFrame(command: RemotingCommand): Uint8Array {
  const writer = frameWriter(command.body.length);
  writeFrame(writer, command);
  return writer.take();
}
