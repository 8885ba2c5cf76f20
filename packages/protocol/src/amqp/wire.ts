import type { Reader } from '../bytes/reader.ts';
import type { Writer } from '../bytes/writer.ts';
import { type FieldReadOptions, type FieldTable, readTable, writeTable } from './field-table.ts';
import { longText, octets, seconds, shortText, u16, u32, u64, u8 } from './pairs.ts';

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

/** How a type travels. */
export interface WirePair {
  /** Undefined is zero, or empty. @throws UsageError */
  readonly write: (writer: Writer, value?: never) => unknown;
  /** @throws ProtocolError */
  readonly read: (reader: Reader, options: FieldReadOptions) => unknown;
}

/** Every type but bits, which share bytes with their neighbours: that is up to who has the neighbours. */
export const wire: { readonly [T in Exclude<WireType, 'bit'>]: WirePair } = {
  u8,
  u16,
  u32,
  u64,
  shortstr: shortText,
  longstr: longText,
  octets,
  table: { write: writeTable, read: readTable },
  timestamp: seconds,
};

/** A field as tables spell it. In front of reserved ones stands `-`, behind those that senders may leave out `=`. */
export type FieldSpec = WireType | `-${WireType}` | `${WireType}=`;

/** A field of a table, taken apart once for all frames. */
export interface PlannedField {
  readonly name: string;
  readonly isReserved: boolean;
  readonly isRequired: boolean;
  /** Undefined: a bit. */
  readonly pair: WirePair | undefined;
}

/** Takes fields apart, in their order. */
export function planFields(fields: Readonly<Record<string, FieldSpec>>): readonly PlannedField[] {
  return Object.entries(fields).map(([name, spec]) => {
    // The spelling of a spec, which the compiler has checked, without its mark.
    const type = spec.replace(/[-=]/u, '') as WireType;
    const isReserved = spec.startsWith('-');
    return { name, isReserved, isRequired: spec === type, pair: type === 'bit' ? undefined : wire[type] };
  });
}
