import type { FieldTable, FieldValue } from './field-table.ts';

/** The types of field values in RabbitMQ's dialect, and what each can be made of. */
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

/** A type of field value. */
export type FieldType = keyof FieldValues;

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
