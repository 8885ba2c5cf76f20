import type { Reader } from '../bytes/reader.ts';
import { TextCache } from '../bytes/text-cache.ts';
import { decodeUtf8Loosely, encodeUtf8Into } from '../bytes/utf8.ts';
import { outOfRange, within, type Writer } from '../bytes/writer.ts';
import { ProtocolError } from '../errors.ts';

/** How a type travels: the only pair of functions that writes and reads it. */
export interface Pair<T, Given = T> {
  /** Undefined is zero, or empty. @throws UsageError `value-out-of-range` */
  readonly write: (writer: Writer, value?: Given) => unknown;
  /** @throws ProtocolError `short-read` */
  readonly read: (reader: Reader) => T;
}

export const u8: Pair<number> = { write: (writer, value = 0) => writer.u8(value), read: (reader) => reader.u8() };
export const u16: Pair<number> = { write: (writer, value = 0) => writer.u16(value), read: (reader) => reader.u16() };
export const u32: Pair<number> = { write: (writer, value = 0) => writer.u32(value), read: (reader) => reader.u32() };

/** Delivery tags and sizes, up to what a number holds exactly. Reading more is a ProtocolError `field-malformed`. */
export const u64: Pair<number> = {
  write: (writer, value = 0) =>
    writer.u32(Math.floor(within(value, 0, Number.MAX_SAFE_INTEGER) / 0x1_0000_0000)).u32(value >>> 0),
  read: (reader) => {
    const value = reader.safeU64();
    if (value !== undefined) return value;
    throw new ProtocolError('field-malformed', 'a delivery tag or size beyond 2^53-1', { offset: reader.offset });
  },
};

export const int64: Pair<bigint, number | bigint> = {
  write: (writer, value = 0) => write64(writer, value, -(2n ** 63n)),
  read: (reader) => reader.view(8).getBigInt64(0),
};

/** Seconds since 1970, without sign. A Date loses its milliseconds; a bigint is read only beyond 2^53-1. */
export const seconds: Pair<number | bigint, number | bigint | Date> = {
  write: (writer, value = 0) =>
    write64(writer, value instanceof Date ? Math.floor(value.getTime() / 1_000) : value, 0n),
  read: (reader) => reader.safeU64() ?? reader.view(8).getBigUint64(0),
};

function write64(writer: Writer, value: number | bigint, min: bigint): void {
  const whole = Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof whole === 'number' || whole < min || whole >= min + 2n ** 64n) {
    throw outOfRange(value, `a safe integer or a bigint from ${min} on, of 64 bits`);
  }
  writer.u32(Number(BigInt.asUintN(32, whole >> 32n))).u32(Number(BigInt.asUintN(32, whole)));
}

/** Exchanges, queues, keys, tags, names of headers: the same few in all frames of a connection. */
const texts = new TextCache();
const MAX_SHORT = 255;
/** Room for the longest text whose characters may fit: three bytes each. */
const scratch = new Uint8Array(3 * MAX_SHORT);

/** Text behind one byte with its length: it is never cut. What is not UTF-8 is read as U+FFFD. */
export const shortText: Pair<string> = {
  write: (writer, text = '') => {
    const length = text.length > MAX_SHORT ? text.length : encodeUtf8Into(text, scratch, 0);
    if (length > MAX_SHORT) throw outOfRange(`a short string of ${length} bytes and more`, `up to ${MAX_SHORT}`);
    writer.u8(length).bytes(scratch.subarray(0, length));
  },
  read: (reader) => reader.text8(texts),
};

/** Text behind four bytes with its length. What is not UTF-8 is read as U+FFFD. */
export const longText: Pair<string> = {
  write: (writer, text = '') => sized(writer, () => writer.utf8(text)),
  read: (reader) => decodeUtf8Loosely(octets.read(reader)),
};

/** Bytes behind four bytes with their length. What is read is a view. */
export const octets: Pair<Uint8Array> = {
  write: (writer, value = new Uint8Array(0)) => writer.u32(value.length).bytes(value),
  read: (reader) => reader.bytes(reader.u32()),
};

/** What `body` writes, behind four bytes with its length. */
export function sized(writer: Writer, body: () => unknown): void {
  const hole = writer.hole32();
  body();
  writer.patch32(hole, writer.length - hole - 4);
}
