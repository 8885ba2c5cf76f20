import type { FieldTable, FieldValue } from './field-table.ts';

/** The types of field values in RabbitMQ's dialect with their tags. Where the written specification differs, it is wrong. */
export const fieldTags = {
  boolean: 0x74, // t
  int8: 0x62, // b
  uint8: 0x42, // B
  int16: 0x73, // s
  uint16: 0x75, // u
  int32: 0x49, // I
  uint32: 0x69, // i
  int64: 0x6c, // l
  int64L: 0x4c, // L: the specification's own spelling, which RabbitMQ reads and gives back as l
  float: 0x66, // f
  double: 0x64, // d
  decimal: 0x44, // D
  string: 0x53, // S
  bytes: 0x78, // x
  array: 0x41, // A
  timestamp: 0x54, // T
  table: 0x46, // F
  void: 0x56, // V
} as const;
fieldTags satisfies Readonly<Record<string, number>>;

/** A type of field value. */
export type FieldType = keyof typeof fieldTags;

/** What each type can be made of. */
export interface FieldValues {
  readonly boolean: boolean;
  readonly int8: number;
  readonly uint8: number;
  readonly int16: number;
  readonly uint16: number;
  readonly int32: number;
  readonly uint32: number;
  readonly int64: number | bigint;
  readonly int64L: number | bigint;
  readonly float: number;
  readonly double: number;
  /** value / 10^scale. Scale 0 to 255, value 0 to 2^32-1: RabbitMQ reads no sign. */
  readonly decimal: { readonly scale: number; readonly value: number };
  /** As bytes if it is no text. */
  readonly string: string | Uint8Array;
  readonly bytes: Uint8Array;
  readonly array: readonly FieldValue[];
  /** Seconds since 1970, or a Date. */
  readonly timestamp: Date | number | bigint;
  readonly table: FieldTable;
  readonly void: null;
}

/**
 * A value with its type said: `new Typed('int16', 5)`, `new Typed('decimal', { scale: 2, value: 314 })`. Plain values
 * choose their type by themselves.
 */
export class Typed<T extends FieldType = FieldType> {
  readonly type: T;
  readonly value: FieldValues[T];

  constructor(type: T, value: FieldValues[T]) {
    this.type = type;
    this.value = value;
  }
}
