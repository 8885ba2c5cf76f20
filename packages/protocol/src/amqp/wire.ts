import type { Reader } from '../bytes/reader.ts';
import { TextCache } from '../bytes/text-cache.ts';
import { decodeUtf8Loosely } from '../bytes/utf8.ts';
import type { Writer } from '../bytes/writer.ts';
import { ProtocolError } from '../errors.ts';
import {
  type FieldReadOptions,
  type FieldTable,
  readTable,
  writeBytes,
  writeSeconds,
  writeTable,
} from './field-table.ts';
import { outOfRange, writeShortText, writeText32 } from './text.ts';

/** The value of each type of argument and property. */
export interface WireValues {
  readonly bit: boolean;
  readonly u8: number;
  readonly u16: number;
  readonly u32: number;
  /** Delivery tags and sizes, which count up from 0: a number holds all there can be. */
  readonly u64: number;
  /** Up to 255 bytes of UTF-8. Bytes that are not UTF-8 are read as U+FFFD. */
  readonly shortstr: string;
  readonly longstr: string;
  /** A long string that is not text, of SASL. A view of the frame. */
  readonly octets: Uint8Array;
  readonly table: FieldTable;
  /** Seconds since 1970; senders may give a Date. A bigint only beyond 2^53-1. */
  readonly timestamp: number | bigint | Date;
}

/** A type of argument or property. */
export type WireType = keyof WireValues;

/** How a type travels: the only pair there is. */
interface WirePair {
  /** What reserved arguments are, and those left out. */
  readonly zero: unknown;
  /** @throws UsageError */
  readonly write: (writer: Writer, value: never) => unknown;
  /** @throws ProtocolError */
  readonly read: (reader: Reader, options: FieldReadOptions) => unknown;
}

/** Exchanges, queues, keys, tags and content types: the same few in all frames of a connection. */
const texts = new TextCache();

/** Every type of argument and property; bits share bytes with their neighbours, which is up to who has the neighbours. */
export const wire: { readonly [T in WireType]: WirePair } = {
  bit: { zero: false, write: () => undefined, read: () => undefined },
  u8: { zero: 0, write: (writer, value: number) => writer.u8(value), read: (reader) => reader.u8() },
  u16: { zero: 0, write: (writer, value: number) => writer.u16(value), read: (reader) => reader.u16() },
  u32: { zero: 0, write: (writer, value: number) => writer.u32(value), read: (reader) => reader.u32() },
  u64: { zero: 0, write: writeSafe64, read: readSafe64 },
  shortstr: { zero: '', write: writeShortText, read: (reader) => reader.text8(texts) },
  longstr: { zero: '', write: writeText32, read: (reader) => decodeUtf8Loosely(reader.bytes(reader.u32())) },
  octets: { zero: new Uint8Array(0), write: writeBytes, read: (reader) => reader.bytes(reader.u32()) },
  table: {
    zero: {},
    write: (writer, value: FieldTable) => writeTable(writer, value),
    read: (reader, options) => readTable(reader, options),
  },
  timestamp: { zero: 0, write: writeSeconds, read: (reader) => reader.safeU64() ?? reader.u64() },
};

/** A number of 64 bits without sign. @throws UsageError `value-out-of-range` beyond what a number holds exactly */
export function writeSafe64(writer: Writer, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw outOfRange('a number', String(value), '0 to 2^53-1');
  writer.u32(Math.floor(value / 0x1_0000_0000)).u32(value >>> 0);
}

/** A number of 64 bits without sign. @throws ProtocolError `field-malformed` beyond what a number holds exactly */
export function readSafe64(reader: Reader): number {
  const value = reader.safeU64();
  if (value !== undefined) return value;
  throw new ProtocolError('field-malformed', 'a delivery tag or size beyond 2^53-1', { offset: reader.offset });
}
