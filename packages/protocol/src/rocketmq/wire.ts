import type { FieldType, FieldValues } from './header-fields.ts';

/** How one type of value becomes text and back: the only such pair there is, for ext fields and for bodies. */
export interface WireType<V> {
  /** What it takes, for errors. */
  readonly expected: string;
  /** What counts when it is left out: what Java's primitives begin with. */
  readonly zero: string | undefined;
  /** Its text; undefined for any other value. */
  readonly write: (value: unknown) => string | undefined;
  /** The value of a text; undefined for a text that says none. */
  readonly read: (text: string) => V | undefined;
}

/** What is sent in one millisecond says the same time, and a bigint's text takes as long as a short field. */
let lastLong = { value: 0n, text: '0' };
const INTEGER = /^[+-]?\d{1,19}$/;

/** Texts as Java's `toString`, `parseInt`, `parseLong` and `parseBoolean` have them. */
export const wire: { readonly [T in FieldType]: WireType<FieldValues[T]> } = {
  string: {
    expected: 'text',
    zero: undefined,
    write: (value) => (typeof value === 'string' ? value : undefined),
    read: (text) => text,
  },
  i32: {
    expected: 'a 32-bit integer',
    zero: '0',
    write: (value) => (isInt32(value) ? String(value) : undefined),
    // `-0` is 0.
    read: (text) => (INTEGER.test(text) && isInt32(Number(text)) ? Number(text) | 0 : undefined),
  },
  i64: {
    expected: 'a 64-bit integer (bigint)',
    zero: '0',
    write: (value) => {
      if (value === lastLong.value) return lastLong.text;
      if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) return undefined;
      lastLong = { value, text: value.toString() };
      return lastLong.text;
    },
    read: (text) => {
      const value = INTEGER.test(text) ? BigInt(text) : undefined;
      return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;
    },
  },
  bool: {
    expected: 'true or false',
    zero: 'false',
    write: (value) => (typeof value === 'boolean' ? String(value) : undefined),
    read: (text) => text === 'true' || text.toLowerCase() === 'true',
  },
  boundary: {
    expected: 'LOWER or UPPER',
    zero: undefined,
    write: (value) => (value === 'LOWER' || value === 'UPPER' ? value : undefined),
    read: (text) => (text.toUpperCase() === 'UPPER' ? 'UPPER' : 'LOWER'),
  },
};

/** Whether 32 bits with a sign hold it. */
export function isInt32(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value;
}
