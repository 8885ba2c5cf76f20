import { ProtocolError, UsageError } from '../errors.ts';
import { checkInt32 } from './header-json.ts';
import type { FieldType, FieldValues } from './header-fields.ts';

/** How one type of field becomes text and back: the only such pair there is. */
export interface WireType<V> {
  /** @throws UsageError `value-out-of-range` */
  readonly write: (name: string, value: V) => string;
  /** @throws ProtocolError `field-malformed` */
  readonly read: (name: string, text: string) => V;
}

/** What is sent in one millisecond says the same time, and a bigint's text takes as long as a short field. */
let lastLong = { value: 0n, text: '0' };
const INTEGER = /^[+-]?\d{1,19}$/;

/** Text of ext fields, as Java's `toString`, `parseInt`, `parseLong` and `parseBoolean` have it. */
export const wire: { readonly [T in FieldType]: WireType<FieldValues[T]> } = {
  string: {
    write: (name, value) => {
      if (typeof value === 'string') return value;
      throw new UsageError('value-out-of-range', `${name} is ${typeof value}: expected text`);
    },
    read: (_, text) => text,
  },
  i32: {
    write: (name, value) => String(checkInt32(name, value)),
    // `-0` is 0.
    read: (name, text) => {
      const value = Number(text);
      return INTEGER.test(text) && (value | 0) === value ? value | 0 : malformed(name, 'a 32-bit integer');
    },
  },
  i64: {
    write: (name, value) => {
      if (value === lastLong.value) return lastLong.text;
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) {
        lastLong = { value, text: value.toString() };
        return lastLong.text;
      }
      throw new UsageError('value-out-of-range', `${name} is ${value}: expected a bigint of 64 bits`);
    },
    read: (name, text) => {
      const value = INTEGER.test(text) ? BigInt(text.startsWith('+') ? text.slice(1) : text) : undefined;
      return value !== undefined && BigInt.asIntN(64, value) === value ? value : malformed(name, 'a 64-bit integer');
    },
  },
  bool: {
    write: (name, value) => {
      if (typeof value === 'boolean') return value ? 'true' : 'false';
      throw new UsageError('value-out-of-range', `${name} is ${String(value)}: expected true or false`);
    },
    read: (_, text) => text === 'true' || text.toLowerCase() === 'true',
  },
  boundary: {
    write: (name, value) => {
      const text: string = value;
      if (text === 'LOWER' || text === 'UPPER') return text;
      throw new UsageError('value-out-of-range', `${name} is ${text}: expected LOWER or UPPER`);
    },
    read: (_, text) => (text.toUpperCase() === 'UPPER' ? 'UPPER' : 'LOWER'),
  },
};

function malformed(name: string, expected: string): never {
  throw new ProtocolError('field-malformed', `field ${name} is not ${expected}`);
}
